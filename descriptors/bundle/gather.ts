import { BundleError, MAX_BUNDLE_BYTES } from './limits.js';
import { isUrl } from './paths.js';
import { addressOf, mappedPath } from './mapped.js';
import { filesOf, type BundleFiles } from './open.js';
import { referencesOf } from './references.js';
import { FetchRefused, fetchRemote, type Allowance, type Fetched, type Transport } from './remote.js';

/** What a reader may do about references to other hosts. Nothing, unless it is said here. */
export interface RemoteOptions extends Partial<Allowance> {
  /** URL prefix → folder of the bundle that holds the same files: read there, never fetched. */
  mapped?: { readonly [prefix: string]: string };
  /** How documents of the hosts are fetched: without it nothing is. */
  transport?: Transport;
}

/** Where fetched documents lie in the bundle, by host and path. */
const FETCHED = 'fetched';

/** More documents than a descriptor has parts; each costs a request. */
const MAX_FETCHED = 50;

/**
 * The same files, and the documents of other hosts that their documents refer to: found in mapped folders, or fetched from allowed
 * hosts. What may not or cannot be fetched is left out; reading tells it at the place of the reference.
 */
export async function gatherRemote(
  files: BundleFiles,
  { mapped = {}, hosts = [], networks = [], transport }: RemoteOptions,
  /** Where files of the bundle were fetched from: the base of their relative references. */
  bases = new Map<string, URL>(),
): Promise<BundleFiles> {
  const contents = new Map(files.list().map((path) => [path, files.read(path)]));
  const paths = new Map<string, string>();
  const open = [...contents.keys()];
  let bytes = 0;
  for (let path = open.shift(); path !== undefined; path = open.shift()) {
    for (const address of addressesIn(path, contents.get(path), bases.get(path))) {
      if (paths.has(address)) continue;
      const local = mappedPath(address, mapped);
      if (local !== undefined) paths.set(address, local);
      else if (transport && bases.size < MAX_FETCHED) {
        const found = await fetched(address, { hosts, networks }, transport);
        if (!found) continue;
        bytes += found.body.length;
        if (bytes > MAX_BUNDLE_BYTES) throw new BundleError(`documents of other hosts have more than ${MAX_BUNDLE_BYTES} bytes`);
        const place = freePlace(found.url, bases, contents);
        paths.set(address, place);
        if (bases.has(place)) continue;
        contents.set(place, found.body);
        bases.set(place, found.url);
        open.push(place);
      }
    }
  }
  // Links (definitions in their older form, templates) are never fetched, but they may lie in a mapped folder.
  for (const [path, content] of contents)
    for (const link of Object.keys(mapped).length === 0 ? [] : referencesOf(path, content, ['$href'])) {
      if (!isUrl(link) || !URL.canParse(link)) continue;
      const address = addressOf(new URL(link));
      const local = mappedPath(address, mapped);
      if (local !== undefined) paths.set(address, local);
    }
  return filesOf(files.root, contents, paths);
}

/** The absolute addresses that a document refers to, without fragments; in a fetched one the relative references are such too. */
function* addressesIn(path: string, content: Uint8Array | undefined, base: URL | undefined): Generator<string> {
  if (!content || (base === undefined && !/\.(json|ya?ml|avsc)$/i.test(path))) return;
  for (const reference of referencesOf(path, content, ['$ref'])) {
    if (!isUrl(reference) && (base === undefined || reference.startsWith('#'))) continue;
    if (!URL.canParse(reference, base)) continue;
    yield addressOf(new URL(reference, base));
  }
}

/** The place of a document that was fetched: its own, another one where a different document (another query, say) lies there already. */
function freePlace(url: URL, bases: ReadonlyMap<string, URL>, contents: ReadonlyMap<string, unknown>): string {
  const place = placeOf(url);
  for (let other = 0; ; other++) {
    const path = other === 0 ? place : `${place}~${other}`;
    if (!contents.has(path) || bases.get(path)?.href === url.href) return path;
  }
}

async function fetched(address: string, allowance: Allowance, transport: Transport): Promise<Fetched | undefined> {
  try {
    return await fetchRemote(address, allowance, transport);
  } catch (error) {
    if (error instanceof FetchRefused) return undefined;
    throw error;
  }
}

/** The path in the bundle of what was fetched. Relative references between documents of one host mean the same there. */
export const placeOf = ({ host, pathname }: URL): string =>
  `${FETCHED}/${host.replace(/[^a-zA-Z0-9.-]/g, '_')}/${
    pathname
      .split('/')
      .filter((step) => step !== '')
      .map((step) => step.replace(/[^a-zA-Z0-9._-]/g, '_'))
      .join('/') || 'index'
  }`;
