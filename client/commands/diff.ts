import { compareDescriptors } from '../../descriptors/index.js';
import type { ChangeClass } from '../../descriptors/index.js';
import { failures } from '../../lifecycle/failures.js';
import { colours } from '../colours.js';
import { command } from '../command.js';
import { readValid } from '../descriptor.js';

/** The version may not be registered as declared. */
const EXIT_REFUSED = failures.NotCompatible.exit;
/** Somebody has to agree first. */
const EXIT_NEEDS_APPROVAL = 3;

/** `steward diff`: needs no server. Exit 0 as declared, 3 needs approval, 2 may not be registered so. */
export const diff = command(
  'diff <old> <new>',
  'Compare two versions of a descriptor; needs no server',
  (self) =>
    self
      .argument('<old>', 'root document of the former version, or its folder')
      .argument('<new>', 'root document of the new version, or its folder'),
  async (output, former: string, next: string) => {
    const comparison = compareDescriptors((await readValid(former)).product, (await readValid(next)).product);
    const { verdict, declaredBump, requiredBump, findings } = comparison;
    const lines = findings.map(
      ({ class: kind, pointer, part, message, rule }) =>
        `${colour(kind)(kind)}: ${part ?? pointer ?? ''} ${message} ${colours.dim(`[${rule}]`)}`,
    );
    const bump = `declared ${declaredBump}, required ${requiredBump}`;
    output.result(comparison, [...lines, `${colour(verdict)(verdict)}: ${bump}; ${meaning[verdict]}`].join('\n'));
    if (verdict === 'needs-approval') process.exitCode = EXIT_NEEDS_APPROVAL;
    if (verdict === 'reject') process.exitCode = EXIT_REFUSED;
  },
);

const meaning = {
  'non-breaking': 'it may be registered as declared',
  'needs-approval': 'it may be registered once somebody agrees',
  breaking: 'consumers break, and the version says so: it may be registered as declared',
  reject: 'it may not be registered as declared',
} as const;

const colour = (kind: ChangeClass | keyof typeof meaning) =>
  kind === 'breaking' || kind === 'reject' ? colours.red : kind === 'needs-approval' ? colours.yellow : colours.green;
