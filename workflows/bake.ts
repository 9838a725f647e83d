import { sleep } from '@temporalio/workflow';
import { failure } from './failure.js';
import type { Held } from './held.js';
import type { Progress } from './progress.js';

/** So many looks, however long the time is: each of them is a few events of the history. */
const LOOKS = 20;
/** Looking more often than this would say the same thing again. */
const SHORTEST_PAUSE_MS = 5_000;
/** A look that found something is looked into again soon, but not so soon that one failure is seen twice: a job's counts for 10 seconds. */
const SECOND_LOOK_MS = { soonest: 15_000, latest: 30_000 };

/**
 * Watches for a while what was changed, and the applications that were not but were well when it began. What is not well at two looks in a
 * row, so that no job that fails once decides, ends it with `VerificationFailed`, and all is taken back.
 */
export async function bake(held: Pick<Held, 'ailing'>, bakeMs: number, progress: Progress): Promise<void> {
  const began = Date.now();
  const end = began + bakeMs;
  const summary = `bake time until ${timeOf(end)}`;
  progress.state(summary);
  const excused = new Set((await held.ailing(timeOf(began), 'untouched')).map(({ step }) => step));
  let ailing = new Set<string>();
  for (let left = bakeMs; left > 0 || ailing.size > 0; left = end - Date.now()) {
    const pause = Math.max(bakeMs / LOOKS, SHORTEST_PAUSE_MS);
    const { soonest, latest } = SECOND_LOOK_MS;
    await sleep(Math.ceil(ailing.size > 0 ? Math.min(Math.max(pause, soonest), latest) : Math.min(pause, left)), { summary });
    const found = (await held.ailing(timeOf(began))).filter(({ step }) => !excused.has(step));
    const again = found.filter(({ step }) => ailing.has(step));
    for (const { step, message } of found) progress.step(step, 'failed', message);
    if (again[0]) {
      const { step, message } = again[0];
      throw failure('VerificationFailed', `not well during its bake time: ${again.map((each) => each.message).join('; ')}`, {
        step,
        message,
      });
    }
    for (const step of ailing) if (!found.some((each) => each.step === step)) progress.step(step, 'done');
    ailing = new Set(found.map(({ step }) => step));
  }
}

const timeOf = (milliseconds: number): string => new Date(milliseconds).toISOString();
