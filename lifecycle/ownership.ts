import type { BlobRef } from './digest.js';
import type { PlannedChange } from './executor.js';
import type { OperationKind } from './ids.js';
import type { PreviewedStep } from './plan.js';

/** One thing in the world that an instance answers for. */
export interface OwnedThing {
  /** In the words of its system, e.g. `kafka_topic.trip_events`. */
  address: string;
  /** `adopted`: it was there before. It is given back as it was and never deleted by an undo or a retirement. */
  made: 'created' | 'adopted';
  /** ISO time. */
  since: string;
  /** Workflow that made or adopted it. */
  by: string;
  operation: OperationKind;
  /** Of what was adopted: the before-image that says what it was. */
  before?: BlobRef;
  /** Why it is still there although it was to go: a person's decision. */
  left?: string;
}

/** What an instance owns, by task. */
export type Ledger = { [task: string]: OwnedThing[] };

/** What an operation did, as far as the ledger needs it. */
export interface Deed {
  operation: OperationKind;
  steps: PreviewedStep[];
  /** What steps did that were previewed again, where it is not what the plan says. */
  changes?: { [step: string]: PlannedChange[] };
  /** The before-images that the steps acted on. */
  before?: { [step: string]: BlobRef };
  /** What a person decided to leave, by step. */
  left?: { step: string; action: string }[];
  by: string;
  at: string;
}

/** The task of a step: its id, also where another executor has taken over and the step only removes. */
export const taskIdOf = ({ change, id }: Pick<PreviewedStep, 'id' | 'change'>): string => (change.to ?? change.from)?.id ?? id;

/**
 * The ledger after an operation: what it made is entered, what it deleted or gave back goes, all else is carried on.
 * @param complete false for an instance that is older than its ledger: of a thing that is changed there and in no entry, nobody knows who made it
 */
export function ledgerAfter(former: Ledger, deed: Deed, complete: boolean): Ledger {
  const ledger = new Map(Object.entries(former).map(([task, things]) => [task, new Map(things.map((thing) => [thing.address, thing]))]));
  // What one executor removes goes before what its successor makes under the same task.
  for (const step of [...deed.steps].sort((a, b) => Number(a.change.to !== undefined) - Number(b.change.to !== undefined))) {
    const task = taskIdOf(step);
    const things = ledger.get(task) ?? new Map<string, OwnedThing>();
    const left = deed.left?.find((rest) => rest.step === step.id)?.action;
    if (!step.change.to) remove(things, left);
    else for (const change of deed.changes?.[step.id] ?? step.preview.changes) enter(things, change, step, deed, { complete, left });
    ledger.set(task, things);
  }
  const entries = [...ledger].map(([task, things]): [string, OwnedThing[]] => [task, [...things.values()]]);
  return Object.fromEntries(entries.filter(([, things]) => things.length > 0));
}

/** A task that goes takes all that is its own along, also what no change names because it goes with something else. */
function remove(things: Map<string, OwnedThing>, left: string | undefined): void {
  if (left === undefined) return things.clear();
  // Only the step is known to have stopped, not at which of its things: all of them may be there.
  for (const [address, thing] of things) things.set(address, { ...thing, left });
}

function enter(
  things: Map<string, OwnedThing>,
  change: PlannedChange,
  step: PreviewedStep,
  deed: Deed,
  { complete, left }: { complete: boolean; left: string | undefined },
): void {
  const { address, action, phase, letGo, formerAddress } = change;
  const moved = formerAddress === undefined ? undefined : things.get(formerAddress);
  if (moved) {
    things.delete(moved.address);
    things.set(address, { ...moved, address });
  }
  const known = things.get(address);
  if (left !== undefined && phase === 'finalise') {
    if (known) things.set(address, { ...known, left });
    return;
  }
  if (action === 'delete' || letGo) return void things.delete(address);
  const entry = { address, since: deed.at, by: deed.by, operation: deed.operation };
  const before = deed.before?.[step.id] ?? step.preview.before;
  if (action === 'create' || action === 'replace') things.set(address, { ...entry, made: 'created' });
  // Terraform takes nothing on but by an import; the level of a subject that was there already is taken on by setting it.
  else if (action === 'adopt' || (!known && complete && step.executor !== 'terraform'))
    things.set(address, { ...entry, made: 'adopted', before });
}
