import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../json.js';
import { writeArchive } from './archive.js';
import { collect } from './collect.js';
import { BundleError, MAX_BUNDLE_BYTES, MAX_BUNDLE_FILES, ROOT_NAMES } from './limits.js';
import { gatherRemote, type RemoteOptions } from './gather.js';
import { FILES, filesOf, MANIFEST } from './open.js';
import { folderTree, memoryTree } from './tree.js';

export interface PackedBundle {
  bytes: Uint8Array;
  /** `sha256:` and the hexadecimal sha256 of the bytes. */
  digest: `sha256:${string}`;
}

/**
 * Packs a descriptor with everything it refers to below its folder: parts and foreign documents by `$ref`, templates by `$href`
 * (a folder as a whole). Equal content gives equal bytes. A reference to a file that is missing or lies outside of the folder is left for
 * `readDescriptor` to tell. Throws `BundleError` for a symbolic link that leads out of the folder, and above 20 MiB.
 */
export async function packBundle(folder: string, rootFile?: string, remote?: RemoteOptions): Promise<PackedBundle> {
  const root = rootFile ?? ROOT_NAMES.find((name) => existsSync(join(folder, name)));
  if (root === undefined) throw new BundleError(`${folder} holds none of ${ROOT_NAMES.join(', ')}`);
  const files = await collect(await folderTree(folder), root, remote?.mapped);
  if (remote === undefined) return packFiles(root, files);
  // Documents of other hosts are kept as they were now: what lies behind an address may change (R113).
  const gathered = await gatherRemote(filesOf(root, files), remote);
  const contents = new Map(gathered.list().map((path) => [path, gathered.read(path)]));
  return packFiles(root, contents, gathered.remote());
}

/** The same from files in memory, `name` being what messages call them: only what the root leads to is packed. */
export async function packReachable(name: string, files: ReadonlyMap<string, Uint8Array>, rootFile?: string): Promise<PackedBundle> {
  const root = rootFile ?? ROOT_NAMES.find((candidate) => files.has(candidate));
  if (root === undefined) throw new BundleError(`${name} holds none of ${ROOT_NAMES.join(', ')}`);
  return packFiles(root, await collect(memoryTree(name, files), root));
}

/** Packs one self-contained descriptor that was given inline. */
export async function bundleFromInline(descriptor: Json): Promise<PackedBundle> {
  const root = ROOT_NAMES[0];
  return packFiles(root, new Map([[root, new TextEncoder().encode(`${JSON.stringify(descriptor, null, 2)}\n`)]]));
}

/** Packs files in memory. */
export async function packFiles(
  root: string,
  files: ReadonlyMap<string, Uint8Array>,
  remote: ReadonlyMap<string, string> = new Map(),
): Promise<PackedBundle> {
  if (files.size > MAX_BUNDLE_FILES)
    throw new BundleError(`the bundle would hold ${files.size} files, at most ${MAX_BUNDLE_FILES} are allowed`);
  const manifest = new TextEncoder().encode(
    `${JSON.stringify({ format: 1, root, ...(remote.size > 0 && { remote: Object.fromEntries([...remote].sort()) }) })}\n`,
  );
  const entries = new Map<string, Uint8Array>([[MANIFEST, manifest]]);
  for (const [path, content] of files) entries.set(FILES + path, content);
  const bytes = writeArchive(entries);
  if (bytes.length > MAX_BUNDLE_BYTES)
    throw new BundleError(`the bundle would have ${bytes.length} bytes, at most ${MAX_BUNDLE_BYTES} are allowed`);
  return { bytes, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
}
