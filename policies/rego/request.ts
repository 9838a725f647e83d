/** Where OPA answers. */
export interface OpaAddress {
  /** http or https. */
  url: string;
  /** Bearer token, looked up for each request: it may change. What it throws is passed on. */
  token?: () => string;
}

/** Findings of one policy are a few KiB; a run's whole history has room for a few MB. */
export const MOST_ANSWER_MB = 1;

/** The names that lifecycle/failures.ts has for what can be wrong with a system; those who ask pass it on as such. */
export type OpaFailure = 'SystemUnavailable' | 'AccessDenied' | 'SystemRefused';

/** What is wrong is OPA, or the way to it: no word about the policy. */
export class OpaError extends Error {
  override readonly name = 'OpaError';
  constructor(
    readonly failure: OpaFailure,
    { url }: OpaAddress,
    what: string,
    options?: { cause: unknown },
  ) {
    super(`OPA at ${url} ${what}`, options);
  }

  /** Nothing came in the time that was given. */
  get isLate(): boolean {
    return isTimeout(this.cause);
  }
}

export interface Answered {
  status: number;
  /** Parsed JSON; undefined where it is none, or more than `MOST_ANSWER_MB`. */
  body: unknown;
  isTooLarge: boolean;
}

interface Asked {
  /** One of the two, or nothing. */
  text?: string;
  json?: object;
  longestMs: number;
}

/**
 * One request, no retries. Throws `OpaError`: AccessDenied for 401 and 403, SystemUnavailable where nothing answers in time or the server
 * says that it cannot now. A redirection is not followed: facts and token are for this server.
 */
export async function request(address: OpaAddress, method: string, path: string, { text, json, longestMs }: Asked): Promise<Answered> {
  const token = address.token?.();
  const headers: Record<string, string> = { 'content-type': json === undefined ? 'text/plain' : 'application/json' };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  const body = json === undefined ? text : JSON.stringify(json);
  let status: number;
  let answered: string | undefined;
  try {
    const answer = await fetch(address.url.replace(/\/+$/, '') + path, {
      method,
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(longestMs),
    });
    status = answer.status;
    answered = await bounded(answer);
  } catch (cause) {
    throw new OpaError('SystemUnavailable', address, `does not answer: ${reasonOf(cause, longestMs)}`, { cause });
  }
  if (status === 401 || status === 403) throw new OpaError('AccessDenied', address, `denied access (${status})`);
  if (status === 408 || status === 429 || status > 500) throw new OpaError('SystemUnavailable', address, `answered ${status}`);
  return { status, body: parse(answered ?? ''), isTooLarge: answered === undefined };
}

/** The text of an answer; undefined for one that is larger than anybody reads. */
async function bounded(answer: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MOST_ANSWER_MB * 1024 * 1024) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Told by its name: AbortSignal and fetch have classes of errors of their own. */
const isTimeout = (error: unknown): boolean => (error as Partial<Error> | undefined)?.name === 'TimeoutError';

/** fetch hides the reason (`ECONNREFUSED`, `other side closed`) in its cause. */
function reasonOf(error: unknown, longestMs: number): string {
  if (isTimeout(error)) return `nothing within ${longestMs / 1000} s`;
  const { message, cause } = error as { message?: string; cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message ?? String(error);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
