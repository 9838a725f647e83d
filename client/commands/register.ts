import { lineOf } from '../../descriptors/index.js';
import type { JudgedFinding } from '../../lifecycle/engine.js';
import type { Finding } from '../../lifecycle/finding.js';
import { registerWorkflowId } from '../../lifecycle/ids.js';
import type { RegisterResult } from '../../lifecycle/operations.js';
import { withCatalog } from '../catalog.js';
import { colours } from '../colours.js';
import { ask } from '../ask.js';
import type { AskOptions } from '../ask.js';
import { command } from '../command.js';
import { readValid } from '../descriptor.js';
import type { Output } from '../output.js';
import { findingLines } from '../findings.js';
import { withProof } from '../proof.js';
import { withRun } from '../run-options.js';

interface Options extends AskOptions {
  reason?: string;
  ticket?: string;
  dryRun?: boolean;
}

/** `steward register`: packs the descriptor's folder, uploads it, and starts the workflow on its digest. */
export const register = command(
  'register <descriptor>',
  'Register a version: validate, compare with the registered versions, judge by policy, save, publish',
  (self) =>
    withRun(withProof(self))
      .argument('<descriptor>', 'path of the root document, or of its folder')
      .option('--as <name>', 'who asks (a label, unless the environment can establish it)')
      .option('--reason <text>', 'why')
      .option('--ticket <text>', 'where the change is written down; some policies ask for one')
      .option('--dry-run', 'everything but saving'),
  async (output, descriptor: string, options: Options) => registerVersion(output, await readValid(descriptor), options),
);

/** Uploads a descriptor, starts its registration and follows it. */
export async function registerVersion(
  output: Output,
  { product, packed }: Pick<Awaited<ReturnType<typeof readValid>>, 'product' | 'packed'>,
  options: Options,
): Promise<void> {
  await withCatalog((catalog) => catalog.blobs.putBytes(packed.bytes));
  const { version, fullyQualifiedName } = product.info;
  const line = lineOf(fullyQualifiedName) ?? fullyQualifiedName;
  const { as: requestedBy, reason, ticket, dryRun } = options;
  await ask<RegisterResult>(
    output,
    {
      workflowType: 'registerDataProduct',
      workflowId: registerWorkflowId(line, version),
      input: { bundle: packed.digest, requestedBy, reason, ticket, dryRun },
      labels: { operation: 'register', product: line, requestedBy },
      summary: `register ${product.info.name} ${version}`,
    },
    options,
    describe,
  );
}

/** What was looked at and found good is not repeated; what should be looked at is. */
function describe({ state, product, version, bundle, findings }: RegisterResult): string {
  const judged: (Finding & Partial<JudgedFinding>)[] = findings;
  const open = judged.filter(({ severity, exceptedBy }) => severity !== 'info' && exceptedBy === undefined);
  const approved = judged.flatMap(({ exceptedBy, pointer, message, rule }) =>
    exceptedBy === undefined ? [] : [`${pointer || '/'} approved ${message} ${colours.dim(`[${rule}]`)}`],
  );
  const approvers = [...new Set(open.flatMap(({ exception }) => exception?.approvers ?? []))];
  const when =
    approvers.length > 0 ? `may be registered when it is approved by ${approvers.join(' or ')}; nothing was saved` : meaning[state];
  return [findingLines(open), ...approved, `${when}: ${product} ${version} (${bundle})`].filter((part) => part !== '').join('\n');
}

const meaning = {
  registered: 'registered',
  alreadyRegistered: 'already registered, with the same content',
  valid: 'may be registered; nothing was saved',
} as const;
