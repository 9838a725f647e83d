import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Failure } from '../../lifecycle/failures.js';
import type { MonitoringSettings } from '../config/index.js';
import { logger } from '../log.js';

/** Looks of several probes at the same time are one. */
const KEEP_MS = 1_000;
/** A probe waits for a second or a few. */
const LOOK_WITHIN_MS = 2_000;

/** What has to be well for the worker to get on with its work, by name: true, or why not. */
export interface Checks {
  [name: string]: () => Promise<true | string>;
}

export interface HealthServer {
  url: string;
  close(): Promise<void>;
}

/**
 * Serves, where the configuration wants it, `GET /live` (200 while the process answers at all) and `GET /ready` (200 when all checks are well, else 503; both say which).
 * Throws `InvalidInput` where it cannot listen.
 */
export async function openHealth({ health }: MonitoringSettings, checks: Checks): Promise<HealthServer | undefined> {
  if (!health) return undefined;
  const { host, port } = health;
  let looked: { at: number; answer: Promise<Answer> } | undefined;
  const ready = (): Promise<Answer> => {
    if (!looked || Date.now() - looked.at > KEEP_MS) looked = { at: Date.now(), answer: answerOf(checks) };
    return looked.answer;
  };
  const server = createServer((request, response) => {
    const answer: Promise<Answer> =
      request.method !== 'GET'
        ? Promise.resolve({ status: 405, body: { error: 'GET only' } })
        : request.url === '/live'
          ? Promise.resolve({ status: 200, body: { status: 'live' } })
          : request.url === '/ready'
            ? ready()
            : Promise.resolve({ status: 404, body: { error: 'there are /live and /ready' } });
    void answer.then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve)).catch((cause: Error) => {
    throw new Failure('InvalidInput', `monitoring.health cannot listen at ${host}:${port} (${cause.message})`, { cause });
  });
  const { address, port: given, family } = server.address() as AddressInfo;
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${given}`;
  logger.info({ url }, 'health is served');
  return {
    url,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Answer {
  status: number;
  body: object;
}

async function answerOf(checks: Checks): Promise<Answer> {
  const { isReady, told } = await look(checks);
  return { status: isReady ? 200 : 503, body: { status: isReady ? 'ready' : 'not ready', ...told } };
}

/** Asks all checks at once, each for a moment. */
export async function look(checks: Checks): Promise<{ isReady: boolean; told: { [name: string]: string } }> {
  const found = await Promise.all(
    Object.entries(checks).map(async ([name, check]): Promise<[string, true | string]> => {
      const late = new Promise<string>((resolve) => setTimeout(resolve, LOOK_WITHIN_MS, 'no answer in time').unref());
      return [name, await Promise.race([check(), late]).catch((error: Error) => error.message)];
    }),
  );
  const isReady = found.every(([, well]) => well === true);
  const told = Object.fromEntries(found.map(([name, well]) => [name, well === true ? 'ok' : well]));
  return { isReady, told };
}
