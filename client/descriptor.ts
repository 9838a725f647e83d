import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { BundleError, openBundle, packBundle, readDescriptor } from '../descriptors/index.js';
import type { Descriptor, PackedBundle } from '../descriptors/index.js';
import { Failure } from '../lifecycle/failures.js';
import { isError } from '../lifecycle/finding.js';
import { findingLines } from './findings.js';

/** A descriptor as it lies in a folder, packed and opened again: read exactly as the worker will read it. */
export interface LocalDescriptor extends Descriptor {
  packed: PackedBundle;
}

/**
 * Reads a descriptor by the path of its root document, or of the folder that holds it under its usual name.
 * Throws `InvalidInput` when there is nothing to read; what is wrong inside is told by the findings.
 */
export async function readLocal(path: string): Promise<LocalDescriptor> {
  const packed = await pack(path);
  return { ...readDescriptor(await openBundle(packed.bytes)), packed };
}

/** The same, but a descriptor with errors is refused: `SecretInInput` when one of them is a literal secret, else `InvalidDescriptor`. */
export async function readValid(path: string): Promise<LocalDescriptor & { product: NonNullable<Descriptor['product']> }> {
  const read = await readLocal(path);
  const { product, findings } = read;
  if (product) return { ...read, product };
  const errors = findings.filter(isError);
  const type = errors.some(({ rule }) => rule === SECRET_RULE) ? 'SecretInInput' : 'InvalidDescriptor';
  throw new Failure(type, `${path} is not valid:\n${findingLines(errors)}`, { details: { findings } });
}

/** A literal secret (docs/descriptors.md). */
const SECRET_RULE = 'R114';

async function pack(path: string): Promise<PackedBundle> {
  const kind = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' || cause.code === 'ENOTDIR' ? 'does not exist' : `cannot be read (${cause.code})`;
    throw new Failure('InvalidInput', `${path} ${why}`, { cause });
  });
  try {
    return await (kind.isDirectory() ? packBundle(path) : packBundle(dirname(path), basename(path)));
  } catch (cause) {
    if (cause instanceof BundleError) throw new Failure('InvalidInput', cause.message, { cause });
    const { code } = cause as NodeJS.ErrnoException;
    if (code) throw new Failure('InvalidInput', `${path} cannot be read (${code})`, { cause });
    throw cause;
  }
}
