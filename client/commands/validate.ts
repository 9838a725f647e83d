import { failures } from '../../lifecycle/failures.js';
import { command } from '../command.js';
import { readLocal } from '../descriptor.js';
import { countOf, findingLines } from '../findings.js';

/** `steward validate`: needs no server. Exit 0 valid, 2 invalid. */
export const validate = command(
  'validate <descriptor>',
  'Judge a descriptor; needs no server',
  (self) => self.argument('<descriptor>', 'path of the root document, or of its folder').option('--normalised', 'add the canonical tree'),
  async (output, descriptor: string, { normalised }: { normalised?: boolean }) => {
    const { product, findings } = await readLocal(descriptor);
    const valid = product !== undefined;
    const count = countOf(findings);
    const verdict = valid ? `${product.info.name} ${product.info.version} is valid` : `${descriptor} is not valid`;
    const tree = normalised && product ? product : undefined;
    const lines = [findingLines(findings), verdict + (count && ` (${count})`), tree ? JSON.stringify(tree, undefined, 2) : ''];
    output.result({ valid, findings, ...(tree && { normalised: tree }) }, lines.filter((line) => line !== '').join('\n'));
    if (!valid) process.exitCode = failures.InvalidDescriptor.exit;
  },
);
