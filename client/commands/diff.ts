import { changeRules, compareDescriptors } from '../../descriptors/index.js';
import type { ChangeClass, ChangeFinding, Comparison, Product } from '../../descriptors/index.js';
import { failures } from '../../lifecycle/failures.js';
import { colours } from '../colours.js';
import { command } from '../command.js';
import { readValid } from '../descriptor.js';
import { EXIT_NEEDS_APPROVAL } from '../exit-codes.js';
import { atRevision } from '../git-revision.js';
import { judgementsIn, judgementsOption } from '../judgements.js';
import { oneLine } from '../one-line.js';
import { terminalWidth, wrapped } from '../wrap.js';

/** The version may not be registered as declared. */
const EXIT_REFUSED = failures.NotCompatible.exit;

/** `steward diff`: needs no server. Exit 0 as declared, 3 needs approval, 2 may not be registered so: fit for a check of pull requests. */
export const diff = command(
  'diff <old> <new>',
  'Compare two versions of a descriptor; needs no server',
  (self) =>
    self
      .argument('<old>', 'root document of the former version, or its folder; git:<revision>:<path> takes it from git')
      .argument('<new>', 'root document of the new version, or its folder; git:<revision>:<path> takes it from git')
      .option(...judgementsOption)
      .addHelpText(
        'after',
        `
Exit codes: 0 may be registered as declared, 3 needs approval, 2 may not be registered (or one of the two is not valid).
In a pull request: steward diff git:origin/main:product product
What each rule means: docs/comparison.md`,
      ),
  async (output, former: string, next: string, { judgements }: { judgements?: string }) => {
    const weights = judgements === undefined ? {} : await judgementsIn(judgements);
    const [old, fresh] = [await productOf(former), await productOf(next)];
    const comparison = compareDescriptors(old, fresh, { judgements: weights, facts: { now: new Date().toISOString() } });
    output.result(comparison, [...linesOf(comparison), summaryOf(comparison)].join('\n'));
    if (comparison.verdict === 'reject') process.exitCode = EXIT_REFUSED;
    else if (asks(comparison)) process.exitCode = EXIT_NEEDS_APPROVAL;
  },
);

const productOf = (argument: string): Promise<Product> =>
  atRevision(argument, async (path) => (await readValid(path, argument, NEXT_WHEN_INVALID)).product);

const NEXT_WHEN_INVALID = 'Correct the descriptor where the findings say and compare again.';

/** Whoever breaks as well does not escape the question. */
const asks = ({ findings }: Comparison): boolean => findings.some((finding) => finding.class === 'needs-approval');

/** From what stops to what hurts nobody, and within that by part. */
const ORDER: readonly ChangeClass[] = ['reject', 'breaking', 'needs-approval', 'non-breaking'];

function linesOf({ findings }: Comparison): string[] {
  return ORDER.flatMap((kind) => {
    const found = findings.filter((finding) => finding.class === kind);
    if (found.length === 0) return [];
    const parts = [...new Set(found.map(partOf))];
    const lines = parts.flatMap((part) => [
      `  ${colours.bold(part)}`,
      ...found.filter((finding) => partOf(finding) === part).flatMap(told),
    ]);
    return [`${colour(kind)(kind)} (${found.length})`, ...lines, ''];
  });
}

const partOf = ({ part, pointer }: ChangeFinding): string => part ?? pointer ?? 'product';

/** What changed, what follows for the version, why; then what stood there and what stands there now. */
function told({ rule, message, bump, before, after }: ChangeFinding): string[] {
  const reason = Object.hasOwn(changeRules, rule) ? changeRules[rule as keyof typeof changeRules].reason : '';
  const step = bump === 'none' ? '' : `, at least ${bump}`;
  const width = terminalWidth();
  return [
    wrapped(`    ${oneLine(message)} ${colours.dim(`[${rule}${step}]`)}`, 6, width),
    ...(reason === '' ? [] : [wrapped(`      ${colours.dim(reason)}`, 6, width)]),
    ...(before === undefined ? [] : [wrapped(`      ${colours.red(`- ${oneLine(before)}`)}`, 8, width)]),
    ...(after === undefined ? [] : [wrapped(`      ${colours.green(`+ ${oneLine(after)}`)}`, 8, width)]),
  ];
}

function summaryOf(comparison: Comparison): string {
  const { verdict, declaredBump, requiredBump } = comparison;
  const first = verdict === 'breaking' && asks(comparison) ? '; some of it needs approval first' : '';
  const text = `${colour(verdict)(verdict)}: declared ${declaredBump}, required ${requiredBump}; ${meaning[verdict]}${first}`;
  return wrapped(text, 2, terminalWidth());
}

const meaning = {
  'non-breaking': 'it may be registered as declared',
  'needs-approval': 'it may be registered once somebody agrees',
  breaking: 'consumers break, and the version says so: it may be registered as declared',
  reject: 'it may not be registered as declared',
} as const;

const colour = (kind: ChangeClass) =>
  kind === 'breaking' || kind === 'reject' ? colours.red : kind === 'needs-approval' ? colours.yellow : colours.green;
