import type { OperationStatus, StepState, StepStatus } from '../lifecycle/messages.js';
import { colours } from './colours.js';
import { durationOf } from './duration.js';
import { grantLine, requestLines } from './show-request.js';
import { standingInWords } from './standing.js';

const marks: Record<StepState, string> = {
  waiting: colours.dim('·'),
  running: colours.cyan('▸'),
  verifying: colours.cyan('?'),
  done: colours.green('✓'),
  unchanged: colours.dim('='),
  failed: colours.red('✗'),
  undoing: colours.yellow('◂'),
  undone: colours.yellow('↶'),
  remains: colours.red('!'),
  skipped: colours.yellow('-'),
};

/** What is under way: it comes after the operation's own state where both have the time of one workflow task; all else before. */
const UNDER_WAY: readonly StepState[] = ['running', 'verifying', 'undoing'];

/** Too short to be told. */
const AT_ONCE = '0.0 s';

/** Prints what is new in a status, line by line in the order of its happening: fit for a terminal and for a log alike. */
export function createShow(print: (line: string) => void): (status: OperationStatus) => void {
  const told = new Set<string>();
  const begun = new Map<string, { state: StepState; at: string }>();
  const isNew = (key: string): boolean => !told.has(key) && Boolean(told.add(key));

  const ofStep = (step: StepStatus): string => {
    const former = begun.get(step.id);
    if (UNDER_WAY.includes(step.state)) begun.set(step.id, { state: step.state, at: step.since ?? '' });
    const elapsed = former && step.since && !UNDER_WAY.includes(step.state) ? durationOf(former.at, step.since) : AT_ONCE;
    const took = elapsed === AT_ONCE ? '' : `, ${elapsed}`;
    const word = step.state === 'done' && former?.state === 'verifying' ? 'verified' : step.state;
    return `  ${marks[step.state]} ${step.title} ${colours.dim(`(${step.executor}, ${word}${took})`)}${step.note ? `: ${step.note}` : ''}`;
  };

  return (status) => {
    const events: { at: string; rank: number; line: () => string }[] = [];
    if (isNew(`state ${status.state} ${status.since}`)) events.push({ at: status.since, rank: 1, line: () => titleOf(status) });
    for (const step of status.steps) {
      if (step.state === 'waiting' || !isNew(`${step.id} ${step.state} ${step.since ?? ''}`)) continue;
      events.push({ at: step.since ?? '', rank: UNDER_WAY.includes(step.state) ? 2 : 0, line: () => ofStep(step) });
    }
    events.sort((a, b) => a.at.localeCompare(b.at) || a.rank - b.rank);
    for (const { line } of events) print(line());

    const { standing, granted } = status;
    for (const request of status.awaiting)
      if (isNew(`await ${request.digest} ${request.deadline}`)) for (const line of requestLines(request)) print(line);
    if (standing && isNew(`standing ${standingInWords(standing)}`)) print(`  ${standingInWords(standing)}`);
    if (granted && isNew(`granted ${granted.expiresAt}`)) print(`  ${grantLine(granted)}`);
    for (const refusal of status.refused) if (isNew(`refused ${refusal}`)) print(`  ${colours.yellow('not obeyed')}: ${refusal}`);
    for (const note of status.notes) if (isNew(`note ${note}`)) print(`  ${colours.dim(note)}`);
    for (const { step, address, reason, action } of status.remains)
      if (isNew(`remains ${step} ${address} ${reason}`))
        print(`  ${colours.red('remains')}: ${address}: ${reason}. ${action} (step ${step})`);
  };
}

/** What, which version, where, and what is being done. Until the request is read, only what was asked is known. */
function titleOf({ operation, product, version, environment, state }: OperationStatus): string {
  const known = [operation, product, version].filter((part) => part !== '' && part !== '?').join(' ');
  const place = environment && environment !== '?' ? ` in ${environment}` : '';
  return `${colours.bold(known)}${place}: ${state === 'reading' ? 'reading the request' : state}`;
}
