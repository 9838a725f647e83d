import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import {
  allowedAddress,
  allowedUrl,
  fetchBundle,
  FetchRefused,
  httpsTransport,
  isSafePath,
  packReachable,
  type PackedBundle,
} from '../../descriptors/bundle/index.js';
import { BundleError } from '../../descriptors/index.js';
import { Failure } from '../../lifecycle/failures.js';
import { filesOfCommit } from '../support/git.js';

/** Where descriptors may be fetched from, by the worker's configuration. */
export interface FetchSettings {
  hosts: string[];
  networks: string[];
  /** Path of a PEM file. */
  authorities?: string;
  /** Folder for working files. */
  scratch: string;
}

/** `git+https://host/repository@<commit>#path`: the commit by all of its digits, the path of the root document or of its folder. */
const GIT = /^git\+(https:\/\/[^#]+)@([0-9a-f]{40}|[0-9a-f]{64})(?:#(.*))?$/;

/**
 * Packs the descriptor at an address. Only hosts of the allow-list are asked, at the address that was checked, without credentials, and
 * nothing of a repository is executed. Throws `InvalidInput` for what may not or cannot be fetched, `SystemUnavailable` for a host that is down.
 */
export const createFetch =
  (settings: FetchSettings) =>
  async (address: string): Promise<PackedBundle> => {
    try {
      const authorities = settings.authorities === undefined ? undefined : await readFile(settings.authorities, 'utf8');
      if (!address.startsWith('git+')) return await fetchBundle(address, settings, httpsTransport(authorities));
      return await fromGit(address, settings);
    } catch (error) {
      if (error instanceof FetchRefused)
        throw new Failure(error.isPassing ? 'SystemUnavailable' : 'InvalidInput', `descriptorUrl cannot be fetched: ${error.message}`, {
          cause: error,
        });
      if (error instanceof BundleError) throw new Failure('InvalidInput', `descriptorUrl: ${error.message}`, { cause: error });
      throw error;
    }
  };

async function fromGit(address: string, settings: FetchSettings): Promise<PackedBundle> {
  const [, repository, commit, fragment = ''] = GIT.exec(address) ?? [];
  if (repository === undefined || commit === undefined)
    throw new FetchRefused('write git+https://host/repository@<commit>#path, with all digits of the commit');
  const path = pathOf(fragment);
  const url = allowedUrl(repository, settings.hosts);
  const place = await allowedAddress(url, settings, {
    resolve: async (host) => (await lookup(host, { all: true })).map((found) => found.address),
  });
  const isDocument = /\.(json|ya?ml)$/i.test(path);
  const folder = isDocument ? posix.dirname(path).replace(/^\.$/, '') : path;
  const { authorities, scratch } = settings;
  const files = await filesOfCommit({ url, commit, address: place, ...(authorities !== undefined && { authorities }) }, folder, scratch);
  return packReachable(`the commit ${commit.slice(0, 12)}`, files, isDocument ? posix.basename(path) : undefined);
}

/** A path below the repository, from the fragment of an address. */
function pathOf(fragment: string): string {
  try {
    const path = posix.normalize(decodeURIComponent(fragment)).replace(/^\/|\/$/g, '');
    if (path === '.' || path === '') return '';
    if (isSafePath(path)) return path;
  } catch {
    // Told below.
  }
  throw new FetchRefused('the path behind # is no path below the repository');
}
