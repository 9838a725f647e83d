import {
  CancellationScope,
  allHandlersFinished,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type {
  DecideMessage,
  DecisionAnswer,
  DecisionMessage,
  ExceptionOutcome,
  ExceptionRequest,
  WithdrawMessage,
} from '../lifecycle/messages.js';
import { engine, recording } from './activities.js';
import {
  answerSignal,
  approveSignal,
  awaitSignal,
  decideUpdate,
  decisionDescription,
  names,
  rejectSignal,
  withdrawSignal,
} from './decision-messages.js';
import { failure } from './failure.js';
import { Progress } from './progress.js';
import { label } from './search-attributes.js';

/** What waits to be verified; more than that at once is refused, so that a flood cannot stuff the run. */
const LONGEST_QUEUE = 1_000;

/**
 * Requests as they were before there were stages, renewals and a life after the grant: one answer, and the run is over. Runs that began
 * so end so; it goes when none of them can be open any more (the longest deadline after the change).
 */
export async function decideOnce(request: ExceptionRequest, waiting: string[] = []): Promise<ExceptionOutcome> {
  const progress = new Progress('exception', request.line, request.rule, request.environment);
  const listeners = new Set(waiting);
  const queue: Sent[] = [];
  let outcome: ExceptionOutcome | undefined;

  const send = (sent: Sent): void => {
    if (queue.length < LONGEST_QUEUE) queue.push(sent);
    else progress.refuse(`a message of ${sent.by}: too many are waiting`);
  };
  const decision = (kind: 'approve' | 'reject') => (message: DecisionMessage | undefined) =>
    send({ kind, by: String(message?.approver), message });

  setHandler(awaitSignal, (workflowId) => void listeners.add(workflowId), { description: 'Sent by the operations that wait' });
  setHandler(approveSignal, decision('approve'), { description: decisionDescription });
  setHandler(rejectSignal, decision('reject'), { description: decisionDescription });
  setHandler(
    withdrawSignal,
    (message: WithdrawMessage | undefined) => send({ kind: 'withdraw', by: String(message?.by), reason: message?.reason }),
    {
      description: 'Take the request back: {"by": "you", "reason": "why"}',
    },
  );
  setHandler(
    decideUpdate,
    async (message: DecideMessage) => {
      if (message.decision === 'delegate') throw failure('DecisionRefused', 'this request is too old to be delegated');
      const sent: Sent = { kind: message.decision, by: message.approver, message };
      send(sent);
      await condition(() => sent.refused !== undefined || outcome !== undefined);
      if (sent.refused !== undefined) throw failure('DecisionRefused', sent.refused);
      return outcome!.decision;
    },
    {
      description: decisionDescription,
      validator: (message) => {
        if (!names(message?.exception, request)) throw failure('DecisionRefused', `this is not exception ${String(message?.exception)}`);
        if (message.decision !== 'approve' && message.decision !== 'reject')
          throw failure('DecisionRefused', 'decision is approve or reject');
      },
    },
  );

  progress.awaiting([request]);
  progress.state('waiting for a decision');
  label({
    product: request.line,
    environment: request.environment,
    operation: 'exception',
    requestedBy: request.requestedBy,
    approvalDue: request.deadline,
  });

  while (!outcome) {
    const left = new Date(request.deadline).getTime() - Date.now();
    const more = left > 0 && (await condition(() => queue.length > 0, left, { summary: 'deadline: then the answer is no' }));
    const sent = more ? queue.shift()! : undefined;
    if (!sent) outcome = await settle(request, { digest: request.digest, decision: 'expired', by: 'deadline' }, 'claim');
    else outcome = await judge(request, sent, progress, listeners);
    if (!outcome && queue.length === 0 && workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      // Sent while the last answer was on its way: a new run would not know of it.
      if (queue.length > 0) continue;
      return continueAsNew<typeof decideOnce>(request, [...listeners]);
    }
  }

  progress.awaiting([]);
  progress.state(outcome.decision);
  label({ approvalDue: null, state: outcome.decision });
  await tell(listeners, { digest: request.digest, outcome });
  await condition(allHandlersFinished);
  return outcome;
}

interface Sent {
  kind: 'approve' | 'reject' | 'withdraw';
  by: string;
  message?: DecisionMessage;
  reason?: string;
  refused?: string;
}

/** One message: obeyed (the outcome), or recorded and explained. */
async function judge(
  request: ExceptionRequest,
  sent: Sent,
  progress: Progress,
  listeners: Set<string>,
): Promise<ExceptionOutcome | undefined> {
  const { workflowId, runId } = workflowInfo();
  if (sent.kind === 'withdraw' && sent.by === request.requestedBy) {
    return settle(request, { digest: request.digest, decision: 'withdrawn', by: sent.by, comment: sent.reason }, 'claim');
  }
  const verdict =
    sent.kind === 'withdraw'
      ? ({ obeyed: false, why: 'only the requester can take it back' } as const)
      : names(sent.message?.exception, request)
        ? await engine().verifyDecision({
            exception: request,
            decision: sent.kind,
            approver: sent.by,
            statement: sent.message?.statement,
            holder: { workflowId, runId },
          })
        : ({ obeyed: false, why: `it names exception ${String(sent.message?.exception)}` } as const);
  if (!verdict.obeyed) {
    sent.refused = `${sent.kind} of ${sent.by}: ${verdict.why}`;
    progress.refuse(sent.refused);
    await tell(listeners, { digest: request.digest, approver: sent.by, refused: sent.refused });
    return undefined;
  }
  const decision = sent.kind === 'approve' ? 'granted' : 'rejected';
  return settle(request, { digest: request.digest, decision, by: sent.by, comment: sent.message?.comment }, verdict.verifiedBy);
}

/** Written down before anybody acts on it. */
const settle = (
  exception: ExceptionRequest,
  outcome: ExceptionOutcome,
  verifiedBy: 'statement' | 'identity' | 'claim',
): Promise<ExceptionOutcome> => CancellationScope.nonCancellable(() => recording.recordDecision({ exception, outcome, verifiedBy }));

/** An operation that has ended meanwhile needs no answer. */
async function tell(listeners: Set<string>, answer: DecisionAnswer): Promise<void> {
  for (const workflowId of listeners) {
    await getExternalWorkflowHandle(workflowId)
      .signal(answerSignal, answer)
      .catch(() => undefined);
  }
}
