import { compareDescriptors } from '../../descriptors/index.js';
import { Failure, failures } from '../../lifecycle/failures.js';
import { isError } from '../../lifecycle/finding.js';
import { command } from '../command.js';
import { findingLines } from '../findings.js';
import { readFolder } from './validate.js';

/** The version may not be registered as declared. */
const EXIT_REFUSED = failures.NotCompatible.exit;
/** Somebody has to agree first. */
const EXIT_NEEDS_APPROVAL = 3;

/** `steward diff`: needs no server. Exit 0 as declared, 3 needs approval, 2 may not be registered so. */
export const diff = command(
  'diff <old> <new>',
  'Compare two versions of a descriptor; needs no server',
  (self) => self.argument('<old>', 'root document of the former version').argument('<new>', 'root document of the new version'),
  async (output, former: string, next: string) => {
    const [before, after] = [await productOf(former), await productOf(next)];
    const comparison = compareDescriptors(before, after);
    const { verdict, declaredBump, requiredBump, findings } = comparison;
    const lines = [
      ...findings.map(({ class: kind, pointer, part, message, rule }) => `${kind}: ${part ?? pointer ?? ''} ${message} [${rule}]`),
      `${verdict}: declared ${declaredBump}, required ${requiredBump}`,
    ];
    output.result(comparison, lines.join('\n'));
    if (verdict === 'needs-approval') process.exitCode = EXIT_NEEDS_APPROVAL;
    if (verdict === 'reject') process.exitCode = EXIT_REFUSED;
  },
);

async function productOf(descriptor: string) {
  const { product, findings } = await readFolder(descriptor);
  if (product) return product;
  throw new Failure('InvalidDescriptor', `${descriptor} is not valid:\n${findingLines(findings.filter(isError))}`);
}
