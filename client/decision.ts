import { createHash } from 'node:crypto';
import { SENT_AT_ONCE_S } from '../identity/index.js';
import { messageNames } from '../lifecycle/messages.js';
import type { DecideMessage } from '../lifecycle/messages.js';
import type { Connected } from './connect.js';
import type { OpenRequest } from './exceptions.js';
import type { Proof } from './proof.js';
import { decisionStatement } from './statement.js';
import type { Decided } from './statement.js';

/** A decision is answered by a live worker within seconds, or it may still be obeyed later. */
const ANSWER_TIMEOUT_MS = 15_000;

export type Deciding = Decided & { decision: DecideMessage['decision'] };

/** What became of a decision: as the request has answered, or `pending` where it has not yet. */
export type DecisionEnd = 'granted' | 'rejected' | 'counted' | 'delegated' | 'pending';

/**
 * Sends a decision and waits for its answer; for the bearer of a token the endpoint does. Throws `DecisionRefused` with the reason, and
 * Temporal's error where nobody has answered in time.
 */
export async function sendDecision(connected: Connected, proof: Proof, open: OpenRequest, deciding: Deciding): Promise<DecisionEnd> {
  const { workflowId, request } = open;
  const { digest: exception, environment, line } = request;
  if (proof.by === 'token') {
    const answer = await proof.endpoint.decide({ exception, line, environment, ...deciding });
    return 'pending' in answer ? 'pending' : (answer.decision as DecisionEnd);
  }
  const handle = connected.client.workflow.getHandle(workflowId);
  const approver = proof.name!;
  const statement = await decisionStatement(proof, request, deciding, SENT_AT_ONCE_S);
  const { decision, until = '' } = deciding;
  // Minds change, and change back: the same words are another message once something has happened since. What is signed is told apart by its
  // signature, which also keeps others from sending something under the same id before it.
  const moment = statement ?? (await handle.describe()).historyLength;
  const updateId = digestOf([exception, request.deadline, approver, decision, until, moment]);
  return connected.client.withDeadline(Date.now() + ANSWER_TIMEOUT_MS, () =>
    handle.executeUpdate<DecisionEnd, [DecideMessage]>(messageNames.decideException, {
      args: [{ exception, approver, ...deciding, ...(statement !== undefined && { statement }) }],
      updateId,
    }),
  );
}

const digestOf = (parts: unknown[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
