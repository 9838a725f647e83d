import { randomUUID } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { digestOfJson } from '../descriptors/digest.js';
import type { Digest } from '../lifecycle/digest.js';
import { STATEMENT_AUDIENCE, statementTypes } from '../lifecycle/statements.js';
import type { DecisionClaims, RequestClaims } from '../lifecycle/statements.js';
import { algorithmsOf, thumbprintOf } from './keys.js';

type Own = 'aud' | 'iat' | 'exp' | 'jti';
/** What somebody says; the rest is added when it is signed. */
export type DecisionToSign = Omit<DecisionClaims, Own>;
export type RequestToSign = Omit<RequestClaims, Own>;

/** Sent at once: minutes, for clocks that differ and a server that is slow. */
export const SENT_AT_ONCE_S = 300;
/** Printed, to be pasted by a person. */
export const PASTED_LATER_S = 3600;

/** Signs a decision. @param lifetime seconds, at most an hour */
export const signDecision = (claims: DecisionToSign, key: KeyObject, lifetime = SENT_AT_ONCE_S): Promise<string> =>
  sign(statementTypes.decision, claims, key, lifetime);

/** Signs the request that starts an operation. */
export const signRequest = (claims: RequestToSign, key: KeyObject, lifetime = SENT_AT_ONCE_S): Promise<string> =>
  sign(statementTypes.request, claims, key, lifetime);

/** What a request's statement is about: the whole input but the statement itself. */
export function inputDigest(input: object): Digest {
  return digestOfJson({ ...input, statement: undefined });
}

async function sign(typ: string, claims: object, key: KeyObject, lifetime: number): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: algorithmsOf(key)[0]!, typ, kid: await thumbprintOf(key) })
    .setAudience(STATEMENT_AUDIENCE)
    .setIssuedAt(now)
    .setExpirationTime(now + lifetime)
    .setJti(randomUUID())
    .sign(key);
}
