import { Option } from 'commander';
import type { Command } from 'commander';
import { operationWorkflowId, workflowTypeOf } from '../../lifecycle/ids.js';
import type { OperationResult } from '../../lifecycle/operations.js';
import { colours } from '../colours.js';
import { ask } from '../ask.js';
import type { AskOptions } from '../ask.js';
import { command } from '../command.js';
import type { Output } from '../output.js';
import { lineKnown } from '../product.js';
import { withProof } from '../proof.js';
import { withRun } from '../run-options.js';

interface Options extends AskOptions {
  reason?: string;
  ticket?: string;
  dryRun?: boolean;
  sunset?: string;
  environment: string;
}

const kinds = ['deploy', 'upgrade', 'retire'] as const;
type Kind = (typeof kinds)[number];

const common = (self: Command): Command =>
  withRun(
    withProof(
      self
        .argument(
          '<product>',
          'the line, the fully qualified name, an older spelling or an id, e.g. urn:dpds:com.company-xyz:dataproducts:trackandtrace',
        )
        .argument('<version>', 'e.g. 1.0.0')
        .option('-e, --environment <name>', 'the target', 'local')
        .option('--as <name>', 'who asks (a label, unless the environment can establish it)')
        .option('--reason <text>', 'why')
        .option('--ticket <text>', 'where the change is written down; some policies ask for one'),
    ),
  );

/** `steward deploy`, `upgrade`, `retire`: start, follow, tell the result. */
const operate = (kind: Kind, description: string, more: (self: Command) => Command = (self) => self) =>
  command(
    `${kind} <product> <version>`,
    description,
    (self) => more(common(self).option('--dry-run', 'plan and judge only')),
    (output, product: string, version: string, options: Options) => run(kind, output, product, version, options),
  );

export const deploy = operate('deploy', 'Bring a registered version to life in an environment, or leave the environment as it was');
export const upgrade = operate('upgrade', 'Take what runs to another version (downward too), or back to what it was');
export const retire = operate('retire', 'Announce the end, wait until the sunset date, remove everything', (self) =>
  self.option('--sunset <time>', 'ISO date or time; default: the deprecation period of the environment'),
);

/** `steward plan`: what an operation would do. */
export const plan = command(
  'plan <product> <version>',
  'Show what an operation would change; nothing is changed',
  (self) => common(self).addOption(new Option('--operation <kind>', 'which operation').choices(kinds).default('deploy')),
  (output, product: string, version: string, options: Options & { operation: Kind }) =>
    run(options.operation, output, product, version, { ...options, dryRun: true }),
);

async function run(kind: Kind, output: Output, product: string, version: string, options: Options): Promise<void> {
  await operateOn(kind, output, { product, version, name: (await lineKnown(product)) ?? product }, options);
}

/** Starts an operation and follows it. @param of the product as it was asked for, and by its line, as far as it is known */
export function operateOn(
  kind: Kind,
  output: Output,
  { product, version, name }: { product: string; version: string; name: string },
  options: Options,
): Promise<void> {
  const { environment, as: requestedBy, reason, ticket, dryRun, sunset } = options;
  return ask<OperationResult>(
    output,
    {
      workflowType: workflowTypeOf(kind),
      workflowId: operationWorkflowId(kind, environment, name),
      input: { product, version, environment, requestedBy, reason, ticket, dryRun, ...(kind === 'retire' ? { sunset } : {}) },
      labels: { operation: kind, product: name, environment, requestedBy },
      summary: `${kind} ${name} ${version} in ${environment}${dryRun ? ' (plan only)' : ''}`,
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
    ...(state === 'planned' ? findings.map((finding) => `  ${finding.severity}: ${finding.message}`) : []),
    `${verdict}: ${product} ${version} in ${environment}`,
  ].join('\n');
}
