import { readFile } from 'node:fs/promises';
import type { KeyObject } from 'node:crypto';
import { Option } from 'commander';
import type { Command } from 'commander';
import { readPrivateKey, UnusableKey } from '../identity/index.js';
import { Failure } from '../lifecycle/failures.js';
import { githubToken, tokenAudience } from './github-token.js';
import { tokenEndpoint } from './token-endpoint.js';
import type { TokenEndpoint } from './token-endpoint.js';
import { UsageFailure } from './usage.js';

/** How somebody shows who he is: by his word, by his key, or by a token, for whose bearer a worker signs. */
export type Proof = { by: 'word'; name?: string } | { by: 'key'; name: string; key: KeyObject } | { by: 'token'; endpoint: TokenEndpoint };

/** Where a job's own token can be had. */
const TOKEN_SOURCES = ['github'];

export interface ProofOptions {
  as?: string;
  key?: string;
  tokenFile?: string;
  tokenFrom?: string;
  endpoint?: string;
}

/** Adds the options by which a command is told who speaks. The token itself is no argument: others see those. */
export const withProof = (self: Command): Command =>
  self
    .option('--key <file>', 'sign with this private key, as who --as names (or STEWARD_KEY)')
    .option('--token-file <file>', 'be who the token in this file says (or the token itself in STEWARD_TOKEN)')
    .addOption(
      new Option(
        '--token-from <source>',
        'be the job that runs: its identity token, got anew for each call (or STEWARD_TOKEN_FROM)',
      ).choices(TOKEN_SOURCES),
    )
    .option('--endpoint <url>', 'the worker that signs for bearers of tokens (or STEWARD_ENDPOINT)');

/**
 * Reads key or token, by option or else by the environment of the process. Throws `UsageFailure` where it is not clear which is meant, a
 * file is missing, or a key comes without a name; `InvalidInput` for what is no key, no token, or no safe endpoint.
 */
export async function proofOf({ as: name, ...options }: ProofOptions): Promise<Proof> {
  const { STEWARD_ENDPOINT: usual = '' } = process.env;
  const { endpoint = usual } = options;
  const given = Object.entries({ '--key': options.key, '--token-file': options.tokenFile, '--token-from': options.tokenFrom });
  const chosen = meantBy(given, 'which of them?') ?? meantBy(settings(), 'say which by an option, or take the others away');
  if (chosen === undefined) {
    if (options.endpoint !== undefined)
      throw new UsageFailure('--endpoint is for bearers of a token: set STEWARD_TOKEN, or --token-file, or --token-from');
    return { by: 'word', name };
  }
  const [by, value] = chosen;
  if (by === '--key' || by === 'STEWARD_KEY') {
    if (!name) throw new UsageFailure(`who signs with ${value}? Name it: --as <name>`);
    return { by: 'key', name, key: await keyIn(value) };
  }
  if (endpoint === '') throw new UsageFailure('a token needs the worker that signs for its bearer: --endpoint, or STEWARD_ENDPOINT');
  if (by === 'STEWARD_TOKEN') return { by: 'token', endpoint: tokenEndpoint(endpoint, value) };
  if (by === '--token-file') return { by: 'token', endpoint: tokenEndpoint(endpoint, (await textOf(value)).trim()) };
  if (!TOKEN_SOURCES.includes(value)) throw new UsageFailure(`${by} is ${value}: known are ${TOKEN_SOURCES.join(', ')}`);
  return { by: 'token', endpoint: tokenEndpoint(endpoint, () => githubToken(tokenAudience())) };
}

const settings = (): [string, string | undefined][] =>
  ['STEWARD_KEY', 'STEWARD_TOKEN', 'STEWARD_TOKEN_FROM'].map((name) => [name, process.env[name] || undefined]);

/** The one that is set; undefined when none is. */
function meantBy(all: [string, string | undefined][], advice: string): [name: string, value: string] | undefined {
  const set = all.filter((each): each is [string, string] => each[1] !== undefined);
  if (set.length > 1) throw new UsageFailure(`${set.map(([each]) => each).join(' and ')} are both set: ${advice}`);
  return set[0];
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
