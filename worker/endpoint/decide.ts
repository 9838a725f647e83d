import { createHash, randomUUID } from 'node:crypto';
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import type { Bearer } from '../../identity/index.js';
import { exceptionWorkflowId } from '../../lifecycle/ids.js';
import { messageNames } from '../../lifecycle/messages.js';
import type { DecideMessage, ExceptionRequest, OperationStatus } from '../../lifecycle/messages.js';
import { ANSWER_WITHIN_MS, Refusal } from '../http/index.js';
import type { EndpointDeps } from './deps.js';
import type { DecisionBody } from './shapes.js';
import { decisionFor, placeOf } from './sign.js';
import { isUnanswered, unanswered } from './temporal.js';

export type Decided = { decision: string } | { pending: true };

/**
 * Finds the open request, signs what the bearer says about it and sends it there. `pending`: it was taken and not answered in time; the
 * request goes on with it.
 * @param key the same for what is sent again: it is obeyed once, and answered each time
 * @throws Refusal (403, 404, 409); `SystemUnavailable` when it is not known whether it has arrived
 */
export async function decide(deps: EndpointDeps, bearer: Bearer, body: DecisionBody, key?: string): Promise<Decided> {
  const { exception, line, environment, decision, comment, to, until } = body;
  const place = placeOf(deps, environment);
  const handle = deps.client.workflow.getHandle(exceptionWorkflowId(environment, line, exception));
  const { iss, sub, name: approver } = bearer;
  const updateId = key === undefined ? randomUUID() : idOf([exception, iss, sub, decision, until ?? '', key]);
  return deps.client.withDeadline(Date.now() + ANSWER_WITHIN_MS, async () => {
    const earlier = key === undefined ? undefined : await answerTo(handle, updateId);
    if (earlier) return earlier;
    const open = await openRequest(handle, body);
    const statement = await decisionFor(deps, bearer, place, { ...body, request: open.deadline });
    return send(handle, updateId, { exception, approver, decision, comment, to, until, statement }, body, open);
  });
}

/**
 * An update's id, made of who says what, and of the sender's own key: a mind may change and change back, so that the same words are not
 * always the same message.
 */
const idOf = (parts: string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

/** What the same message was answered when it was sent before. */
async function answerTo(handle: WorkflowHandle, updateId: string): Promise<Decided | undefined> {
  try {
    return { decision: await handle.getUpdateHandle<string>(updateId).result() };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    if (error instanceof WorkflowUpdateFailedError) throw new Refusal(403, (error.cause ?? error).message);
    if (isUnanswered(error)) return { pending: true };
    throw error;
  }
}

async function send(
  handle: WorkflowHandle,
  updateId: string,
  message: DecideMessage,
  body: DecisionBody,
  open: ExceptionRequest,
): Promise<Decided> {
  let isTaken = false;
  try {
    const update = await handle.startUpdate<string, [DecideMessage], string>(messageNames.decideException, {
      args: [message],
      updateId,
      waitForStage: 'ACCEPTED',
    });
    isTaken = true;
    return { decision: await update.result() };
  } catch (error) {
    if (isUnanswered(error) && isTaken) return { pending: true };
    if (error instanceof WorkflowNotFoundError) throw closed('the request is closed');
    if (!(error instanceof WorkflowUpdateFailedError))
      throw unanswered(error, 'Temporal or the request does not answer: send it again, with the same Idempotency-Key if it had one');
    const why = (error.cause ?? error).message;
    // What was decided meanwhile is not the sender's fault.
    const now = await openRequest(handle, body).catch(() => undefined);
    throw now?.deadline === open.deadline ? new Refusal(403, why) : closed(why);
  }
}

/** What is asked there at this moment. Throws a `Refusal`: 404 where nothing was ever asked, 409 where it is over. */
async function openRequest(handle: WorkflowHandle, { exception, environment }: DecisionBody): Promise<ExceptionRequest> {
  let status: OperationStatus;
  try {
    status = await handle.query<OperationStatus>(messageNames.status);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw unknown();
    throw unanswered(error, 'Temporal does not answer');
  }
  const [open] = status.awaiting;
  if (!open) throw closed(`nobody is asked any more: ${status.state}`);
  if (open.digest !== exception || open.environment !== environment) throw unknown();
  return open;
}

const unknown = (): Refusal => new Refusal(404, 'nobody asks for this exception of this product there');
const closed = (why: string): Refusal => new Refusal(409, why);
