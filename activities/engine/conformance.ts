import { Context } from '@temporalio/activity';
import type { Target } from '../../lifecycle/engine.js';
import type { Nonconformity, Scope } from '../../lifecycle/executor.js';
import type { Step } from '../../lifecycle/plan.js';
import type { EngineDeps } from './deps.js';

/** What is written other than the ports of what runs promise, by the executors that can tell. Asked when something runs: before, nothing is. */
export async function conformanceOf(
  { executors }: Pick<EngineDeps, 'executors'>,
  steps: Step[],
  { outputs, ...place }: Omit<Scope, 'step'> & Pick<Target, 'outputs'>,
): Promise<Nonconformity[]> {
  const signal = Context.current().cancellationSignal;
  const asked = steps
    .filter(({ change }) => change.to)
    .map(({ id, executor, change }) => executors.get(executor)?.conformance?.({ scope: { ...place, step: id }, change, outputs }, signal));
  return (await Promise.all(asked)).flatMap((found) => found ?? []);
}
