import { Option } from 'commander';
import { posix } from 'node:path';
import { colours } from '../colours.js';
import { command } from '../command.js';
import { EXIT_NEEDS_APPROVAL } from '../exit-codes.js';
import { findingLines } from '../findings.js';
import { oneLine } from '../one-line.js';
import { judgementsIn, judgementsOption } from '../judgements.js';
import { withPolicies } from '../judge.js';
import {
  annotationsOf,
  appendSummary,
  codeQualityOf,
  folderInRepository,
  reportedOf,
  reviewSummary,
  sarifOf,
  writeReport,
  writeText,
} from '../reports/index.js';
import { exitOf, reviewOf } from '../review.js';
import type { Review, ReviewOptions } from '../review.js';
import { versionOfSteward } from '../version.js';

interface Options extends Omit<ReviewOptions, 'judgements'> {
  judgements?: string;
  summary?: string;
  sarif?: string;
  codeQuality?: string;
  json?: string;
  annotations?: string;
  failOn: 'refused' | 'needs-approval';
}

/** `steward review`: validate, diff and check at once, with the reports that a pull request shows; needs no server. */
export const review = command(
  'review <descriptor>',
  'Validate, compare and judge at once, with reports for a pull request; needs no server',
  (self) =>
    withPolicies(
      self
        .argument('<descriptor>', 'path of the root document, or of its folder')
        .option(
          '--previous <descriptor>',
          'the former version; git:<revision>:<path> takes it from git, and a path that the revision does not have means a new product',
        )
        .option(...judgementsOption),
    )
      .option('--summary <file>', 'add what changes, what breaks and who must approve to this file, as Markdown')
      .option('--json <file>', 'write the whole review as JSON')
      .option('--sarif <file>', 'write the findings as SARIF 2.1.0')
      .option('--code-quality <file>', "write the findings as GitLab's code quality report")
      .option('--annotations <file>', 'write the findings as workflow commands of GitHub Actions')
      .addOption(
        new Option('--fail-on <verdict>', 'what to fail on; refused: what people can still agree to passes')
          .choices(['refused', 'needs-approval'])
          .default('needs-approval'),
      )
      .addHelpText(
        'after',
        `
Exit codes: 0 may be registered, 3 somebody has to agree first, 8 no exception can be granted, 2 not valid or not compatible.
In a pull request: steward review product --previous git:origin/main:product --summary summary.md
For GitHub, GitLab and Jenkins: docs/ci.md`,
      ),
  async (output, path: string, { judgements: file, summary, json, sarif, codeQuality, annotations, failOn, ...options }: Options) => {
    const judgements = file === undefined ? {} : await judgementsIn(file);
    const found = await reviewOf(path, { ...options, judgements });
    const folder = await folderInRepository(path);
    const reported = reportedOf(found, folder);
    const root = posix.join(folder, found.root);
    if (summary !== undefined) await appendSummary(summary, reviewSummary(found, reported, root));
    if (json !== undefined) await writeReport(json, found);
    if (sarif !== undefined) await writeReport(sarif, sarifOf(reported, { root, version: versionOfSteward() }));
    if (codeQuality !== undefined) await writeReport(codeQuality, codeQualityOf(reported, { root }));
    if (annotations !== undefined)
      await writeText(
        annotations,
        annotationsOf(reported, { root })
          .map((line) => `${line}\n`)
          .join(''),
      );
    output.result(found, linesOf(found).join('\n'));
    const exit = exitOf(found);
    if (exit !== EXIT_NEEDS_APPROVAL || failOn === 'needs-approval') process.exitCode = exit;
  },
);

/** What has to be looked at; all else is in the JSON. */
function linesOf({ verdict, product, root, note, findings, comparison, policies, approvers }: Review): string[] {
  const changes = (comparison?.findings ?? []).filter((finding) => finding.class !== 'non-breaking');
  const told = [
    findingLines(findings),
    ...changes.map(
      ({ class: kind, message, rule, part }) =>
        `${part ?? 'product'} ${classColour[kind](kind)} ${oneLine(message)} ${colours.dim(`[${rule}]`)}`,
    ),
    findingLines(policies?.findings ?? []),
  ];
  const name = product ? `${product.name} ${product.version}` : root;
  const who = verdict === 'needs-approval' && approvers.length > 0 ? `, by ${approvers.join(' or ')}` : '';
  const against = comparison
    ? `; against ${comparison.against}: declared ${comparison.declaredBump}, required ${comparison.requiredBump}`
    : note === undefined
      ? ''
      : `; ${note}`;
  return [...told.filter((line) => line !== ''), `${colour[verdict](verdict)}${who}: ${name}${against}`];
}

const colour = { allowed: colours.green, 'needs-approval': colours.yellow, refused: colours.red, invalid: colours.red } as const;
const classColour = {
  reject: colours.red,
  breaking: colours.red,
  'needs-approval': colours.yellow,
  'non-breaking': colours.green,
} as const;
