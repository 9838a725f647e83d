import { Failure } from '../../lifecycle/failures.js';

/** Registries and gateways answer within a second; a loaded one that compiles a statement may take some. Longer means a dead peer. */
export const REQUEST_TIMEOUT_MS = 30_000;

/**
 * A write that was sent when its caller was cancelled: a system that is well answers within this time, and nobody waits for one that hangs.
 */
const WRITE_GRACE_MS = 5_000;

/** When the system does not say how long to wait, a restart of it takes about this long. */
const DEFAULT_RETRY_AFTER_MS = 2_000;

export interface HttpOptions {
  /** Name of the system for people, e.g. `schema registry`. */
  system: string;
  /** Base address. Credentials inside it are refused: they would end in messages. */
  url: string;
  /** HTTP Basic, already resolved. */
  credentials?: { username: string; password: string };
  contentType?: string;
  timeoutMs?: number;
  /** How long to wait when the system does not say; `null` = the caller's retry policy decides. Default: DEFAULT_RETRY_AFTER_MS. */
  defaultRetryAfterMs?: number | null;
  /** How long a write is waited for after its caller was cancelled; default WRITE_GRACE_MS. */
  writeGraceMs?: number;
  /** Statuses of the failing kind that the caller understands better, e.g. a gateway that answers 500 for a wrong statement. */
  callerDecides?: number[];
}

export interface HttpRequest {
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, in the place of `body`: for those who sign what they send. */
  text?: string;
  signal?: AbortSignal;
  query?: { [name: string]: string };
  /** Besides those of the client. */
  headers?: { [name: string]: string };
}

export interface HttpAnswer {
  status: number;
  /** Parsed JSON; the text itself when it is none; `null` when empty. */
  body: unknown;
}

export interface HttpClient {
  readonly system: string;
  /** For messages: scheme, host, port, path; no credentials. */
  readonly endpoint: string;
  /**
   * One request, one answer; no retries. An abort ends a read at once; a write that was sent is waited for some seconds more, because
   * nobody could tell afterwards what an abandoned one has done. `path` is absolute below the base address, its segments already encoded.
   * Throws `SystemUnavailable` (408, 425, 429, 5xx, no connection, time-out) and `AccessDenied` (401, 403); other statuses are the caller's.
   * After a `SystemUnavailable` of a write the outcome is unknown: look up before you try again.
   */
  request(method: string, path: string, request?: HttpRequest): Promise<HttpAnswer>;
}

/** A JSON client of one system. */
export function httpClient(options: HttpOptions): HttpClient {
  const base = baseAddress(options);
  const endpoint = base.href.replace(/\/$/, '');
  const unsaid = options.defaultRetryAfterMs === undefined ? DEFAULT_RETRY_AFTER_MS : (options.defaultRetryAfterMs ?? undefined);
  const headers: Record<string, string> = { accept: `${options.contentType ?? 'application/json'}, application/json` };
  if (options.credentials) {
    const { username, password } = options.credentials;
    headers.authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }

  return {
    system: options.system,
    endpoint,
    async request(method, path, { body, text: sent = JSON.stringify(body), signal, query, headers: more } = {}) {
      const url = new URL(endpoint + path);
      for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
      signal?.throwIfAborted();
      const isRead = method === 'GET';
      const graceMs = isRead ? 0 : (options.writeGraceMs ?? WRITE_GRACE_MS);
      const abandoned = delayed(signal, graceMs);
      const timeout = AbortSignal.timeout(options.timeoutMs ?? REQUEST_TIMEOUT_MS);
      const what = `${options.system} at ${endpoint} (${method} ${path})`;
      let answer: Response;
      let text: string;
      try {
        answer = await fetch(url, {
          method,
          headers: { ...headers, ...(sent !== undefined && { 'content-type': options.contentType ?? 'application/json' }), ...more },
          body: sent,
          redirect: 'manual',
          signal: AbortSignal.any([timeout, abandoned.signal]),
        });
        text = await answer.text();
      } catch (cause) {
        if (isRead) signal?.throwIfAborted();
        const waitedMs = timeout.aborted ? (options.timeoutMs ?? REQUEST_TIMEOUT_MS) : abandoned.signal.aborted ? graceMs : undefined;
        const why = waitedMs === undefined ? reasonOf(cause) : `no answer within ${waitedMs / 1000} s`;
        throw new Failure('SystemUnavailable', `${what} cannot be reached: ${why}`, { cause, retryAfterMs: unsaid });
      } finally {
        abandoned.forget();
      }
      const parsed = parse(text);
      if (!options.callerDecides?.includes(answer.status)) refuse(answer, parsed, what, unsaid);
      return { status: answer.status, body: parsed };
    },
  };
}

/** A signal that follows another one with a delay. */
function delayed(signal: AbortSignal | undefined, ms: number): { signal: AbortSignal; forget(): void } {
  const later = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const start = (): void => {
    timer = setTimeout(() => later.abort(), ms);
  };
  signal?.addEventListener('abort', start, { once: true });
  return {
    signal: later.signal,
    forget: () => {
      signal?.removeEventListener('abort', start);
      clearTimeout(timer);
    },
  };
}

/** What a system said went wrong, as one line: the usual `message` fields first. */
export function messageOf(body: unknown): string {
  if (body && typeof body === 'object') {
    const { message, errors, error } = body as { message?: unknown; errors?: unknown; error?: unknown };
    if (typeof message === 'string') return message;
    if (Array.isArray(errors)) return errors.join('; ');
    if (typeof error === 'string') return error;
  }
  return typeof body === 'string' ? body.slice(0, 500) : JSON.stringify(body);
}

function refuse(answer: Response, body: unknown, what: string, unsaidMs: number | undefined): void {
  const { status } = answer;
  if (status === 401 || status === 403) throw new Failure('AccessDenied', `${what} denied access (${status}): ${messageOf(body)}`);
  if (status >= 500 || status === 408 || status === 425 || status === 429)
    throw new Failure('SystemUnavailable', `${what} answered ${status}: ${messageOf(body)}`, {
      retryAfterMs: retryAfter(answer.headers.get('retry-after')) ?? unsaidMs,
    });
}

function baseAddress({ system, url }: HttpOptions): URL {
  if (!URL.canParse(url)) throw new Failure('InvalidInput', `the address of the ${system} is no URL`);
  const base = new URL(url);
  if (base.username || base.password)
    throw new Failure('SecretInInput', `the address of the ${system} holds credentials: give them as references`);
  return base;
}

/** Seconds or an HTTP date, as milliseconds from now. */
function retryAfter(header: string | null): number | undefined {
  if (!header) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** fetch hides the reason (`ECONNREFUSED`, `other side closed`) in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error) return ('code' in cause && typeof cause.code === 'string' && cause.code) || cause.message;
  return error instanceof Error ? error.message : String(error);
}

function parse(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
