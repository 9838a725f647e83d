import { basename, dirname } from 'node:path';
import { openBundle, packBundle, readDescriptor } from '../../descriptors/index.js';
import { failures } from '../../lifecycle/failures.js';
import { command } from '../command.js';
import { findingLines } from '../findings.js';

/** Reads the folder of a descriptor as register would: packed and opened again. */
export async function readFolder(descriptor: string) {
  const { bytes } = await packBundle(dirname(descriptor), basename(descriptor));
  return readDescriptor(await openBundle(bytes));
}

/** `steward validate`: needs no server. Exit 0 valid, 2 invalid. */
export const validate = command(
  'validate <descriptor>',
  'Judge a descriptor; needs no server',
  (self) => self.argument('<descriptor>', 'path of the root document').option('--normalised', 'add the canonical tree'),
  async (output, descriptor: string, { normalised }: { normalised?: boolean }) => {
    const { product, findings } = await readFolder(descriptor);
    const valid = product !== undefined;
    const lines = [findingLines(findings), valid ? `${product.info.name} ${product.info.version} is valid` : `${descriptor} is not valid`];
    output.result(
      { valid, findings, ...(normalised && product ? { normalised: product } : {}) },
      lines.filter((line) => line !== '').join('\n'),
    );
    if (!valid) process.exitCode = failures.InvalidDescriptor.exit;
  },
);
