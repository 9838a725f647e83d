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
/** Whoever asks waits at the other end of a connection, and proxies give up after half a minute. */
export const ANSWER_WITHIN_MS = 15_000;

export interface Answer {
  status: number;
  /** Left out: nothing to say. */
  body?: object;
  headers?: { [header: string]: string };
}

/** Never rejects: what could not be done is an answer, too. */
export type Respond = (request: IncomingMessage) => Promise<Answer>;

export interface HttpServer {
  /** Where it listens, with the port that it got. */
  url: string;
  /** Takes no more requests, answers those that run, and resolves when all connections are closed. */
  close(): Promise<void>;
}

/**
 * Listens where the settings say, by TLS where they have a certificate, with limits for clients on bad lines or with bad intentions.
 * @param name of the setting, for what is wrong with it
 * @throws Failure `InvalidInput` or `AccessDenied` for what it cannot use
 */
export async function openServer(
  name: string,
  settings: EndpointSettings,
  respond: Respond,
  secret: (ref: SecretRef) => string,
): Promise<HttpServer> {
  const running = new Set<Promise<void>>();
  const listener: RequestListener = (request, response) => {
    const answered = respond(request).then((answer) => write(response, answer));
    running.add(answered);
    void answered.finally(() => running.delete(answered));
  };
  const server = createServer(name, settings, listener, secret);
  server.maxConnections = MOST_CONNECTIONS;
  const { host, port } = settings;
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve)).catch((cause: Error) => {
    throw new Failure('InvalidInput', `${name} cannot listen at ${host}:${port} (${cause.message})`, { cause });
  });
  const { address, port: given, family } = server.address() as AddressInfo;
  const url = `${settings.certificate === undefined ? 'http' : 'https'}://${family === 'IPv6' ? `[${address}]` : address}:${given}`;
  return { url, close: () => closed(server, running) };
}

function createServer(
  name: string,
  { certificate, key }: EndpointSettings,
  listener: RequestListener,
  secret: (ref: SecretRef) => string,
): Server {
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
    throw new Failure('InvalidInput', `${name}: certificate and key cannot be used (${code ?? 'unknown reason'})`, { cause });
  }
}

/** Resolves when the answer is on its way, or nobody waits for it any more. */
async function write(response: ServerResponse, { status, body, headers = {} }: Answer): Promise<void> {
  if (response.destroyed) return;
  const text = body === undefined ? '' : JSON.stringify(body);
  const own = { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
  response.writeHead(status, { ...(body && { ...own, 'content-length': Buffer.byteLength(text) }), ...headers }).end(text);
  await finished(response).catch(() => undefined);
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
