import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import { BundleError, MAX_BUNDLE_BYTES, MAX_BUNDLE_FILES } from './limits.js';
import { addressOf, mappedPath } from './mapped.js';
import { isSafePath, isUrl, resolveInside } from './paths.js';
import { referencesOf } from './references.js';

/** Documents that may refer to more; anything else is taken as it is. */
const DOCUMENT = /\.(json|ya?ml|avsc)$/i;

/** What tools leave behind in a template's folder: caches, history, states (which may hold secrets). */
const LEFT_BEHIND = /(^|\/)(\.git|\.terraform|node_modules|\.DS_Store|[^/]*\.tfstate([.][^/]*)?)(\/|$)/;

/** The root and everything reachable from it below the folder, by path; of other hosts what lies in a mapped folder. */
export async function collect(
  folder: string,
  root: string,
  mapped: { readonly [prefix: string]: string } = {},
): Promise<Map<string, Uint8Array>> {
  if (!isSafePath(root)) throw new BundleError(`the root document ${JSON.stringify(root)} does not lie below the folder`);
  const home = await realpath(folder);
  const files = new Map<string, Uint8Array>();
  const open = [root];
  let bytes = 0;
  for (let path = open.shift(); path !== undefined; path = open.shift()) {
    if (files.has(path) || LEFT_BEHIND.test(path)) continue;
    const target = await placeOf(home, path);
    if (target === undefined) {
      if (path === root) throw new BundleError(`the root document ${path} does not exist in ${folder}`);
      continue;
    }
    const kind = await stat(target);
    if (kind.isDirectory()) {
      for (const name of (await readdir(target)).sort()) open.push(posix.join(path, name));
      continue;
    }
    if (!kind.isFile()) throw new BundleError(`${path} is neither a file nor a folder`);
    bytes += kind.size;
    if (bytes > MAX_BUNDLE_BYTES) throw new BundleError(`the files up to ${path} have more than ${MAX_BUNDLE_BYTES} bytes`);
    if (files.size >= MAX_BUNDLE_FILES) throw new BundleError(`more than ${MAX_BUNDLE_FILES} files are reachable from ${root}`);
    const content = await readFile(target);
    files.set(path, new Uint8Array(content));
    if (DOCUMENT.test(path)) open.push(...referencesOf(path, content).flatMap((reference) => insidePath(path, reference, mapped)));
  }
  return files;
}

/** The real place of a path, undefined when there is nothing. A symbolic link may lead elsewhere below the folder, not out of it. */
async function placeOf(home: string, path: string): Promise<string | undefined> {
  let target: string;
  try {
    target = await realpath(join(home, path));
  } catch {
    return undefined;
  }
  if (target !== home && !target.startsWith(home + sep)) throw new BundleError(`${path} is a link that leads out of the folder`);
  return target;
}

function insidePath(from: string, reference: string, mapped: { readonly [prefix: string]: string }): string[] {
  if (reference.startsWith('#') || reference === '') return [];
  if (isUrl(reference)) return URL.canParse(reference) ? [mappedPath(addressOf(new URL(reference)), mapped) ?? []].flat() : [];
  // What leads out of the folder is not taken; reading tells it at its place (R113).
  const path = resolveInside(from, reference);
  return path === undefined ? [] : [path];
}
