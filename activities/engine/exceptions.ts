import { getClient } from '@temporalio/activity';
import type { EngineActivities, Holder } from '../../lifecycle/engine.js';
import { ENGINE_QUEUE, exceptionWorkflowId } from '../../lifecycle/ids.js';
import { messageNames } from '../../lifecycle/messages.js';
import type { EngineDeps } from './deps.js';
import { groupsOf, placeOf } from './people.js';

type Exceptions = Pick<EngineActivities, 'openException' | 'verifyDecision' | 'recordDecision'>;

/** Requests for exceptions: opened once for all operations that need the same one, decided by people, written down. */
export function createExceptions(deps: EngineDeps): Exceptions {
  return {
    async openException({ exception, holder }) {
      await getClient().workflow.signalWithStart('policyException', {
        workflowId: exceptionWorkflowId(exception.environment, exception.line, exception.digest),
        taskQueue: ENGINE_QUEUE,
        args: [exception],
        signal: messageNames.awaitDecision,
        signalArgs: [holder.workflowId],
        staticSummary: `${exception.rule}: ${exception.message}`,
      });
    },

    async verifyDecision({ exception, approver, statement, holder }) {
      const place = placeOf(deps, exception.environment);
      if (!place) return no(`environment ${exception.environment} is not configured on the worker`);
      if (statement !== undefined) return no('signed statements cannot be verified by this version');
      if (place.identity === 'statement') return no(`${place.name} asks for a signed statement, which this version cannot verify`);
      if (typeof approver !== 'string' || approver === '' || approver === 'undefined') return no('approver is missing');
      if (approver === exception.requestedBy) return no('the requester may not decide');
      if (new Date(exception.deadline).getTime() <= Date.now()) return no('the deadline has passed');
      const groups = groupsOf(place, { name: approver, groups: [] });
      if (!exception.approvers.some((group) => groups.includes(group)))
        return no(`${approver} is in none of ${exception.approvers.join(', ')}`);
      if (place.identity === 'identity' && !(await isSender(approver, holder))) return no(`the message was not sent by ${approver}`);
      return { obeyed: true, verifiedBy: place.identity === 'identity' ? 'identity' : 'claim' };
    },

    async recordDecision({ exception, outcome, verifiedBy }) {
      const record = await deps.catalog.exceptions.write({
        digest: exception.digest,
        request: exception.deadline,
        rule: exception.rule,
        line: exception.line,
        environment: exception.environment,
        decision: outcome.decision,
        decidedBy: outcome.by,
        decidedAt: new Date().toISOString(),
        comment: outcome.comment,
        verifiedBy,
        requestedBy: exception.requestedBy,
        expiresAt: outcome.decision === 'granted' ? exception.expiresAt : undefined,
      });
      return { digest: record.digest, decision: record.decision, by: record.decidedBy, comment: record.comment };
    },
  };
}

const no = (why: string): { obeyed: false; why: string } => ({ obeyed: false, why });

/** Did this person send a message to the request? Temporal's identity is a claim too, unless a proxy sets it. */
async function isSender(approver: string, { workflowId, runId }: Holder): Promise<boolean> {
  const { events } = await getClient().workflow.getHandle(workflowId, runId).fetchHistory();
  return (events ?? []).some(
    (event) =>
      event.workflowExecutionSignaledEventAttributes?.identity === approver ||
      event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.meta?.identity === approver,
  );
}
