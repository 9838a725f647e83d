import { readFile } from 'node:fs/promises';
import type { KeyObject } from 'node:crypto';
import type { Command } from 'commander';
import { readPrivateKey, UnusableKey } from '../identity/index.js';
import { Failure } from '../lifecycle/failures.js';
import { tokenEndpoint } from './token-endpoint.js';
import type { TokenEndpoint } from './token-endpoint.js';
import { UsageFailure } from './usage.js';

/** How somebody shows who he is: by his word, by his key, or by a token, for whose bearer a worker signs. */
export type Proof = { by: 'word'; name?: string } | { by: 'key'; name: string; key: KeyObject } | { by: 'token'; endpoint: TokenEndpoint };

export interface ProofOptions {
  as?: string;
  key?: string;
  tokenFile?: string;
  endpoint?: string;
}

/** Adds the options by which a command is told who speaks. The token itself is no argument: others see those. */
export const withProof = (self: Command): Command =>
  self
    .option('--key <file>', 'sign with this private key, as who --as names (or STEWARD_KEY)')
    .option('--token-file <file>', 'be who the token in this file says (or the token itself in STEWARD_TOKEN)')
    .option('--endpoint <url>', 'the worker that signs for bearers of tokens (or STEWARD_ENDPOINT)');

/**
 * Reads key or token, by option or else by the environment of the process. Throws `UsageFailure` where it is not clear which is meant, a
 * file is missing, or a key comes without a name; `InvalidInput` for what is no key, no token, or no safe endpoint.
 */
export async function proofOf({ as: name, ...options }: ProofOptions): Promise<Proof> {
  const { STEWARD_KEY: keyFile = '', STEWARD_TOKEN: token = '', STEWARD_ENDPOINT: usual = '' } = process.env;
  const { key: givenKey, tokenFile: givenToken, endpoint = usual } = options;
  if (givenKey !== undefined && givenToken !== undefined) throw new UsageFailure('--key or --token-file: which of them?');
  const isGiven = givenKey !== undefined || givenToken !== undefined;
  if (!isGiven && keyFile !== '' && token !== '')
    throw new UsageFailure('STEWARD_KEY and STEWARD_TOKEN are both set: say which by --key or --token-file, or take one away');

  const key = isGiven ? givenKey : keyFile || undefined;
  if (key !== undefined) {
    if (!name) throw new UsageFailure(`who signs with ${key}? Name it: --as <name>`);
    return { by: 'key', name, key: await keyIn(key) };
  }
  const bearer = givenToken === undefined ? token : (await textOf(givenToken)).trim();
  if (givenToken === undefined && token === '') {
    if (options.endpoint !== undefined) throw new UsageFailure('--endpoint is for bearers of a token: set STEWARD_TOKEN, or --token-file');
    return { by: 'word', name };
  }
  if (endpoint === '') throw new UsageFailure('a token needs the worker that signs for its bearer: --endpoint, or STEWARD_ENDPOINT');
  return { by: 'token', endpoint: tokenEndpoint(endpoint, bearer) };
}

/** The private key in a file, JWK or PEM. Throws `InvalidInput`, never with the key. */
export async function keyIn(file: string): Promise<KeyObject> {
  const text = await textOf(file);
  try {
    return readPrivateKey(text);
  } catch (cause) {
    if (cause instanceof UnusableKey) throw new Failure('InvalidInput', `the private key in ${file} cannot be used: ${cause.message}`);
    throw cause;
  }
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new UsageFailure(`${file} ${cause.code === 'ENOENT' ? 'does not exist' : `cannot be read (${cause.code})`}`, { cause });
  });
}
