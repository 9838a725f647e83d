import { inputDigest, signDecision, signRequest } from '../identity/index.js';
import { decodeJwt } from 'jose';
import type { OperationKind } from '../lifecycle/ids.js';
import type { ExceptionRequest } from '../lifecycle/messages.js';
import type { DecisionVerb } from '../lifecycle/statements.js';
import type { Proof } from './proof.js';

export interface Requested {
  operation: OperationKind;
  /** `REGISTRY` for a registration. */
  environment: string;
  /** As it will be sent, without a statement. */
  input: object;
}

export interface Decided {
  decision: DecisionVerb;
  comment?: string;
  to?: string;
  until?: string;
}

/**
 * States who asks for an operation; undefined where only his word is given.
 * @param lifetime seconds; an endpoint has its own
 */
export async function requestStatement(
  proof: Proof,
  { operation, environment, input }: Requested,
  lifetime: number,
): Promise<string | undefined> {
  if (proof.by === 'word') return undefined;
  const about = { operation, environment, input: inputDigest(input) };
  if (proof.by === 'token') return proof.endpoint.sign({ kind: 'request', ...about });
  return signRequest({ sub: proof.name, ...about }, proof.key, lifetime);
}

/** States what somebody says about a request for an exception; undefined where only his word is given. */
export async function decisionStatement(
  proof: Proof,
  { digest: exception, deadline: request, environment }: ExceptionRequest,
  { decision, comment, to, until }: Decided,
  lifetime: number,
): Promise<string | undefined> {
  if (proof.by === 'word') return undefined;
  const said = { ...(comment !== undefined && { comment }), ...(to !== undefined && { to }), ...(until !== undefined && { until }) };
  const about = { exception, request, environment, decision, ...said };
  if (proof.by === 'token') return proof.endpoint.sign({ kind: 'decision', ...about });
  return signDecision({ sub: proof.name, ...about }, proof.key, lifetime);
}

/** What is said in it, for people; it is not verified. */
export function readStatement(statement: string): { name: string; expires: string } {
  const { sub = '', exp = 0 } = decodeJwt(statement);
  return { name: sub, expires: new Date(exp * 1000).toISOString() };
}
