import pc from 'picocolors';
import type { OperationStatus, StepState } from '../lifecycle/messages.js';
import { shortDigest } from '../lifecycle/ids.js';

const marks: Record<StepState, string> = {
  waiting: pc.dim('·'),
  running: pc.cyan('▸'),
  verifying: pc.cyan('?'),
  done: pc.green('✓'),
  unchanged: pc.dim('='),
  failed: pc.red('✗'),
  undoing: pc.yellow('◂'),
  undone: pc.yellow('↶'),
  remains: pc.red('!'),
  skipped: pc.yellow('-'),
};

/** Prints what is new in a status, line by line: fit for a terminal and for a log alike. */
export function createShow(print: (line: string) => void): (status: OperationStatus) => void {
  const told = new Set<string>();
  const tell = (key: string, line: string): void => {
    if (told.has(key)) return;
    told.add(key);
    print(line);
  };
  return (status) => {
    tell(`state ${status.state} ${status.since}`, `${pc.bold(status.operation)} ${status.product} ${status.version}: ${status.state}`);
    for (const step of status.steps) {
      if (step.state === 'waiting') continue;
      tell(
        `${step.id} ${step.state} ${step.since ?? ''}`,
        `  ${marks[step.state]} ${step.title} ${pc.dim(`(${step.executor}, ${step.state})`)}${step.note ? `: ${step.note}` : ''}`,
      );
    }
    for (const request of status.awaiting) {
      tell(`await ${request.digest}`, awaiting(request));
    }
    for (const refusal of status.refused) tell(`refused ${refusal}`, `  ${pc.yellow('not obeyed')}: ${refusal}`);
    for (const note of status.notes) tell(`note ${note}`, `  ${pc.dim(note)}`);
    for (const rest of status.remains)
      tell(
        `remains ${rest.step} ${rest.address} ${rest.reason}`,
        `  ${pc.red('remains')}: ${rest.address}: ${rest.reason}. ${rest.action}`,
      );
  };
}

const awaiting = ({ digest, message, approvers, deadline, evidence }: OperationStatus['awaiting'][number]): string =>
  [
    `  ${pc.yellow('waiting for a decision')}: ${message}`,
    ...evidence.map((line) => `      ${line}`),
    `      by ${approvers.join(' or ')}, until ${deadline}: steward approve ${shortDigest(digest)} --as <you> (or reject)`,
  ].join('\n');
