import { readFileSync } from 'node:fs';
import { Failure } from '../lifecycle/failures.js';
import type { FailureType } from '../lifecycle/failures.js';

/** A worker's endpoint for bearers of tokens. */
export interface Endpoint {
  url: string;
  token: string;
}

/** Verifying a token may take a look at its issuer, and a decision the answer of a request. */
const ANSWER_TIMEOUT_MS = 30_000;

/** The endpoint and the token, where both are given. A token is never an argument: others see those. Throws `InvalidInput`. */
export function endpointOf({ endpoint, tokenFile }: { endpoint?: string; tokenFile?: string }): Endpoint | undefined {
  const url = endpoint ?? process.env['STEWARD_ENDPOINT'];
  const token = tokenFile === undefined ? process.env['STEWARD_TOKEN'] : tokenIn(tokenFile);
  if (url === undefined && tokenFile === undefined && endpoint === undefined) return undefined;
  if (url === undefined) throw new Failure('InvalidInput', 'a token needs --endpoint: the address of a worker that verifies it');
  if (token === undefined || token === '') {
    if (endpoint === undefined) return undefined;
    throw new Failure('InvalidInput', '--endpoint needs a token: STEWARD_TOKEN, or --token-file');
  }
  const { protocol, hostname } = parsed(url);
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback))
    throw new Failure('InvalidInput', `the endpoint ${url} is neither https nor on this machine: a token is not sent there`);
  return { url: url.replace(/\/$/, ''), token };
}

/** Asks; throws a failure of the catalogue for every answer but a good one. The token is in no message. */
export async function askEndpoint<T>({ url, token }: Endpoint, path: string, body: object): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
  } catch {
    throw new Failure('SystemUnavailable', `the endpoint ${url} does not answer`);
  }
  const answer = (await response.json().catch(() => ({}))) as { error?: string };
  if (response.ok) return answer as T;
  throw new Failure(typeOf(response.status), answer.error ?? `the endpoint ${url} answered ${response.status}`);
}

const typeOf = (status: number): FailureType => {
  if (status === 401) return 'AccessDenied';
  if (status === 403 || status === 404 || status === 409) return 'DecisionRefused';
  return status >= 500 ? 'SystemUnavailable' : 'InvalidInput';
};

function parsed(url: string): URL {
  try {
    return new URL(url);
  } catch {
    throw new Failure('InvalidInput', `the endpoint ${url} is no address`);
  }
}

function tokenIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new Failure(
      'InvalidInput',
      `the token file ${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}`,
    );
  }
}
