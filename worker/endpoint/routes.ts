import type { IncomingMessage } from 'node:http';
import { publicJwk, algorithmsOf, thumbprintOf } from '../../identity/index.js';
import type { Bearer } from '../../identity/index.js';
import { bearerOf, readBody, Refusal } from '../http/index.js';
import type { Answer } from '../http/index.js';
import { decide } from './decide.js';
import type { EndpointDeps } from './deps.js';
import { isDecisionBody, isStatementBody } from './shapes.js';
import { statementFor } from './sign.js';

/** A decision has some hundred bytes; a request's input has no descriptor in it (it is named by digest). */
const LONGEST_BODY = 32 * 1024;

/** What the log tells: never the token, never what was signed. Filled in as it becomes known, so that a refusal is told with it, too. */
export interface Note {
  who?: string;
  /** At the issuer. */
  subject?: string;
  what?: string;
  exception?: string;
  environment?: string;
}

type Route = (deps: EndpointDeps, request: IncomingMessage, note: Note) => Promise<Answer>;

/** One key a request that is sent again; what is longer is no key. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,128}$/;

/** By path, then by method. */
export const routes: { [path: string]: { [method: string]: Route } } = {
  '/decisions': { POST: postDecision },
  '/statements': { POST: postStatement },
  '/health': { GET: () => Promise.resolve({ status: 200, body: { status: 'ok' } }) },
  '/.well-known/jwks.json': { GET: getKeys },
};

async function postDecision(deps: EndpointDeps, request: IncomingMessage, note: Note): Promise<Answer> {
  const bearer = await identified(deps, request, note);
  const body = await readBody(request, isDecisionBody, LONGEST_BODY);
  Object.assign(note, { what: body.decision, exception: body.exception, environment: body.environment });
  const decided = await decide(deps, bearer, body, keyOf(request));
  return { status: 'pending' in decided ? 202 : 200, body: decided };
}

async function postStatement(deps: EndpointDeps, request: IncomingMessage, note: Note): Promise<Answer> {
  const bearer = await identified(deps, request, note);
  const body = await readBody(request, isStatementBody, LONGEST_BODY);
  const about = body.kind === 'decision' ? { what: body.decision, exception: body.exception } : { what: body.operation };
  Object.assign(note, about, { environment: body.environment });
  return { status: 200, body: { statement: await statementFor(deps, bearer, body) } };
}

/** RFC 7517: what statements of this worker and of those before it are signed with. */
async function getKeys({ knownKeys }: EndpointDeps): Promise<Answer> {
  const keys = knownKeys.map(async (key) => ({ ...publicJwk(key), kid: await thumbprintOf(key), use: 'sig', alg: algorithmsOf(key)[0] }));
  return { status: 200, body: { keys: await Promise.all(keys) } };
}

/** Before a byte of the body is read. */
async function identified({ readToken }: EndpointDeps, request: IncomingMessage, note: Note): Promise<Bearer> {
  const bearer = await bearerOf(request, readToken);
  Object.assign(note, { who: bearer.name, subject: bearer.sub });
  return bearer;
}

function keyOf({ headers }: IncomingMessage): string | undefined {
  const { 'idempotency-key': key } = headers;
  if (key === undefined) return undefined;
  if (typeof key === 'string' && IDEMPOTENCY_KEY.test(key)) return key;
  throw new Refusal(400, 'the Idempotency-Key is not 1 to 128 visible characters');
}
