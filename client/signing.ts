import { readFileSync, statSync } from 'node:fs';
import type { KeyObject } from 'node:crypto';
import type { Command } from 'commander';
import { inputDigest, PASTED_LATER_S, readPrivateKey, SENT_AT_ONCE_S, signDecision, signRequest, UnusableKey } from '../identity/index.js';
import type { DecisionToSign } from '../identity/index.js';
import { Failure } from '../lifecycle/failures.js';
import type { OperationKind } from '../lifecycle/ids.js';
import { askEndpoint, endpointOf } from './endpoint.js';
import type { Endpoint } from './endpoint.js';

/** How somebody says who he is, beyond a name (docs/identity.md). */
export interface SigningOptions {
  as?: string;
  key?: string;
  endpoint?: string;
  tokenFile?: string;
}

/** Who speaks: by a key of his own, by a token that a worker's endpoint verifies, or by name alone. */
export type Speaker = { by: 'key'; name: string; key: KeyObject } | { by: 'token'; endpoint: Endpoint } | { by: 'name'; name?: string };

/** The options of a command with which somebody signs. */
export const signing = (command: Command): Command =>
  command
    .option('--key <file>', 'sign with this private key (steward key create; default: STEWARD_KEY)')
    .option('--endpoint <url>', "the worker's endpoint, with a token of STEWARD_TOKEN or --token-file (default: STEWARD_ENDPOINT)")
    .option('--token-file <file>', 'the token, where it is not in STEWARD_TOKEN; it goes to the endpoint and nowhere else');

/** Throws `InvalidInput` where options contradict each other, or a file cannot be used; messages never hold a key or token. */
export function speakerOf({ as: name, key, endpoint, tokenFile }: SigningOptions): Speaker {
  const keyFile = key ?? process.env['STEWARD_KEY'];
  const at = endpointOf({ endpoint, tokenFile });
  if (key !== undefined && (endpoint !== undefined || tokenFile !== undefined))
    throw new Failure('InvalidInput', 'either --key or --endpoint with a token, not both');
  if (at && key === undefined) return { by: 'token', endpoint: at };
  if (keyFile === undefined) return { by: 'name', ...(name !== undefined && { name }) };
  if (name === undefined) throw new Failure('InvalidInput', '--as is missing: whose key it is');
  return { by: 'key', name, key: keyIn(keyFile) };
}

/** The input with the statement of who asks, where somebody signs. @param later true when it is printed, to be pasted by a person */
export async function signedInput<I extends object>(
  speaker: Speaker,
  operation: OperationKind,
  environment: string,
  input: I,
  later = false,
): Promise<I & { statement?: string }> {
  if (speaker.by === 'name') return input;
  const about = { operation, environment, input: inputDigest(JSON.parse(JSON.stringify(input)) as object) };
  if (speaker.by === 'token') {
    const { statement } = await askEndpoint<{ statement: string }>(speaker.endpoint, '/statements', { kind: 'request', ...about });
    return { ...input, statement };
  }
  const lifetime = later ? PASTED_LATER_S : SENT_AT_ONCE_S;
  return { ...input, statement: await signRequest({ sub: speaker.name, ...about }, speaker.key, lifetime) };
}

/** The statement of a decision; undefined for somebody who gives only his name. */
export async function signedDecision(speaker: Speaker, decision: Omit<DecisionToSign, 'sub'>, later = false): Promise<string | undefined> {
  if (speaker.by === 'name') return undefined;
  if (speaker.by === 'token')
    return (await askEndpoint<{ statement: string }>(speaker.endpoint, '/statements', { kind: 'decision', ...decision })).statement;
  return signDecision({ sub: speaker.name, ...decision }, speaker.key, later ? PASTED_LATER_S : SENT_AT_ONCE_S);
}

/** A private key that others may read is nobody's own. */
const OTHERS = 0o077;

function keyIn(file: string): KeyObject {
  let text: string;
  try {
    if (process.platform !== 'win32' && (statSync(file).mode & OTHERS) !== 0)
      throw new Failure('InvalidInput', `the key ${file} can be read by others: chmod 600 ${file}`);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('InvalidInput', `the key ${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}`);
  }
  try {
    return readPrivateKey(text);
  } catch (error) {
    if (error instanceof UnusableKey) throw new Failure('InvalidInput', `the key ${file} cannot be used: ${error.message}`);
    throw error;
  }
}
