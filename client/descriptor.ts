import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
// Not by the table of contents: judging a descriptor does not wait for what compares two.
import { BundleError, openBundle, packBundle, type BundleFiles, type PackedBundle } from '../descriptors/bundle/index.js';
import { folderCache, withForeignDocuments } from '../descriptors/foreign/index.js';
import { readDescriptor, type Descriptor, type ReadOptions } from '../descriptors/read-descriptor.js';
import { Failure } from '../lifecycle/failures.js';
import { isError } from '../lifecycle/finding.js';
import { refusalOf } from '../lifecycle/refusal.js';
import { findingLines } from './findings.js';
import { UsageFailure } from './usage.js';

/** A descriptor as it lies in a folder, packed and opened again: read exactly as the worker will read it. */
export interface LocalDescriptor extends Descriptor {
  files: BundleFiles;
  packed: PackedBundle;
}

export interface LocalOptions extends ReadOptions {
  /** URL prefix → folder below that of the descriptor, which holds the same files (nothing is fetched). */
  mapped?: { readonly [prefix: string]: string };
}

/**
 * Reads a descriptor by the path of its root document, or of the folder that holds it under its usual name.
 * Throws `UsageFailure` when there is nothing to read; what is wrong inside is told by the findings.
 */
export async function readLocal(path: string, { mapped, ...options }: LocalOptions = {}): Promise<LocalDescriptor> {
  const packed = await pack(path, mapped);
  const files = openBundle(packed.bytes);
  const read = await withForeignDocuments(readDescriptor(files, options), folderCache());
  return { ...read, files, packed };
}

/**
 * The same, but a descriptor with errors is refused: `SecretInInput` when one of them is a literal secret, else `InvalidDescriptor`.
 * @param called how people call it
 * @param next what to do when it is not valid, where it is not to be registered
 */
export async function readValid(
  path: string,
  called = path,
  next?: string,
): Promise<LocalDescriptor & { product: NonNullable<Descriptor['product']> }> {
  const read = await readLocal(path);
  const { product, findings } = read;
  if (product) return { ...read, product };
  const errors = findings.filter(isError);
  const { type } = refusalOf(errors, 'InvalidDescriptor');
  throw new Failure(type, `${called} is not valid:\n${findingLines(errors)}`, {
    details: { findings },
    ...(next !== undefined && type === 'InvalidDescriptor' && { next }),
  });
}

async function pack(path: string, mapped: LocalOptions['mapped']): Promise<PackedBundle> {
  const kind = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' || cause.code === 'ENOTDIR' ? 'does not exist' : `cannot be read (${cause.code})`;
    throw new UsageFailure(`${path} ${why}`, { cause });
  });
  try {
    const remote = mapped && { mapped };
    return await (kind.isDirectory() ? packBundle(path, undefined, remote) : packBundle(dirname(path), basename(path), remote));
  } catch (cause) {
    if (cause instanceof BundleError) throw new UsageFailure(cause.message, { cause });
    const { code } = cause as NodeJS.ErrnoException;
    if (code) throw new UsageFailure(`${path} cannot be read (${code})`, { cause });
    throw cause;
  }
}
