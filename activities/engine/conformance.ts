import { Context } from '@temporalio/activity';
import pMap from 'p-map';
import type { Target } from '../../lifecycle/engine.js';
import type { Nonconformity, Scope } from '../../lifecycle/executor.js';
import type { Step } from '../../lifecycle/plan.js';
import type { EngineDeps } from './deps.js';

/** Each look opens connections to the broker. */
const PARALLEL_LOOKS = 4;

/** What is written other than the ports of what runs promise, by the executors that can tell. Asked when something runs: before, nothing is. */
export async function conformanceOf(
  { executors }: Pick<EngineDeps, 'executors'>,
  steps: Step[],
  { outputs, ...place }: Omit<Scope, 'step'> & Pick<Target, 'outputs'>,
): Promise<Nonconformity[]> {
  const signal = Context.current().cancellationSignal;
  const asked = steps.filter(({ change, executor }) => change.to && executors.get(executor)?.conformance);
  const found = await pMap(
    asked,
    ({ id, executor, change }) => executors.get(executor)!.conformance!({ scope: { ...place, step: id }, change, outputs }, signal),
    { concurrency: PARALLEL_LOOKS },
  );
  return found.flat();
}
