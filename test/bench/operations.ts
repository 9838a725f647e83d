import { covered, isExecutors, timingsOf } from './history-timings.js';
import type { Timing } from './history-timings.js';
import { clear, deleteTopics, deploy, registerExample, registrations, topicsOf } from './measures.js';
import { plainDeploy, prepare, tidy } from './plain-script.js';
import { openStack } from './stack.js';
import { openSteward } from './steward.js';
import { median, ms, printTable } from './table.js';
import type { Row } from './table.js';

/** Rounds of script and Steward in turn, so that a warmer machine favours neither. The first of each is not counted: it warms up. */
const ROUNDS = Number(process.env['STEWARD_BENCH_ROUNDS'] ?? 3) + 1;
const REPEATS = 3;
const CLIENTS = 8;
const REGISTRATIONS = 240;

/** Measures operations against a plain script in one run on one stack, and prints one table. */
export async function measureOperations(): Promise<void> {
  const tell = (line: string): void => void process.stderr.write(`${line}\n`);
  const stack = await openStack();
  try {
    const steward = await openSteward(ROUNDS);
    try {
      const idleMb = steward.workerMb();
      const line = await registerExample(steward);
      const rows: Row[] = [];
      const script: number[] = [];
      const scriptParts: { [part: string]: number }[] = [];
      const whole: number[] = [];
      const histories: Awaited<ReturnType<typeof timingsOf>>[] = [];
      let steps = 0;
      const empty: number[] = [];
      const restored: number[] = [];
      let emptyHistory: (typeof histories)[0] | undefined;
      let isRestored = true;

      for (const [round, { name, topicPrefix }] of steward.environments.entries()) {
        const prepared = await prepare(`${steward.id}-p${round}-`, steward.stateBucket);
        const parts = await plainDeploy(prepared);
        const scriptMs = Object.values(parts).reduce((sum, part) => sum + part, 0);
        await clear(prepared.prefix, prepared.prefix);
        await tidy(prepared);
        const { ms: stewardMs, handle, result } = await deploy(steward, line, name);
        if (result.state !== 'deployed') throw new Error(`the deploy ended as ${result.state}`);
        tell(`round ${round}${round === 0 ? ' (not counted)' : ''}: script ${ms(scriptMs)}, Steward ${ms(stewardMs)}`);
        if (round > 0) {
          script.push(scriptMs);
          scriptParts.push(parts);
          whole.push(stewardMs);
          histories.push(await timingsOf(handle));
          steps = result.changes.length;
        }
        if (round === ROUNDS - 1) {
          for (let repeat = 0; repeat < REPEATS; repeat += 1) {
            const again = await deploy(steward, line, name);
            if (again.result.state !== 'unchanged') throw new Error(`the empty redeploy ended as ${again.result.state}`);
            empty.push(again.ms);
            emptyHistory = await timingsOf(again.handle);
          }
          for (let repeat = 0; repeat < REPEATS; repeat += 1) {
            const topic = `${topicPrefix}trip-position`;
            await deleteTopics([topic]);
            const repair = await deploy(steward, line, name);
            restored.push(repair.ms);
            isRestored &&= (await topicsOf(topicPrefix)).includes(topic);
          }
        }
        await clear(topicPrefix, name);
      }
      const deployedMb = steward.workerMb();
      const { perSecond, times } = await registrations(steward, CLIENTS, REGISTRATIONS);
      const workerMb = steward.workerMb();

      const deployMs = median(whole);
      const engineMs = median(histories.map(({ total, activities }) => total - covered(activities.filter(isExecutors))));
      rows.push(
        [
          'whole deploy: plain script',
          ms(median(script)),
          'terraform init, plan, apply; registry; SQL gateway; until the jobs run; one after the other',
        ],
        [
          'whole deploy: Steward',
          ms(deployMs),
          'the same product on an equal fresh prefix, with previews, policies, way back, probes, record',
        ],
        [
          'ratio Steward / script',
          (deployMs / median(script)).toFixed(2),
          `medians of ${ROUNDS - 1} alternating rounds; below 1 = Steward is faster`,
        ],
        [
          'engine overhead a step',
          ms(engineMs / steps),
          `time of the run in which no executor works, ${ms(engineMs)}, over ${steps} steps`,
        ],
        ['empty redeploy', ms(median(empty)), `median of ${REPEATS}: everything previewed against the world, nothing to change`],
        [
          'redeploy after a topic was deleted',
          ms(median(restored)),
          `median of ${REPEATS}; ${isRestored ? 'the topic was there again each time' : 'THE TOPIC WAS NOT RESTORED'}`,
        ],
        [
          `registrations with ${CLIENTS} clients`,
          `${perSecond.toFixed(1)} /s`,
          `${REGISTRATIONS} small inline descriptors of different products; median ${ms(median(times))} each`,
        ],
        [
          'worker memory',
          `${workerMb.toFixed(0)} MB`,
          `resident, one process with all executors, at the end; ${idleMb.toFixed(0)} MB at the start, ${deployedMb.toFixed(0)} MB after the deploys`,
        ],
      );
      const memory = stack.memoryMb();
      const sum = memory.reduce((total, { mb }) => total + mb, 0);
      rows.push(['stack memory', `${sum.toFixed(0)} MB`, memory.map(({ name, mb }) => `${name} ${mb.toFixed(0)}`).join(', ')]);
      rows.push(['stack start', stack.startMs === undefined ? 'not measured' : ms(stack.startMs), 'all servers answer; nothing to fetch']);

      console.log('\nOperations beside a plain script:\n');
      printTable(['what', 'figure', 'what it means'], rows);
      console.log('\nWhere the script spends its time (medians):\n');
      const names = Object.keys(scriptParts[0] ?? {});
      printTable(
        ['part', 'time'],
        names.map((part) => [part, ms(median(scriptParts.map((parts) => parts[part]!)))]),
      );
      console.log('\nWhere the last deploy spends its time:\n');
      printTimeline(histories.at(-1)!);
      console.log('\nWhere the last empty redeploy spends its time:\n');
      printTimeline(emptyHistory!);
    } finally {
      await steward.close();
    }
  } finally {
    await stack.stop();
  }
}

/** Activities in order: when each began, how long it waited for a worker, how long it ran. */
function printTimeline({ total, activities }: { total: number; activities: Timing[] }): void {
  const row = ({ name, scheduled, started, ended }: Timing): Row => [name, ms(scheduled), ms(started - scheduled), ms(ended - started)];
  printTable(['activity', 'scheduled at', 'waited', 'ran'], activities.map(row));
  console.log(`end after ${ms(total)}`);
}
