import type { Command } from 'commander';
import type { Digest } from '../../lifecycle/digest.js';
import { operationWorkflowId, unregisteredPlanWorkflowId, workflowTypeOf } from '../../lifecycle/ids.js';
import type { JudgedFinding } from '../../lifecycle/engine.js';
import type { Finding } from '../../lifecycle/finding.js';
import type { OperationResult } from '../../lifecycle/operations.js';
import { colours } from '../colours.js';
import { ask } from '../ask.js';
import type { AskOptions } from '../ask.js';
import { command } from '../command.js';
import type { Output } from '../output.js';
import { lineKnown } from '../product.js';
import { withProof } from '../proof.js';
import { withRun } from '../run-options.js';

export interface OperateOptions extends AskOptions {
  reason?: string;
  ticket?: string;
  dryRun?: boolean;
  sunset?: string;
  environment: string;
}

export const kinds = ['deploy', 'upgrade', 'retire'] as const;
export type Kind = (typeof kinds)[number];

/** Adds the options of who asks for something in an environment. */
export const withRequest = (self: Command): Command =>
  withRun(
    withProof(
      self
        .option('-e, --environment <name>', 'the target', 'local')
        .option('--as <name>', 'who asks (a label, unless the environment can establish it)')
        .option('--reason <text>', 'why')
        .option('--ticket <text>', 'where the change is written down; some policies ask for one'),
    ),
  );

const common = (self: Command): Command =>
  withRequest(
    self
      .argument(
        '<product>',
        'the line, the fully qualified name, an older spelling or an id, e.g. urn:dpds:com.company-xyz:dataproducts:trackandtrace',
      )
      .argument('<version>', 'e.g. 1.0.0'),
  );

/** `steward deploy`, `upgrade`, `retire`: start, follow, tell the result. */
const operate = (kind: Kind, description: string, more: (self: Command) => Command = (self) => self) =>
  command(
    `${kind} <product> <version>`,
    description,
    (self) => more(common(self).option('--dry-run', 'plan and judge only')),
    (output, product: string, version: string, options: OperateOptions) => runOperationOf(kind, output, product, version, options),
  );

export const deploy = operate('deploy', 'Bring a registered version to life in an environment, or leave the environment as it was');
export const upgrade = operate('upgrade', 'Take what runs to another version (downward too), or back to what it was');
export const retire = operate('retire', 'Announce the end, wait until the sunset date, remove everything', (self) =>
  self.option('--sunset <time>', 'ISO date or time; default: the deprecation period of the environment'),
);

/** Starts an operation on a product by any of its names, and follows it. */
export async function runOperationOf(kind: Kind, output: Output, product: string, version: string, options: OperateOptions): Promise<void> {
  await operateOn(kind, output, { product, version, name: (await lineKnown(product)) ?? product }, options);
}

/**
 * Starts an operation and follows it. @param of the product as it was asked for, and by its line, as far as it is known; the bundle of a version
 * that is not registered, which is only planned
 */
export function operateOn(
  kind: Kind,
  output: Output,
  { product, version, name, bundle }: { product: string; version: string; name: string; bundle?: Digest },
  options: OperateOptions,
): Promise<void> {
  const { environment, as: requestedBy, reason, ticket, dryRun, sunset } = options;
  return ask<OperationResult>(
    output,
    {
      workflowType: workflowTypeOf(kind),
      workflowId: bundle ? unregisteredPlanWorkflowId(environment, name, bundle) : operationWorkflowId(kind, environment, name),
      input: { product, version, environment, requestedBy, reason, ticket, dryRun, bundle, ...(kind === 'retire' ? { sunset } : {}) },
      labels: { operation: kind, product: name, environment, requestedBy },
      summary: `${kind} ${name} ${version} in ${environment}${dryRun ? ` (plan only${bundle ? ', not registered' : ''})` : ''}`,
    },
    options,
    describe,
  );
}

/** What was changed (or would be), by step; then how it ended. */
function describe({ state, product, version, environment, changes, findings }: OperationResult): string {
  const touched = changes.filter((step) => step.changes.length > 0 || step.unknown.length > 0);
  const verdict = state === 'planned' ? `${touched.length === 0 ? 'nothing would change' : 'planned'}, nothing was done` : state;
  return [
    ...touched.flatMap(({ step, changes: planned, unknown }) => [
      `  ${step}`,
      ...planned.map(({ action, address, dataLoss }) => `    ${action} ${address}${dataLoss ? colours.red(' (data is lost)') : ''}`),
      ...unknown.map((text) => `    ${colours.dim(`not known before it runs: ${text}`)}`),
    ]),
    ...(state === 'planned' ? findings.map(toldAs) : []),
    `${verdict}: ${product} ${version} in ${environment}`,
  ].join('\n');
}

/** What a policy says, and who would be asked. */
const toldAs = ({ severity, message, exception, exceptedBy }: Finding & Partial<JudgedFinding>): string =>
  `  ${severity}: ${message}${exception ? ` (has to be approved by ${exception.approvers.join(' or ')})` : ''}${exceptedBy ? ' (approved)' : ''}`;
