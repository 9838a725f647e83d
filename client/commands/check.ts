import { failures } from '../../lifecycle/failures.js';
import { colours } from '../colours.js';
import { command } from '../command.js';
import { readValid } from '../descriptor.js';
import { EXIT_NEEDS_APPROVAL } from '../exit-codes.js';
import { findingLines } from '../findings.js';
import { atRevision } from '../git-revision.js';
import { assertSameProduct, judged, withPolicies, type PolicyOptions } from '../judge.js';

interface Options extends PolicyOptions {
  previous?: string;
}

/** `steward check`: what the policies say of a registration; needs no server. The same findings as a worker with the same policies. */
export const check = command(
  'check <descriptor>',
  'Judge a descriptor by the policies of a registration; needs no server',
  (self) =>
    withPolicies(
      self
        .argument('<descriptor>', 'path of the root document, or of its folder')
        .option(
          '--previous <descriptor>',
          'the version that is registered, for policies about changes; git:<revision>:<path> takes it from git',
        ),
    ).addHelpText(
      'after',
      '\nExit codes: 0 nothing stops it, 3 somebody has to grant an exception, 8 no exception can be granted, 2 not valid.',
    ),
  async (output, path: string, { previous, ...options }: Options) => {
    const read = await readValid(path);
    const former = previous === undefined ? undefined : await atRevision(previous, async (at) => (await readValid(at, previous)).product);
    if (former) assertSameProduct(former, read.product, previous!);
    const { verdict, bundle, findings } = await judged(read, former, options, new Date().toISOString());
    const summary = `${colour[verdict](verdict)}: ${bundle.policies.length} policies (${bundle.digest})`;
    output.result(
      { verdict, policies: bundle.digest, findings },
      [findingLines(findings), summary].filter((line) => line !== '').join('\n'),
    );
    if (verdict === 'needs-approval') process.exitCode = EXIT_NEEDS_APPROVAL;
    if (verdict === 'refused') process.exitCode = failures.PolicyViolated.exit;
  },
);

const colour = { allowed: colours.green, 'needs-approval': colours.yellow, refused: colours.red } as const;
