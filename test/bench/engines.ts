import { createClient } from '../../activities/executors/ksqldb/client.js';
import { plan } from '../../activities/executors/ksqldb/plan.js';
import { readScript } from '../../activities/executors/ksqldb/script.js';
import { consumeTable } from '../../examples/track-and-trace/events/index.js';
import { KsqlDbStandIn } from '../support/ksqldb/stand-in.js';
import { KsqlDbProduct } from '../support/ksqldb/step.js';
import { TrackAndTrace } from '../support/track-and-trace.js';
import { openStack } from './stack.js';
import { median, ms, printTable } from './table.js';

/** The first round warms up and is not counted. */
const ROUNDS = 5 + 1;
const STATEMENTS = 200;

/** Measures stream SQL: what the planner takes, what care costs beside bare requests, and how soon an upgrade writes. */
export async function measureEngines(): Promise<void> {
  const figures = [plannerFigure(), ...(await statementFigures()), await firstRowFigure()];
  console.log('\nStream engines:\n');
  printTable(['what', 'figure', 'what it means'], figures);
}

/** Streams in a chain of tens, so that the order of dependence has something to do; `column` makes two versions of it. */
const chain = (column: string, count = STATEMENTS): string[] =>
  Array.from({ length: count }, (_, at) =>
    at % 10 === 0
      ? `CREATE STREAM s${at} (k VARCHAR KEY, a INT, b INT) WITH (KAFKA_TOPIC='s${at}', VALUE_FORMAT='JSON', PARTITIONS=1);`
      : `CREATE STREAM s${at} WITH (KAFKA_TOPIC='s${at}') AS SELECT k, a, b FROM s${at - 1} WHERE ${column} > 0 EMIT CHANGES;`,
  );

function plannerFigure(): string[] {
  const [old, next] = ['a', 'b'].map((column) => chain(column).toReversed().join('\n'));
  const times = Array.from({ length: ROUNDS }, () => {
    const began = performance.now();
    const from = readScript([{ text: old! }]);
    const to = readScript([{ text: next! }]);
    const sources = Object.fromEntries(
      from.statements.flatMap(({ shape, text }) =>
        shape.type === 'create' ? [[shape.name, { object: shape.object, topic: shape.topic ?? '', statement: text }]] : [],
      ),
    );
    const { actions } = plan(from, to, { sources, queries: {}, topics: [] }, 'urn:dpds:org.test:dataproducts:x:1');
    if (actions.length !== STATEMENTS - STATEMENTS / 10) throw new Error(`planned ${actions.length} statements`);
    return performance.now() - began;
  });
  return ['planner', ms(median(times.slice(1))), `two versions of ${STATEMENTS} ksqlDB statements read, ordered and compared`];
}

/** On the stand-in, which takes 2 ms for a statement: what is measured is Steward's part, no ksqlDB. */
async function statementFigures(): Promise<string[][]> {
  const server = await new KsqlDbStandIn().start();
  try {
    const count = 100;
    const ratios: number[] = [];
    const speeds: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      server.state.sources.clear();
      server.state.queries.clear();
      const client = createClient({ url: server.url });
      const bare = performance.now();
      for (const statement of chain('a', count)) await client.ask(statement, {});
      const bareMs = performance.now() - bare;
      server.state.sources.clear();
      server.state.queries.clear();
      const product = new KsqlDbProduct(server.url);
      const step = product.step({ to: product.version(chain('a', count).join('\n')) });
      await step.preview();
      const began = performance.now();
      await step.apply();
      const took = performance.now() - began;
      ratios.push(took / bareMs);
      speeds.push(count / (took / 1000));
    }
    return [
      ['statements a second', median(speeds.slice(1)).toFixed(0), `${count} statements to the stand-in for ksqlDB, each noted, confirmed`],
      ['ratio to bare requests', median(ratios.slice(1)).toFixed(1), 'the same statements, one request each, nothing looked at'],
    ];
  } finally {
    await server.kill();
  }
}

async function firstRowFigure(): Promise<string[]> {
  const stack = await openStack();
  try {
    const example = await new TrackAndTrace().open();
    try {
      for (const step of example.schemas(undefined, '1.0.0')) await step.run();
      await example.jobs(undefined, '1.0.0').run();
      await example.feed();
      const began = performance.now();
      for (const step of example.schemas('1.0.0', '1.1.0')) await step.run();
      const upgrade = example.jobs('1.0.0', '1.1.0');
      await Promise.all([upgrade.run(), example.feed()]);
      const { kafka, registryUrl: registry, position: topic } = example;
      // What was read while the former job still ran has no new column: events come again once the new one runs.
      const feeding = example.feed();
      await consumeTable({ kafka, registry, topic, kind: 'append', until: (rows) => rows.some((row) => row['tripStatus']) });
      const took = performance.now() - began;
      await feeding;
      return ['upgrade to first row', ms(took), 'the example on Flink, schemas and a job with a savepoint, once'];
    } finally {
      await example.close();
    }
  } finally {
    await stack.stop();
  }
}
