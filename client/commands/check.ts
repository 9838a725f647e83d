import { compareWithHistory, lineOf } from '../../descriptors/index.js';
import { failures, Failure } from '../../lifecycle/failures.js';
import { evaluate, type PolicyFacts, type PolicyFinding } from '../../policies/index.js';
import { colours } from '../colours.js';
import { command } from '../command.js';
import { readValid } from '../descriptor.js';
import { findingLines } from '../findings.js';
import { atRevision } from '../git-revision.js';
import { opaFailure, opaFor, opaOption, policiesFor } from '../policies.js';

/** Somebody has to agree first: as `steward diff`. */
const EXIT_NEEDS_APPROVAL = 3;

interface Options {
  previous?: string;
  policies?: string;
  defaults: boolean;
  opa?: string;
  as: string;
}

/** `steward check`: what the policies say of a registration; needs no server. The same findings as a worker with the same policies. */
export const check = command(
  'check <descriptor>',
  'Judge a descriptor by the policies of a registration; needs no server',
  (self) =>
    self
      .argument('<descriptor>', 'path of the root document, or of its folder')
      .option(
        '--previous <descriptor>',
        'the version that is registered, for policies about changes; git:<revision>:<path> takes it from git',
      )
      .option('--policies <folder>', 'policies of the platform, beside the ones that come with Steward')
      .option('--no-defaults', 'without the ones that come with Steward')
      .option(...opaOption)
      .option('--as <name>', 'who would register', 'anonymous')
      .addHelpText(
        'after',
        '\nExit codes: 0 nothing stops it, 3 somebody has to grant an exception, 8 no exception can be granted, 2 not valid.',
      ),
  async (output, path: string, { previous, policies, defaults, opa: url, as }: Options) => {
    const bundle = policiesFor({ folder: policies, defaults });
    const asked = bundle.policies.filter(({ points }) => points.includes('register'));
    const opa = opaFor(url, asked);
    const { product, packed } = await readValid(path);
    const now = new Date().toISOString();
    const former = previous === undefined ? undefined : await atRevision(previous, async (at) => (await readValid(at, previous)).product);
    if (former && lineOf(former.info.fullyQualifiedName) !== lineOf(product.info.fullyQualifiedName))
      throw new Failure('InvalidInput', `${previous} is another product: ${former.info.fullyQualifiedName}`);
    const comparison = former && compareWithHistory([former], product, { facts: { now } });
    const facts: PolicyFacts = {
      operation: 'register',
      product,
      bundle: packed.digest,
      comparison,
      changes: [],
      request: { requestedBy: as },
      now,
    };
    const findings = await evaluate(bundle, 'register', facts, opa).catch((cause: unknown) => Promise.reject(opaFailure(cause)));
    const verdict = verdictOf(findings);
    const summary = `${colour[verdict](verdict)}: ${bundle.policies.length} policies (${bundle.digest})`;
    output.result(
      { verdict, policies: bundle.digest, findings },
      [findingLines(findings), summary].filter((line) => line !== '').join('\n'),
    );
    if (verdict === 'needs-approval') process.exitCode = EXIT_NEEDS_APPROVAL;
    if (verdict === 'refused') process.exitCode = failures.PolicyViolated.exit;
  },
);

type Verdict = 'allowed' | 'needs-approval' | 'refused';

function verdictOf(findings: PolicyFinding[]): Verdict {
  const blocking = findings.filter((finding) => finding.blocking);
  if (blocking.some(({ exception }) => exception === undefined)) return 'refused';
  return blocking.length > 0 ? 'needs-approval' : 'allowed';
}

const colour = { allowed: colours.green, 'needs-approval': colours.yellow, refused: colours.red } as const;
