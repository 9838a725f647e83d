import type { Step } from './plan.js';
import { stepPhases } from './task.js';
import type { Change, Task } from './task.js';

/** A task, and the tasks of its own phase that come before it. */
export type OrderedTask = Task & { after: string[] };

const verbOf = { build: 'build', provision: 'provision', schemas: 'register schema of', integrate: 'deploy' } as const;

/**
 * The steps from one version's tasks to another's: tasks of the same id are one step. In the order of a deployment; each
 * step waits for all steps of earlier phases, and inside its phase for those that its task names.
 * @param executorOf service name → executor name, as the environment maps them
 */
export function stepsBetween(from: OrderedTask[], to: OrderedTask[], executorOf: (service: string) => string): Step[] {
  const entries = new Map<string, { change: Change; task: OrderedTask }>();
  for (const task of to) entries.set(task.id, { task, change: { to: plain(task) } });
  for (const task of from) {
    const successor = entries.get(task.id);
    // Another executor cannot take over what the former one made: one removes, the other builds.
    const handedOver = successor && executorOf(successor.task.service) !== executorOf(task.service);
    if (successor && !handedOver) successor.change.from = plain(task);
    else entries.set(handedOver ? `${task.id}:former` : task.id, { task, change: { from: plain(task) } });
  }
  const ordered = [...entries].sort(([, a], [, b]) => stepPhases.indexOf(a.task.phase) - stepPhases.indexOf(b.task.phase));
  return ordered.map(([id, { change, task }], position) => ({
    id,
    title: `${change.to ? verbOf[task.phase] : 'remove'} ${task.component.name}`,
    executor: executorOf(task.service),
    phase: task.phase,
    change,
    after: ordered
      .slice(0, position)
      .filter(([other, entry]) => entry.task.phase !== task.phase || task.after.includes(other))
      .map(([other]) => other),
  }));
}

const plain = ({ after: _, ...task }: OrderedTask): Task => task;
