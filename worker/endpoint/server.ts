import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { SecretRef } from '../../lifecycle/environment.js';
import { Failure } from '../../lifecycle/failures.js';
import type { EndpointSettings } from '../config/index.js';
import { logger } from '../log.js';
import type { EndpointDeps } from './deps.js';
import { Refusal } from './refusal.js';
import { routes } from './routes.js';
import type { Answer, Note } from './routes.js';
import { ANSWER_WITHIN_MS } from './temporal.js';

/** A client on a bad line sends some hundred bytes in a second; who takes longer only holds a connection. */
const HEADERS_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 20_000;
/** Between two requests of one connection. */
const IDLE_MS = 5_000;
/** How often connections are looked at for those that take too long. */
const LOOK_MS = 2_000;
/** A token of 16 KiB, and what proxies add. */
const LONGEST_HEADERS = 24 * 1024;
/** Far above what people do at a time; each has a few KiB. */
const MOST_CONNECTIONS = 500;

export interface Endpoint {
  /** Where it listens, with the port that it got. */
  url: string;
  /** Takes no more requests, answers those that run, and resolves when all connections are closed. */
  close(): Promise<void>;
}

/** Opens the endpoint for bearers of tokens (docs/identity.md). Throws `InvalidInput` or `AccessDenied` for what it cannot use. */
export async function openEndpoint(settings: EndpointSettings, deps: EndpointDeps, secret: (ref: SecretRef) => string): Promise<Endpoint> {
  const running = new Set<Promise<void>>();
  const listener: RequestListener = (request, response) => {
    const answered = answer(deps, request, response);
    running.add(answered);
    void answered.finally(() => running.delete(answered));
  };
  const server = createServer(settings, listener, secret);
  server.maxConnections = MOST_CONNECTIONS;
  const { host, port } = settings;
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve)).catch((cause: Error) => {
    throw new Failure('InvalidInput', `identity.endpoint cannot listen at ${host}:${port} (${cause.message})`, { cause });
  });
  const { address, port: given, family } = server.address() as AddressInfo;
  const url = `${settings.certificate === undefined ? 'http' : 'https'}://${family === 'IPv6' ? `[${address}]` : address}:${given}`;
  return { url, close: () => closed(server, running) };
}

function createServer({ certificate, key }: EndpointSettings, listener: RequestListener, secret: (ref: SecretRef) => string): Server {
  const limits = {
    headersTimeout: HEADERS_WITHIN_MS,
    requestTimeout: REQUEST_WITHIN_MS,
    keepAliveTimeout: IDLE_MS,
    connectionsCheckingInterval: LOOK_MS,
    maxHeaderSize: LONGEST_HEADERS,
  };
  if (certificate === undefined || key === undefined) return createHttpServer(limits, listener);
  try {
    return createHttpsServer({ ...limits, cert: readFileSync(certificate), key: secret(key), minVersion: 'TLSv1.2' }, listener);
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    throw new Failure('InvalidInput', `identity.endpoint: certificate and key cannot be used (${code ?? 'unknown reason'})`, { cause });
  }
}

async function answer(deps: EndpointDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const note: Note = {};
  const [asked = ''] = (request.url ?? '').split('?');
  // Anything else is not told: people put tokens into addresses.
  const path = Object.hasOwn(routes, asked) ? asked : undefined;
  const { status, body, headers, refused } = await route(deps, request, path, note).then(
    (answered) => ({ ...answered, headers: {}, refused: undefined }),
    (error: unknown) => refusalOf(error),
  );
  if (refused !== undefined || note.who !== undefined) tell(deps, path, note, status, refused);
  await write(response, status, body, headers);
}

async function route(deps: EndpointDeps, request: IncomingMessage, path: string | undefined, note: Note): Promise<Answer> {
  const methods = path === undefined ? undefined : routes[path];
  if (!methods) throw new Refusal(404, `there are ${Object.keys(routes).join(', ')}`);
  const { method = '' } = request;
  if (!Object.hasOwn(methods, method)) {
    const allowed = Object.keys(methods).join(', ');
    throw new Refusal(405, `this is asked by ${allowed}`, { allow: allowed });
  }
  return methods[method]!(deps, request, note);
}

interface Refused extends Answer {
  headers: Refusal['headers'];
  /** For the log. */
  refused: string;
}

/** Nothing of what went wrong inside is for others. */
function refusalOf(error: unknown): Refused {
  const refused = error instanceof Error ? error.message : String(error);
  if (error instanceof Refusal) return { status: error.status, body: { error: { message: refused } }, headers: error.headers, refused };
  if (error instanceof Failure && error.type === 'SystemUnavailable')
    return { status: 503, body: { error: { message: refused } }, headers: { 'retry-after': '10' }, refused };
  return { status: 500, body: { error: { message: 'a fault of Steward: its log tells more' } }, headers: {}, refused };
}

/** Resolves when the answer is on its way, or nobody waits for it any more. */
async function write(response: ServerResponse, status: number, body: object, headers: { [header: string]: string } = {}): Promise<void> {
  if (response.destroyed) return;
  const text = JSON.stringify(body);
  const own = { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
  response.writeHead(status, { ...own, ...headers, 'content-length': Buffer.byteLength(text) }).end(text);
  await finished(response).catch(() => undefined);
}

/** One line a request: who, what, outcome. */
function tell({ redact }: EndpointDeps, path: string | undefined, note: Note, status: number, refused?: string): void {
  const line = { path: path ?? 'unknown', ...note, status, ...(refused !== undefined && { refused: redact(refused) }) };
  logger[status >= 500 ? 'warn' : 'info'](line, 'endpoint');
}

async function closed(server: Server, running: Set<Promise<void>>): Promise<void> {
  const ended = new Promise<void>((resolve) => server.close(() => resolve()));
  const patience = new AbortController();
  const longest = delay(ANSWER_WITHIN_MS, undefined, { signal: patience.signal }).catch(() => undefined);
  await Promise.race([Promise.all(running), longest]);
  patience.abort();
  // What is left sends what nobody reads any more.
  server.closeAllConnections();
  await ended;
}
