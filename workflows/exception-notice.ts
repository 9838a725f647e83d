import { exceptionWorkflowId } from '../lifecycle/ids.js';
import type { ExceptionOutcome, ExceptionRequest } from '../lifecycle/messages.js';
import type { Notification, NotificationType } from '../lifecycle/notifications.js';
import { escalatedTo, standingOf } from './exception-round.js';
import type { Round } from './exception-round.js';

interface Life {
  request: ExceptionRequest;
  round?: Round;
  grant?: ExceptionOutcome;
  outcome?: ExceptionOutcome;
}

/** What people are told of a request at this moment. @param count of notices of this request so far: each has an id of its own */
export function noticeOf({ request, round, grant, outcome }: Life, type: NotificationType, count: number): Notification {
  const { line, environment, digest: exception, rule, message, evidence, requestedBy, reason, ticket, deadline, approvers } = request;
  const decided = type === 'decided' || type === 'renewed' ? outcome : undefined;
  const ends = (grant ?? outcome)?.expiresAt;
  return {
    // The same exception may be asked for again after a no, by a run of the same id: the deadline tells them apart.
    id: `${exceptionWorkflowId(environment, line, exception)}/${deadline}/${type}/${count}`,
    type,
    time: new Date().toISOString(),
    line,
    environment,
    exception,
    rule,
    message,
    evidence,
    requestedBy,
    ...(reason !== undefined && { reason }),
    ...(ticket !== undefined && { ticket }),
    to: (round && standingOf(round)?.roles) ?? [...approvers, ...(round ? escalatedTo(round) : [])],
    ...(round && { deadline }),
    ...(ends !== undefined && !round && { expiresAt: ends }),
    ...(decided && { decision: decided.decision, by: decided.by, ...(decided.comment && { comment: decided.comment }) }),
  };
}
