import type { Command } from 'commander';
import { ENGINE_QUEUE } from '../lifecycle/ids.js';
import type { Output } from './output.js';
import type { Start } from './start.js';

/** The option of commands that can tell what to start instead of starting it. */
export const printing = (command: Command): Command =>
  command.option('--print', "start nothing: print what to paste into the Temporal UI's start page; signed with --key for an hour");

/** What the Temporal UI asks for when somebody starts a workflow there. */
export function printStart(
  output: Output,
  { workflowType, workflowId, input }: Pick<Start, 'workflowType' | 'workflowId' | 'input'>,
): void {
  const text = [
    `workflow id: ${workflowId}`,
    `task queue: ${ENGINE_QUEUE}`,
    `workflow type: ${workflowType}`,
    `input: ${JSON.stringify(input)}`,
  ];
  output.result({ workflowId, taskQueue: ENGINE_QUEUE, workflowType, input: JSON.parse(JSON.stringify(input)) as object }, text.join('\n'));
}
