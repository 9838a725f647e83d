import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from '../../../../activities/executors/ksqldb/client.js';
import { readNames, readWorld } from '../../../../activities/executors/ksqldb/world.js';
import type { World } from '../../../../activities/executors/ksqldb/world.js';
import type { Task } from '../../../../lifecycle/task.js';
import type { StepRun } from '../../../support/executor-world.js';
import { KsqlDbStandIn } from '../../../support/ksqldb/stand-in.js';
import { freshId, KsqlDbProduct, levels, otherAggregate, tripScript } from '../../../support/ksqldb/step.js';

/** A real server when there is one; else the stand-in, which is proved against recordings in stand-in.test.ts. */
const real = process.env.KSQLDB_URL;

/** Proves what is dropped and made again, and what is left alone meanwhile; what goes wrong amid it is made in remake.test.ts. */
describe(`what is made again on ${real ? 'a real ksqlDB' : 'the STAND-IN for ksqlDB (set KSQLDB_URL for a real one)'}`, () => {
  const standIn = new KsqlDbStandIn();
  let url: string;
  beforeAll(async () => {
    url = real ?? (await standIn.start()).url;
  });
  afterAll(() => standIn.kill());

  /** A product whose names all end with `id`. */
  const fresh = () => {
    const id = freshId();
    const product = new KsqlDbProduct(url);
    const look = async (): Promise<World> => {
      const client = createClient({ url });
      const { signal } = new AbortController();
      const names = (await readNames(client, signal)).filter((name) => name.endsWith(id));
      const world = await readWorld(client, names, { signal });
      const ours = Object.entries(world.queries).filter(([, { sinks }]) => sinks.some((sink) => names.includes(sink)));
      return { ...world, queries: Object.fromEntries(ours) };
    };
    /** What is there, whatever number the server gave a query. */
    const meaning = async (): Promise<string[]> => {
      const { sources, queries } = await look();
      const made = Object.entries(sources).map(([name, { statement }]) => `${name}: ${statement}`);
      return [...made, ...Object.values(queries).map(({ sinks, sql }) => `query of ${sinks.join()}: ${sql}`)].sort();
    };
    const deployed = async (script: string): Promise<Task> => {
      const task = product.version(script);
      await product.step({ to: task }).run();
      return task;
    };
    const upgrade = (from: Task, script: string): StepRun => product.step({ from, to: product.version(script) });
    const retire = (from: Task) => product.step({ from }).run();
    return { id, look, meaning, deployed, upgrade, retire };
  };

  it('says that rows come a second time where the query begins with its first record', async () => {
    const { id, deployed, upgrade, retire } = fresh();
    const earliest = (script: string): string => `SET 'auto.offset.reset'='earliest';\n${script}`;
    const from = await deployed(earliest(tripScript(id)));
    const { changes } = await upgrade(from, earliest(otherAggregate(tripScript(id)))).preview();
    expect(changes).toMatchObject([{ dataLoss: true, summary: expect.stringContaining('come a second time') }]);
    await retire(from);
  });

  it('lets the other writers of a stream run on when one of them changes', async () => {
    const { id, look, deployed, upgrade, retire } = fresh();
    const script = (filter: string): string => `
CREATE STREAM a_${id} (k VARCHAR KEY) WITH (KAFKA_TOPIC='a-${id}', VALUE_FORMAT='JSON', PARTITIONS=1);
CREATE STREAM b_${id} (k VARCHAR KEY) WITH (KAFKA_TOPIC='b-${id}', VALUE_FORMAT='JSON', PARTITIONS=1);
CREATE STREAM all_${id} (k VARCHAR KEY) WITH (KAFKA_TOPIC='all-${id}', VALUE_FORMAT='JSON', PARTITIONS=1);
INSERT INTO all_${id} WITH (QUERY_ID='OF_A_${id}') SELECT k FROM a_${id} ${filter} EMIT CHANGES;
INSERT INTO all_${id} WITH (QUERY_ID='OF_B_${id}') SELECT k FROM b_${id} EMIT CHANGES;`;
    const from = await deployed(script(''));
    const before = await look();
    const step = upgrade(from, script("WHERE k <> 'x'"));
    expect((await step.preview()).changes.map(({ address, action }) => `${action} ${address}`)).toEqual([`replace query OF_A_${id}`]);
    standIn.ran.length = 0;
    await step.apply();
    if (!real) expect(standIn.ran).toHaveLength(2);
    const after = await look();
    expect(after.queries[`OF_A_${id}`]!.sql).toContain('WHERE');
    expect(after.queries[`OF_B_${id}`]!.sql).toBe(before.queries[`OF_B_${id}`]!.sql);
    expect(after.sources).toEqual(before.sources);
    expect(await step.probe()).toMatchObject({ state: 'to', healthy: true });
    await retire(from);
  });

  it('never has two writers when an INSERT INTO becomes AS SELECT, or back', async () => {
    const { id, look, meaning, deployed, upgrade, retire } = fresh();
    const source = `CREATE STREAM a_${id} (k VARCHAR KEY) WITH (KAFKA_TOPIC='a-${id}', VALUE_FORMAT='JSON', PARTITIONS=1);`;
    const inserted = `${source}
CREATE STREAM sink_${id} (k VARCHAR KEY) WITH (KAFKA_TOPIC='sink-${id}', VALUE_FORMAT='JSON', PARTITIONS=1);
INSERT INTO sink_${id} WITH (QUERY_ID='WRITER_${id}') SELECT k FROM a_${id} EMIT CHANGES;`;
    const selected = `${source}\nCREATE STREAM sink_${id} WITH (KAFKA_TOPIC='sink-${id}') AS SELECT k FROM a_${id} EMIT CHANGES;`;
    const running = async (): Promise<number> => Object.keys((await look()).queries).length;
    for (const [before, after] of [
      [inserted, selected],
      [selected, inserted],
    ] as const) {
      const from = await deployed(before);
      const was = await meaning();
      const step = upgrade(from, after);
      const { changes } = await step.preview();
      expect(changes.find(({ address }) => address === `STREAM SINK_${id}`)).toMatchObject({
        action: 'replace',
        dataLoss: true,
        phase: 'apply',
      });
      const writers: number[] = [];
      step.fenced = async () => void writers.push(await running());
      await step.apply();
      await step.apply('finalise');
      expect(Math.max(...writers, await running())).toBe(1);
      expect(await step.probe('finalise')).toMatchObject({ state: 'to', healthy: true });
      expect(await step.revert()).toEqual([]);
      expect(await meaning()).toEqual(was);
      await retire(from);
    }
  });

  it('ends nothing before an ASSERT that guards it has held', async () => {
    const { id, look, deployed, upgrade, retire } = fresh();
    const from = await deployed(tripScript(id));
    const before = await look();
    const step = upgrade(from, `ASSERT TOPIC 'not-there-${id}';\n${otherAggregate(tripScript(id))}`);
    await step.preview();
    await expect(step.apply()).rejects.toMatchObject({ type: 'StatementRefused' });
    expect(await look()).toEqual(before);
    expect(await step.revert()).toEqual([]);
    expect(await look()).toEqual(before);
    await retire(from);
  });

  it('refuses to let a stream slip to a topic of its own name', async () => {
    const { id, deployed, upgrade, retire } = fresh();
    const from = await deployed(levels('a', id));
    await expect(upgrade(from, levels('a', id).replace(` WITH (KAFKA_TOPIC='bare${id}')`, '')).preview()).rejects.toMatchObject({
      type: 'StatementRefused',
      message: expect.stringContaining('raise the major version'),
    });
    await retire(from);
  });

  it('ends no query of another product for it', async () => {
    const { id, look, deployed, upgrade, retire } = fresh();
    const from = await deployed(levels('a', id));
    const theirs = new KsqlDbProduct(url);
    const other = theirs.version(
      `CREATE STREAM theirs${id} WITH (KAFKA_TOPIC='theirs${id}') AS SELECT trip_id FROM bare${id} EMIT CHANGES;`,
    );
    await theirs.step({ to: other }).run();
    const before = await look();
    await expect(upgrade(from, levels('b', id)).preview()).rejects.toMatchObject({
      type: 'StatementRefused',
      message: expect.stringMatching(new RegExp(`STREAM BARE${id} must be dropped .* of THEIRS${id}, which is not of this product`)),
    });
    expect(await look()).toEqual(before);
    await theirs.step({ from: other }).run();
    await retire(from);
  });
});
