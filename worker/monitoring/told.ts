import type { InjectedSinks } from '@temporalio/worker';
import { traceIdOf } from '../../lifecycle/trace.js';
import type { RunSinks } from '../../workflows/endings.js';
import { logger } from '../log.js';
import type { Watcher } from './attempts.js';
import type { Tracing } from './traces.js';

/** What changes something in the world; looks are told at debug. */
const EFFECT = /\.(apply|revert)$/;

const secondsSince = (began: number): number => Math.round((Date.now() - began) / 100) / 10;

/** A line in the log for each attempt of an activity: for effects at info. */
export const toldAttempts: Watcher = ({ info, step, line, environment }) => {
  const began = Date.now();
  const { workflowExecution: run, activityType: activity, attempt } = info;
  return (outcome) =>
    logger[EFFECT.test(activity) ? 'info' : 'debug'](
      { trace_id: traceIdOf(run.runId), ...run, activity, step, line, environment, attempt, outcome, seconds: secondsSince(began) },
      'activity',
    );
};

/** What is done when a run has ended: a line in the log, and its span. */
export const runSinks = (tracing?: Tracing): InjectedSinks<RunSinks> => ({
  runs: {
    ended: {
      callDuringReplay: false,
      fn(run, outcome, isFailed) {
        const { workflowId, runId, workflowType, startTime } = run;
        const told = { trace_id: traceIdOf(runId), workflowId, runId, workflowType, outcome, seconds: secondsSince(startTime.getTime()) };
        logger.info(told, 'run ended');
        tracing?.ended(run, outcome, isFailed);
      },
    },
  },
});
