import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { BundleError } from './limits.js';

/** Files and folders that a bundle is made from. Paths are relative, with forward slashes. */
export interface Tree {
  /** As messages call it. */
  name: string;
  /** A file, or the names in a folder; undefined when there is nothing. Throws `BundleError` for what may not be packed. */
  look(path: string): Promise<{ size: number; read(): Promise<Uint8Array> } | { names: string[] } | undefined>;
}

/** A folder on the disk. A symbolic link may lead elsewhere below it, not out of it. */
export async function folderTree(folder: string): Promise<Tree> {
  const home = await realpath(folder);
  return {
    name: folder,
    async look(path) {
      const target = await placeOf(home, path);
      if (target === undefined) return undefined;
      const kind = await stat(target);
      if (kind.isDirectory()) return { names: (await readdir(target)).sort() };
      if (!kind.isFile()) throw new BundleError(`${path} is neither a file nor a folder`);
      return { size: kind.size, read: async () => new Uint8Array(await readFile(target)) };
    },
  };
}

/** The real place of a path, undefined when there is nothing. */
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

/** Files in memory. */
export function memoryTree(name: string, files: ReadonlyMap<string, Uint8Array>): Tree {
  return {
    name,
    look(path) {
      const content = files.get(path);
      if (content) return Promise.resolve({ size: content.length, read: () => Promise.resolve(content) });
      const below = [...files.keys()]
        .filter((file) => file.startsWith(`${path}/`))
        .map((file) => file.slice(path.length + 1).split('/', 1)[0] ?? '');
      return Promise.resolve(below.length === 0 ? undefined : { names: [...new Set(below)].sort() });
    },
  };
}
