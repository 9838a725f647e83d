import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { EngineActivities } from '../lifecycle/engine.js';
import { Failure } from '../lifecycle/failures.js';
import { withEdge } from './edge.js';
import { beating } from './support/heartbeat.js';
import type { Redactor } from './support/redaction.js';

/** The engine's own activities as Temporal runs them: with heartbeats and the edge. */
export function engineActivities(engine: EngineActivities, redactor: Redactor): EngineActivities {
  const alive = Object.entries(engine).map(([name, activity]) => [
    name,
    (input: unknown) =>
      beating(
        Context.current(),
        () => name,
        () =>
          (activity as (input: unknown) => Promise<unknown>)(input).catch((error: unknown) => Promise.reject(rollsForward(name, error))),
      ),
  ]);
  return withEdge(Object.fromEntries(alive) as EngineActivities, redactor);
}

/** What writes down what has happened already. */
const FORWARD: ReadonlySet<string> = new Set<keyof EngineActivities>([
  'setPhase',
  'releaseRecord',
  'recordResult',
  'publishMetadata',
  'recordDecision',
  'recordRehearsal',
]);

/**
 * A catalog that refuses (credentials that have run out, a damaged object) is no reason to turn back from what has been done: somebody
 * mends it, and the same call succeeds.
 */
function rollsForward(name: string, error: unknown): unknown {
  if (!FORWARD.has(name) || !(error instanceof Failure) || (error.type !== 'AccessDenied' && error.type !== 'SystemRefused')) return error;
  return ApplicationFailure.create({ type: error.type, message: error.message, nonRetryable: false, details: [error.details ?? null] });
}
