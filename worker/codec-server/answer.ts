import type { IncomingMessage } from 'node:http';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { UnreadablePayload } from '../../encryption/index.js';
import type { Bearer, ReadToken } from '../../identity/index.js';
import { bearerOf, Refusal, refusalOf } from '../http/index.js';
import type { Answer, Respond } from '../http/index.js';
import { logger } from '../log.js';
import { payloadsBody, readPayloads } from './body.js';

export interface CodecServerDeps {
  codec: PayloadCodec;
  /** Left out: everybody on this machine may read. */
  readToken?: ReadToken;
  mayRead(bearer: Bearer): boolean;
  /** Whose pages may ask. */
  origins: string[];
}

/** How long a browser remembers that a page may ask, in seconds: a history has hundreds of payloads. */
const REMEMBERED_S = 600;

/**
 * Answers as a codec server does (protocol: https://docs.temporal.io/codec-server): `POST .../encode` and `.../decode`, whatever is before.
 * Pages of other origins are refused, those that a name was bent to this machine for (DNS rebinding) among them.
 */
export const answering =
  (deps: CodecServerDeps): Respond =>
  async (request) => {
    const { origin } = request.headers;
    const isKnown = origin !== undefined && deps.origins.includes(origin);
    const { refused, ...answer }: Answer & { refused?: string } =
      origin !== undefined && !isKnown
        ? refusalOf(new Refusal(403, 'pages of this origin may not ask here: encryption.codecServer.origins names those that may'))
        : await answerTo(deps, request).catch(refusalOf);
    if (refused !== undefined) logger[answer.status >= 500 ? 'warn' : 'info']({ status: answer.status, refused }, 'codec server');
    return isKnown ? { ...answer, headers: { ...answer.headers, ...allowed(origin) } } : answer;
  };

/** Fetch standard, 3.2: read by the browser, which keeps the answer from all other pages. */
const allowed = (origin: string): { [header: string]: string } => ({
  'access-control-allow-origin': origin,
  'access-control-allow-credentials': 'true',
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers': 'content-type, x-namespace, authorization',
  'access-control-max-age': String(REMEMBERED_S),
  vary: 'Origin',
});

async function answerTo(deps: CodecServerDeps, request: IncomingMessage): Promise<Answer> {
  const { method, url = '' } = request;
  if (method === 'OPTIONS') return { status: 204 };
  const verb = /\/(encode|decode)\/?(\?.*)?$/.exec(url)?.[1] as 'encode' | 'decode' | undefined;
  if (!verb) throw new Refusal(404, 'there are /encode and /decode');
  if (method !== 'POST') throw new Refusal(405, 'this is asked by POST', { allow: 'POST, OPTIONS' });
  const who = await reader(deps, request);
  const payloads = await readPayloads(request);
  logger.debug({ verb, payloads: payloads.length, ...(who !== undefined && { who }) }, 'codec server');
  return { status: 200, body: payloadsBody(verb === 'encode' ? await deps.codec.encode(payloads) : await decoded(deps.codec, payloads)) };
}

/** Before a byte of the body is read. */
async function reader({ readToken, mayRead }: CodecServerDeps, request: IncomingMessage): Promise<string | undefined> {
  if (!readToken) return undefined;
  const bearer = await bearerOf(request, readToken);
  if (!mayRead(bearer)) throw new Refusal(403, `${bearer.name} may not read here: encryption.codecServer.readers does not let them`);
  return bearer.name;
}

/** What cannot be read stays as it is: a page shows the rest. */
const decoded = async (codec: PayloadCodec, payloads: Payload[]): Promise<Payload[]> =>
  (
    await Promise.all(
      payloads.map((payload) =>
        codec.decode([payload]).catch((error: unknown) => {
          if (error instanceof UnreadablePayload) return [payload];
          throw error;
        }),
      ),
    )
  ).flat();
