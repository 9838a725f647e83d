import { begin, outcomeOf, register } from '../support/operations.js';
import { jobsSql, smallProduct, topicsModule } from '../support/small-product.js';
import type { SmallProduct } from '../support/small-product.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld } from '../support/steward-world.js';
import { clearWorld } from '../support/world-snapshot.js';
import { timingsOf } from './history-timings.js';
import type { Timing } from './history-timings.js';
import { openStack } from './stack.js';
import { median, ms, printTable } from './table.js';

/** The first round warms up and is not counted. */
const ROUNDS = 2 + 1;
const TOPICS = ['a', 'b', 'c'];

/** Measures what turning back costs beside going forward: topics, a schema and two jobs, of which the second cannot run. */
export async function measureUndo(): Promise<void> {
  const stack = await openStack();
  try {
    const world = await openWorld();
    const products: SmallProduct[] = [];
    try {
      await world.startWorker();
      const rounds: { good: number; forward: number; back: number; terraform: number }[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const [good, bad] = [make(world, `good${round}`), make(world, `bad${round}`)];
        products.push(good, bad);
        await register(world, good, bad);
        const applied = await run(world, good, 'deployed');
        const failed = await run(world, bad, '');
        if (round > 0)
          rounds.push({
            good: between(applied, 'takeRecord', 'recordResult'),
            forward: between(failed, 'takeRecord', 'setPhase'),
            back: between(failed, 'setPhase', undefined),
            terraform: ran(failed, 'terraform.revert'),
          });
        await clearWorld(world, [good, bad]);
      }
      const of = (key: keyof (typeof rounds)[0]): number => median(rounds.map((round) => round[key]));
      console.log('\nTurning back:\n');
      printTable(
        ['what', 'figure', 'what it means'],
        [
          [
            'forward, to the end',
            ms(of('good')),
            `applied and verified: ${TOPICS.length} topics, a schema, two jobs; median of ${rounds.length}`,
          ],
          ['forward, until the last job has failed', ms(of('forward')), 'the same, and what it takes to see that the job does not run'],
          ['back', ms(of('back')), 'from the decision to turn back to the evidence: everything undone in reverse'],
          [
            '... of which Terraform deletes topics',
            ms(of('terraform')),
            'each hangs on the next one, and the Kafka provider waits 5 s for each',
          ],
          [
            'ratio back / forward to the end',
            median(rounds.map(({ back, good }) => back / good)).toFixed(2),
            'below 1: undoing is quicker than doing',
          ],
          ['ratio back / forward until it failed', median(rounds.map(({ back, forward }) => back / forward)).toFixed(2), ''],
        ],
      );
    } finally {
      await clearWorld(world, products);
      await world.close();
    }
  } finally {
    await stack.stop();
  }
}

function make(world: StewardWorld, name: string): SmallProduct {
  const sql = jobsSql('sink_a', 'sink_b');
  return smallProduct(world, name, {
    terraform: topicsModule(TOPICS.map((topic) => `${name}-${topic}`)),
    sql: name.startsWith('bad') ? sql.replace('INTO sink_b SELECT a FROM', 'INTO sink_b SELECT a / (a - a) FROM') : sql,
  });
}

async function run(world: StewardWorld, product: SmallProduct, ended: string): Promise<Awaited<ReturnType<typeof timingsOf>>> {
  const handle = await begin(world, 'deploy', product);
  const outcome = await outcomeOf(handle);
  if (ended !== '' ? outcome.ended !== ended : outcome.report?.ended !== 'compensated')
    throw new Error(`${product.name} ended as ${outcome.ended}: ${outcome.message}`);
  return timingsOf(handle);
}

/** How long an activity ran. */
function ran({ activities }: { activities: Timing[] }, name: string): number {
  const { started, ended } = activities.find((timing) => timing.name.startsWith(name))!;
  return ended - started;
}

/** From the end of one activity to the start of another, or to the end of the run. */
function between({ total, activities }: { total: number; activities: Timing[] }, from: string, to: string | undefined): number {
  const find = (name: string): Timing => activities.find((timing) => timing.name.startsWith(name))!;
  const began = to === undefined ? find(from).scheduled : find(from).ended;
  return (to === undefined ? total : find(to).scheduled) - began;
}
