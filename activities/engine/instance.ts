import type { EngineActivities } from '../../lifecycle/engine.js';
import { ledgerAfter } from '../../lifecycle/ownership.js';
import type { EnvironmentRecord, InstanceRecord, OperationRecord } from '../../lifecycle/records.js';
import { majorOf } from '../../lifecycle/states.js';

/** What the write that ends an operation says of the instance. */
type Result = Pick<Parameters<EngineActivities['recordResult']>[0], 'plan' | 'outputs' | 'holder' | 'at' | 'left'>;

/** The instance as the operation that holds the record leaves it. */
export function instanceAfter(result: Result, record: EnvironmentRecord): InstanceRecord {
  const { plan, outputs, holder, at } = result;
  const before = record.instances[majorOf((plan.to ?? plan.from)!.version)];
  const common = { since: at, plan: plan.ref, workflowId: holder.workflowId, ...ownedAfter(result, before, record.operation) };
  if (!plan.to) return { ...before!, ...plan.from!, state: 'retired', outputs: {}, ...common };
  // What was announced or granted for a former life of the product says nothing about this one.
  const living = before?.state === 'retired' ? undefined : before;
  return { ...plan.to, state: 'deployed', outputs, life: living?.life ?? record.fence, deprecation: living?.deprecation, ...common };
}

/** The ledger goes with the result it speaks of: one write, so that neither is ever true without the other. */
function ownedAfter(
  { plan, holder, at, left }: Result,
  instance: InstanceRecord | undefined,
  operation: OperationRecord | undefined,
): Pick<InstanceRecord, 'owns' | 'ownsFrom'> {
  const older = instance !== undefined && instance.state !== 'retired' && instance.owns === undefined;
  const ownsFrom = older ? at : instance?.state === 'retired' ? undefined : instance?.ownsFrom;
  const { changes, before } = operation ?? {};
  const deed = { operation: plan.operation, steps: plan.steps, changes, before, left, by: holder.workflowId, at };
  const owns = ledgerAfter(instance?.owns ?? {}, deed, ownsFrom === undefined);
  return { owns, ownsFrom };
}
