import { stripVTControlCharacters } from 'node:util';
import type { Digest } from '../lifecycle/digest.js';
import { Failure } from '../lifecycle/failures.js';
import type { FailureType } from '../lifecycle/failures.js';
import type { OperationKind } from '../lifecycle/ids.js';
import type { DecisionVerb } from '../lifecycle/statements.js';
import { assertToken, safeAddress, whyNoAnswer } from './safe-address.js';

/** What a bearer wants to have signed. */
export type ToSign =
  | { kind: 'request'; operation: OperationKind; environment: string; input: Digest }
  | ({ kind: 'decision'; exception: Digest; request: string; decision: DecisionVerb } & Said);

export type ToDecide = { exception: Digest; line: string; decision: 'approve' | 'reject' | 'delegate' } & Said;

interface Said {
  environment: string;
  comment?: string;
  to?: string;
  until?: string;
}

/** A worker that acts for the bearer of a token. */
export interface TokenEndpoint {
  /** A statement that says so in the bearer's name. */
  sign(what: ToSign): Promise<string>;
  /** How the request has answered; `pending`: it has the decision and has not answered yet. */
  decide(what: ToDecide): Promise<{ decision: string } | { pending: true }>;
}

/** The endpoint itself waits for a request's answer, for less than this. */
const ANSWER_TIMEOUT_MS = 30_000;
/** Enough to say why. */
const LONGEST_REASON = 500;

/** By the status of the answer; all others of 400 and above say that the endpoint cannot do it. */
const refusals: { [status: number]: FailureType } = {
  400: 'InvalidInput',
  401: 'AccessDenied',
  403: 'NotAllowed',
  404: 'NotFound',
  409: 'DecisionRefused',
  413: 'InvalidInput',
  415: 'InvalidInput',
  503: 'SystemUnavailable',
};

/**
 * The endpoint at an address. Nothing is sent yet; a token that is given by a function is got anew for each call. Its calls throw what the answer says: `AccessDenied` (the token), `NotAllowed`,
 * `DecisionRefused`, `NotFound`, `InvalidInput`, `SystemUnavailable`, `SystemRefused`; never with the token.
 * Throws `InvalidInput` where the token could be read on its way, and for what is no token.
 */
export function tokenEndpoint(address: string, token: string | (() => Promise<string>)): TokenEndpoint {
  const base = safeAddress(address, 'endpoint');
  if (typeof token === 'string') assertToken(token);
  const post = async (path: string, body: object): Promise<Answer> => {
    const bearer = typeof token === 'string' ? token : await token();
    assertToken(bearer);
    const response = await fetch(`${base}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      // Wherever it leads: the token is for this address.
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    }).catch((cause: Error) => {
      throw new Failure('SystemUnavailable', `${base} does not answer: ${whyNoAnswer(cause, ANSWER_TIMEOUT_MS)}`, { next: AGAIN });
    });
    const answer = await jsonOf(response);
    if (response.ok) return answer;
    const why = stripVTControlCharacters(answer.error?.message ?? '').slice(0, LONGEST_REASON) || `it answered ${response.status}`;
    const type = path === '/decisions' && response.status === 403 ? 'DecisionRefused' : (refusals[response.status] ?? 'SystemRefused');
    throw new Failure(type, type === 'DecisionRefused' ? why : `${base}: ${why}`, nextOf[type]);
  };
  return {
    async sign(what) {
      const { statement } = await post('/statements', what);
      if (typeof statement === 'string' && statement !== '') return statement;
      throw new Failure('SystemRefused', `${base} answered without a statement: it is no endpoint of Steward`);
    },
    async decide(what) {
      const { decision, pending } = await post('/decisions', what);
      if (typeof decision === 'string') return { decision };
      if (pending === true) return { pending };
      throw new Failure('SystemRefused', `${base} answered without a decision: it is no endpoint of Steward`);
    },
  };
}

const AGAIN = 'Correct the endpoint (--endpoint, STEWARD_ENDPOINT) or start its worker, then run the command again.';
const nextOf: { [type in FailureType]?: { next: string } } = {
  AccessDenied: { next: 'Get a new token (STEWARD_TOKEN, --token-file) and run the command again.' },
  SystemUnavailable: { next: AGAIN },
};

interface Answer {
  statement?: unknown;
  decision?: unknown;
  pending?: unknown;
  error?: { message?: string };
}

/** Answers are JSON objects; what comes from something else in between is not. */
async function jsonOf(response: Response): Promise<Answer> {
  const answer: unknown = await response.json().catch(() => undefined);
  const { error, ...rest } = (typeof answer === 'object' && answer !== null ? answer : {}) as { [name: string]: unknown };
  const { message } = (typeof error === 'object' && error !== null ? error : {}) as { message?: unknown };
  return { ...rest, ...(typeof message === 'string' && { error: { message } }) };
}
