import { PASTED_LATER_S, SENT_AT_ONCE_S } from '../identity/index.js';
import { ENGINE_QUEUE, REGISTRY } from '../lifecycle/ids.js';
import { startLink } from '../lifecycle/start-form.js';
import type { StartLabels } from './attributes.js';
import { connected } from './command.js';
import { uiUrlOf } from './ui-url.js';
import type { Output } from './output.js';
import { proofOf } from './proof.js';
import type { ProofOptions } from './proof.js';
import { runOperation } from './run-operation.js';
import type { RunOptions } from './run-operation.js';
import type { Start } from './start.js';
import { readStatement, requestStatement } from './statement.js';
import { secondsOf } from '../lifecycle/time.js';

export interface AskOptions extends RunOptions, ProofOptions {
  print?: boolean;
}

/** Starts an operation in the name of who asks for it and follows it to its end; or prints what a person starts it with, and starts nothing. */
export async function ask<R extends object>(
  output: Output,
  start: Omit<Start, 'wait' | 'statement' | 'labels'> & { labels: StartLabels },
  { print, ...options }: AskOptions,
  describe: (result: R) => string,
): Promise<void> {
  const proof = await proofOf(options);
  const { input, labels } = start;
  const asked = { operation: labels.operation, environment: labels.environment ?? REGISTRY, input };
  if (print) return printed(output, start, await requestStatement(proof, asked, PASTED_LATER_S));
  const statement = () => requestStatement(proof, asked, SENT_AT_ONCE_S);
  await connected((connection) => runOperation<R>(connection, output, { ...start, statement }, options, describe));
}

/** The fields of the Temporal UI's page Start Workflow, by its names. */
function printed(
  output: Output,
  { workflowType, workflowId, input }: Pick<Start, 'workflowType' | 'workflowId' | 'input'>,
  statement: string | undefined,
): void {
  const signed = { ...input, ...(statement !== undefined && { statement }) };
  const link = startLink(uiUrlOf(), { workflowType, workflowId, taskQueue: ENGINE_QUEUE });
  const lines = [
    `Open ${link}`,
    'It fills in:',
    `Workflow ID: ${workflowId}`,
    `Task Queue: ${ENGINE_QUEUE}`,
    `Workflow Type: ${workflowType}`,
    'Left to paste is the input, of encoding json/plain:',
    JSON.stringify(signed),
  ];
  if (statement !== undefined) {
    const { name, expires } = readStatement(statement);
    lines.push(`Signed by ${name}, until ${secondsOf(expires)}, for one start with this very input.`);
  }
  output.result({ workflowType, workflowId, taskQueue: ENGINE_QUEUE, input: signed, link }, lines.join('\n'));
}
