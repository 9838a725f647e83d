import type { OperationStatus } from '../lifecycle/messages.js';
import { colours } from './colours.js';
import { durationOf } from './duration.js';
import type { Doing } from './under-way.js';

/** Often enough to see it move; a log is read later, and by line. */
const LINE_EVERY_MS = process.stdout.isTTY ? 5_000 : 30_000;

/**
 * Prints what is under way whenever it says something new, now and then: `37 of 120 resources`, or why it is tried again.
 * @param status what the run said last: it knows the steps' titles and beginnings
 */
export function createDoingShow(
  print: (line: string) => void,
  status: () => OperationStatus | undefined,
  lineEveryMs = LINE_EVERY_MS,
): (all: Doing[]) => void {
  const told = new Map<string, { text: string; at: number }>();
  return (all) => {
    for (const { id, activity, step: about, text } of all) {
      const last = told.get(id);
      const now = Date.now();
      if (text === '' || text === last?.text || (last && now - last.at < lineEveryMs)) continue;
      told.set(id, { text, at: now });
      const step = status()?.steps.find((each) => each.id === about);
      const since = step?.since === undefined ? '' : ` ${colours.dim(`(${durationOf(step.since, now)})`)}`;
      print(`    ${colours.dim(`${step?.title ?? activity}:`)} ${text}${since}`);
    }
  };
}
