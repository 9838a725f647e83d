import { Context } from '@temporalio/activity';
import type { EngineActivities } from '../lifecycle/engine.js';
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
        () => (activity as (input: unknown) => Promise<unknown>)(input),
      ),
  ]);
  return withEdge(Object.fromEntries(alive) as EngineActivities, redactor);
}
