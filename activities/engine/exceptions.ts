import { Context, getClient } from '@temporalio/activity';
import { setTimeout as pause } from 'node:timers/promises';
import { cast } from '../../lifecycle/approvals.js';
import type { Vote } from '../../lifecycle/approvals.js';
import type { EngineActivities } from '../../lifecycle/engine.js';
import { ENGINE_QUEUE, exceptionWorkflowId } from '../../lifecycle/ids.js';
import { messageNames } from '../../lifecycle/messages.js';
import type { ExceptionOutcome, ExceptionRequest } from '../../lifecycle/messages.js';
import type { ExceptionRecord } from '../../lifecycle/records.js';
import { expiryOf } from '../../lifecycle/request-times.js';
import { renewed } from './asking.js';
import { establish } from './deciders.js';
import type { EngineDeps } from './deps.js';
import { mayAsk, placeOf } from './people.js';

type Exceptions = Pick<
  EngineActivities,
  'openException' | 'verifyDecisions' | 'verifyDecision' | 'recordDecision' | 'awaitDecisions' | 'renewRequest'
>;

/** To take in as many messages as a run can hold on a busy machine; after a crash of the worker it may be waited for. */
const TASK_TIMEOUT = '30 seconds';
/** People wait for it; the catalog is read once a look. */
const LOOK_EVERY_MS = 2_000;

/** Requests for exceptions: opened once for all operations that need the same one, decided by people, written down. */
export function createExceptions(deps: EngineDeps): Exceptions {
  const answersTo = async ({
    line,
    environment,
    digest,
    deadline,
    requestedAt,
  }: ExceptionRequest): Promise<ExceptionOutcome | undefined> => {
    const records = await deps.catalog.exceptions.list(line, environment);
    const ofThis = (record: ExceptionRecord): boolean =>
      record.digest === digest && (record.request === deadline || record.decidedAt >= (requestedAt ?? deadline));
    const found = records.find(ofThis);
    return found && outcomeOf(found);
  };

  return {
    async openException({ exception, holder }) {
      await getClient().workflow.signalWithStart('policyException', {
        workflowId: exceptionWorkflowId(exception.environment, exception.line, exception.digest),
        taskQueue: ENGINE_QUEUE,
        args: [exception],
        workflowTaskTimeout: TASK_TIMEOUT,
        signal: messageNames.awaitDecision,
        signalArgs: [holder.workflowId, exception],
        staticSummary: `${exception.rule}: ${exception.message}`,
      });
    },

    verifyDecisions: (batch) => establish(deps, batch),

    async verifyDecision({ exception, decision: kind, approver: by, statement, holder }) {
      if (placeOf(deps, exception.environment)?.identity !== 'claim')
        return { obeyed: false, why: 'this request is of a time before its place could verify who decides: withdraw it and ask again' };
      const sent = { id: 0, kind, by: String(by ?? ''), exception: exception.digest, statement, at: new Date().toISOString() };
      const arrivedIn = { ...holder, name: '', nth: 0 };
      const [answer] = await establish(deps, { exception, sent: [{ ...sent, arrivedIn }], delegations: [], workflowId: holder.workflowId });
      if (!answer || 'refused' in answer) return { obeyed: false, why: answer?.refused ?? 'it cannot be verified' };
      if (Date.parse(exception.deadline) <= Date.now()) return { obeyed: false, why: 'the deadline has passed' };
      const stages = [{ roles: exception.approvers, approvals: 1, rejections: 1 }];
      const counted = cast(stages, [], answer.voter, { decision: kind, at: sent.at });
      return 'refused' in counted ? { obeyed: false, why: counted.refused } : { obeyed: true, verifiedBy: answer.voter.level };
    },

    async recordDecision({ exception, outcome, verifiedBy, votes }) {
      const { digest, rule, line, environment, message, evidence, requestedBy, reason, ticket, requestedAt, policy, pointer } = exception;
      const decidedAt = new Date().toISOString();
      const record = await deps.catalog.exceptions.write({
        digest,
        request: exception.deadline,
        rule,
        line,
        environment,
        decision: outcome.decision,
        decidedBy: outcome.by,
        decidedAt,
        comment: outcome.comment,
        verifiedBy,
        requestedBy,
        expiresAt: outcome.decision === 'granted' ? endOf(exception, decidedAt, votes ?? []) : undefined,
        ...(requestedAt !== undefined && {
          requestedAt,
          reason,
          ticket,
          policy,
          pointer,
          message,
          evidence,
          stages: exception.stages,
          escalation: exception.escalation,
          votes,
        }),
      });
      return outcomeOf(record);
    },

    async awaitDecisions({ exceptions, once = false }) {
      const signal = Context.current().cancellationSignal;
      for (;;) {
        const answers = (await Promise.all(exceptions.map(answersTo))).filter((answer) => answer !== undefined);
        const isOver = exceptions.every(({ deadline }) => Date.parse(deadline) <= Date.now());
        if (once || answers.length === exceptions.length || answers.some(({ decision }) => decision !== 'granted') || isOver)
          return answers;
        await pause(LOOK_EVERY_MS, undefined, { signal });
      }
    },

    async renewRequest({ exception, by, reason, ticket }) {
      const place = placeOf(deps, exception.environment);
      if (!place) return { refused: `environment ${exception.environment} is not configured on the worker` };
      if (!mayAsk(place, by)) return { refused: `${by.name} may start nothing in ${place.name}, so may not ask for a renewal either` };
      return renewed(exception, place, by, { reason, ticket }, new Date().toISOString());
    },
  };
}

/** Who was against it has no say in how long it holds. */
const endOf = ({ validForMs, expiresAt }: ExceptionRequest, decidedAt: string, votes: Pick<Vote, 'decision' | 'until'>[]): string =>
  validForMs === undefined
    ? expiresAt
    : expiryOf(
        decidedAt,
        validForMs,
        votes.map(({ decision, until }) => (decision === 'approve' ? until : undefined)),
      );

const outcomeOf = ({ digest, decision, decidedBy: by, comment, decidedAt, expiresAt, votes }: ExceptionRecord): ExceptionOutcome => ({
  digest,
  decision,
  by,
  comment,
  decidedAt,
  expiresAt,
  votes,
});
