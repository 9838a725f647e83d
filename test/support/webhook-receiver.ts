import { randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HTTP, type CloudEvent } from 'cloudevents';
import { Webhook } from 'standardwebhooks';
import type { ExceptionData } from '../../activities/notifications/index.js';

/** An event that a receiver has taken: its signature was right, and it is a CloudEvent to the specification's own SDK. */
export interface TakenEvent {
  event: CloudEvent<ExceptionData>;
  headers: IncomingHttpHeaders;
}

/** What somebody who is told by webhook has to run: verifies each signature before it looks at the rest. */
export interface Hook {
  /** `whsec_...` */
  readonly secret: string;
  taken: TakenEvent[];
  /** Why requests were not believed. */
  doubts: string[];
  /** Ids of all attempts, in order. */
  attempts: string[];
  /** What is answered next, one each; then 204. */
  answers: { status: number; headers?: { [name: string]: string } }[];
  handle(request: IncomingMessage, response: ServerResponse): void;
}

export const makeSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

export function makeHook(): Hook {
  const hook: Hook = {
    secret: makeSecret(),
    taken: [],
    doubts: [],
    attempts: [],
    answers: [],
    handle(request, response) {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        const { headers } = request;
        hook.attempts.push(String(headers['webhook-id']));
        try {
          new Webhook(hook.secret).verify(body, headers as Record<string, string>);
        } catch (error) {
          hook.doubts.push(String(error));
          return void response.writeHead(401).end();
        }
        const { status, headers: more = {} } = hook.answers.shift() ?? { status: 204 };
        if (status < 300) hook.taken.push({ event: HTTP.toEvent({ headers, body }) as CloudEvent<ExceptionData>, headers });
        response.writeHead(status, more).end();
      });
    },
  };
  return hook;
}

/** A hook behind plain http on the loopback address, at a port of its own that it keeps while it is down. */
export interface WebhookReceiver extends Hook {
  readonly url: string;
  down(): Promise<void>;
  up(): Promise<void>;
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const hook = makeHook();
  const server = createServer((request, response) => hook.handle(request, response));
  const listen = (port: number): Promise<void> => new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return Object.assign(hook, {
    url: `http://127.0.0.1:${port}/hook`,
    up: () => listen(port),
    down: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
