import { readArchive } from './archive.js';
import { BundleError } from './limits.js';

/** The files of one version, in memory. Paths are relative to the root's folder, with forward slashes. */
export interface BundleFiles {
  /** Path of the root document. */
  readonly root: string;
  /** All paths, sorted. */
  list(): string[];
  has(path: string): boolean;
  /** Throws `BundleError` when there is no such file. */
  read(path: string): Uint8Array;
  /** The files below a folder by their path relative to it; empty when there is no such folder. */
  folder(path: string): Map<string, Uint8Array>;
  /** The path of a document of another host that lies in the bundle, by its URL without fragment. */
  located(url: string): string | undefined;
  /** All of them: URL → path. */
  remote(): ReadonlyMap<string, string>;
}

/** Where the product's own files lie in the archive, apart from the manifest. */
export const FILES = 'files/';
export const MANIFEST = 'bundle.json';

/** Opens the bytes of a bundle. Throws `BundleError` for anything that `packBundle` would not have made. */
export function openBundle(bytes: Uint8Array): BundleFiles {
  const entries = readArchive(bytes);
  const manifest = manifestOf(entries.get(MANIFEST));
  const files = new Map<string, Uint8Array>();
  for (const [path, content] of entries) if (path.startsWith(FILES)) files.set(path.slice(FILES.length), content);
  if (!files.has(manifest.root)) throw new BundleError(`the bundle lacks its root document ${JSON.stringify(manifest.root)}`);
  return filesOf(manifest.root, files, manifest.remote);
}

/** Files in memory as a bundle's files, e.g. for a test. */
export function filesOf(
  root: string,
  files: ReadonlyMap<string, Uint8Array>,
  remote: ReadonlyMap<string, string> = new Map(),
): BundleFiles {
  return {
    root,
    list: () => [...files.keys()].sort(),
    has: (path) => files.has(path),
    located: (url) => remote.get(url),
    remote: () => remote,
    read: (path) => {
      const content = files.get(path);
      if (!content) throw new BundleError(`the bundle has no file ${JSON.stringify(path)}`);
      return content;
    },
    folder: (path) => {
      const prefix = path === '' || path === '.' ? '' : `${path.replace(/\/$/, '')}/`;
      return new Map([...files].filter(([name]) => name.startsWith(prefix)).map(([name, content]) => [name.slice(prefix.length), content]));
    },
  };
}

function manifestOf(content: Uint8Array | undefined): { root: string; remote: Map<string, string> } {
  if (!content) throw new BundleError('this is no bundle: it lacks its manifest');
  try {
    const manifest = JSON.parse(new TextDecoder().decode(content)) as { format?: unknown; root?: unknown; remote?: unknown };
    if (manifest.format !== 1 || typeof manifest.root !== 'string') throw new Error('unknown format');
    return { root: manifest.root, remote: remoteOf(manifest.remote) };
  } catch (cause) {
    throw new BundleError('this is no bundle: its manifest cannot be read', { cause });
  }
}

function remoteOf(value: unknown): Map<string, string> {
  if (value === undefined) return new Map();
  const entries = Object.entries(value as object);
  if (!entries.every(([, path]) => typeof path === 'string')) throw new Error('unknown format');
  return new Map(entries as [string, string][]);
}
