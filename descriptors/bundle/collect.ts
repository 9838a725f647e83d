import { posix } from 'node:path';
import { BundleError, MAX_BUNDLE_BYTES, MAX_BUNDLE_FILES } from './limits.js';
import { addressOf, mappedPath } from './mapped.js';
import { isSafePath, isUrl, resolveInside } from './paths.js';
import { referencesOf } from './references.js';
import type { Tree } from './tree.js';

/** Documents that may refer to more; anything else is taken as it is. */
const DOCUMENT = /\.(json|ya?ml|avsc)$/i;

/** What tools leave behind in a template's folder: caches, history, states (which may hold secrets). */
const LEFT_BEHIND = /(^|\/)(\.git|\.terraform|node_modules|\.DS_Store|[^/]*\.tfstate([.][^/]*)?)(\/|$)/;

/** The root and everything reachable from it in the tree, by path; of other hosts what lies in a mapped folder. */
export async function collect(tree: Tree, root: string, mapped: Mapped = {}): Promise<Map<string, Uint8Array>> {
  if (!isSafePath(root)) throw new BundleError(`the root document ${JSON.stringify(root)} does not lie below the folder`);
  const files = new Map<string, Uint8Array>();
  const open = [root];
  let bytes = 0;
  // Grows while it is walked.
  for (const path of open) {
    if (files.has(path) || LEFT_BEHIND.test(path)) continue;
    const found = await tree.look(path);
    if (found === undefined) {
      if (path === root) throw new BundleError(`the root document ${path} does not exist in ${tree.name}`);
      continue;
    }
    if ('names' in found) {
      for (const name of found.names) open.push(posix.join(path, name));
      continue;
    }
    bytes += found.size;
    if (bytes > MAX_BUNDLE_BYTES) throw new BundleError(`the files up to ${path} have more than ${MAX_BUNDLE_BYTES} bytes`);
    if (files.size >= MAX_BUNDLE_FILES) throw new BundleError(`more than ${MAX_BUNDLE_FILES} files are reachable from ${root}`);
    const content = await found.read();
    files.set(path, content);
    if (DOCUMENT.test(path)) open.push(...referencesOf(path, content).flatMap((reference) => insidePath(path, reference, mapped)));
  }
  return files;
}

interface Mapped {
  readonly [prefix: string]: string;
}

function insidePath(from: string, reference: string, mapped: Mapped): string[] {
  if (reference.startsWith('#') || reference === '') return [];
  if (isUrl(reference)) return URL.canParse(reference) ? [mappedPath(addressOf(new URL(reference)), mapped) ?? []].flat() : [];
  // What leads out of the folder is not taken; reading tells it at its place (R113).
  const path = resolveInside(from, reference);
  return path === undefined ? [] : [path];
}
