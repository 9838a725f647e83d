import type { Digest } from './digest.js';
import type { OperationKind } from './ids.js';

/**
 * What people sign (JWS in its compact form, docs/identity.md): who they are is established by the signature. A statement says one thing,
 * for a short time, once. No secret: it may lie in histories and in the catalog. Bearer tokens never do.
 */

/** `typ` of the header: a statement of one kind cannot pass for the other. */
export const statementTypes = { decision: 'steward-decision+jwt', request: 'steward-request+jwt' } as const;

/** Whom statements are for. */
export const STATEMENT_AUDIENCE = 'steward';

export type DecisionVerb = 'approve' | 'reject' | 'delegate' | 'withdraw' | 'renew';

interface Signed {
  aud: typeof STATEMENT_AUDIENCE;
  /** Who says so, by the name that groups use. */
  sub: string;
  /** Seconds since 1970. */
  iat: number;
  exp: number;
  /** Counts once. */
  jti: string;
  /** Only in what a worker has signed for the bearer of a token: who the token's issuer says that is, and in which groups. */
  token?: { iss: string; sub: string; groups: string[] };
}

export interface DecisionClaims extends Signed {
  exception: Digest;
  /** The request's deadline, ISO time: what was said of one request says nothing about a later one for the same exception. */
  request: string;
  environment: string;
  decision: DecisionVerb;
  comment?: string;
  /** Whom a delegation is to. */
  to?: string;
  /** ISO time at which a grant ends, if earlier than what the request allows. */
  until?: string;
}

export interface RequestClaims extends Signed {
  operation: OperationKind;
  environment: string;
  /** Digest of the operation's input as canonical JSON, without the statement in it. */
  input: Digest;
}
