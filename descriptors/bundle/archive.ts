import { Header, Parser, Pax, type ReadEntry } from 'tar';
import { BundleError, MAX_BUNDLE_BYTES, MAX_BUNDLE_FILES } from './limits.js';
import { isSafePath } from './paths.js';

/** The same for every file of every bundle, so that equal content makes equal bytes. */
const BLOCK = 512;
const FILE_MODE = 0o644;
const MODIFIED = new Date('2000-01-01T00:00:00Z');

/** Writes the files, sorted by path, as an uncompressed POSIX archive: equal files give equal bytes on every machine. */
export function writeArchive(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (const path of [...files.keys()].sort()) {
    const content = files.get(path) ?? new Uint8Array();
    const header = Buffer.alloc(BLOCK);
    const needsExtension = new Header({ path, mode: FILE_MODE, size: content.length, mtime: MODIFIED, type: 'File' }).encode(header, 0);
    if (needsExtension) blocks.push(new Pax({ path }).encode());
    blocks.push(header, content, new Uint8Array((BLOCK - (content.length % BLOCK)) % BLOCK));
  }
  // Two empty blocks end an archive.
  blocks.push(new Uint8Array(2 * BLOCK));
  return new Uint8Array(Buffer.concat(blocks));
}

/**
 * Reads an archive that `writeArchive` made, or refuses it: compressed (so nothing can swell), too large, too many files,
 * anything but plain files, a path that leads out, a path twice.
 */
export function readArchive(bytes: Uint8Array): Map<string, Uint8Array> {
  if (bytes.length > MAX_BUNDLE_BYTES)
    throw new BundleError(`the bundle has ${bytes.length} bytes, at most ${MAX_BUNDLE_BYTES} are allowed`);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length % BLOCK !== 0 || buffer.toString('latin1', 257, 262) !== 'ustar')
    throw new BundleError('this is no bundle: not a POSIX archive');
  const files = new Map<string, Uint8Array>();
  let fault: Error | undefined;
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      const path = entry.path;
      const reason = whyRefused(entry, files);
      if (reason) fault ??= new BundleError(`the bundle holds ${JSON.stringify(path)}: ${reason}`);
      const chunks: Buffer[] = [];
      entry.on('data', (chunk: Buffer) => chunks.push(chunk));
      entry.on('end', () => files.set(path, new Uint8Array(Buffer.concat(chunks))));
    },
  });
  let ended = false;
  parser.on('error', (error: Error) => (fault ??= new BundleError(`the bundle is damaged: ${error.message}`, { cause: error })));
  parser.on('end', () => (ended = true));
  parser.end(buffer);
  if (fault) throw fault;
  if (!ended) throw new BundleError('the bundle is damaged: it ends too early');
  return files;
}

function whyRefused(entry: ReadEntry, files: ReadonlyMap<string, Uint8Array>): string | undefined {
  if (entry.type !== 'File') return `${entry.type} is not allowed, only plain files are`;
  if (!isSafePath(entry.path)) return 'the path leads out of the bundle';
  if (files.has(entry.path)) return 'the path is there twice';
  if (files.size >= MAX_BUNDLE_FILES) return `more than ${MAX_BUNDLE_FILES} files`;
  return undefined;
}
