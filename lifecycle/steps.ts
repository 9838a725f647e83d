import type { Step } from './plan.js';
import { stepPhases } from './task.js';
import type { Change, Task } from './task.js';

const verbOf = { build: 'build', provision: 'provision', schemas: 'register schema of', integrate: 'deploy' } as const;

/**
 * The steps from one version's tasks to another's: tasks of the same id are one step. In the order of a deployment; each
 * step waits for all steps of earlier phases, and for the components that its own component depends on.
 * @param executorOf service name → executor name, as the environment maps them
 * @param dependsOn component name → names of the components that it depends on
 */
export function stepsBetween(
  from: Task[],
  to: Task[],
  executorOf: (service: string) => string,
  dependsOn: ReadonlyMap<string, string[]> = new Map(),
): Step[] {
  const changes = new Map<string, Change>();
  for (const task of to) changes.set(task.id, { to: task });
  for (const task of from) {
    const successor = changes.get(task.id)?.to;
    // Another executor cannot take over what the former one made: one removes, the other builds.
    if (successor && executorOf(successor.service) !== executorOf(task.service)) changes.set(`${task.id}:former`, { from: task });
    else changes.set(task.id, { ...changes.get(task.id), from: task });
  }
  const tasks = [...changes].map(([id, change]) => ({ id, change, task: (change.to ?? change.from)! }));
  const ordered = tasks.sort((a, b) => stepPhases.indexOf(a.task.phase) - stepPhases.indexOf(b.task.phase));
  return ordered.map(({ id, change, task }, position) => ({
    id,
    title: `${change.to ? verbOf[task.phase] : 'remove'} ${task.component.name}`,
    executor: executorOf(task.service),
    phase: task.phase,
    change,
    after: ordered
      .slice(0, position)
      .filter((other) => other.task.phase !== task.phase || dependsOn.get(task.component.name)?.includes(other.task.component.name))
      .map((other) => other.id),
  }));
}
