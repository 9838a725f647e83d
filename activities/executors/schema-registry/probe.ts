import type { Probe, ProbeInput, VerbContext } from '../../../lifecycle/executor.js';
import { Failure } from '../../../lifecycle/failures.js';
import type { LedgerDeps } from '../deps.js';
import { foreignChanges, isDone, phaseOf, planChange } from './plan.js';
import { openStep } from './step.js';
import type { RegistryState } from './world.js';

/** Where the registry stands between the before-image and the plan's end. A registry that does not answer is `unreachable`, never a guess. */
export async function probe(deps: LedgerDeps, input: ProbeInput, context: VerbContext): Promise<Probe> {
  const { change, look } = await openStep(deps, input, context);
  const before = (await deps.blobs.getJson(input.before)) as RegistryState;
  let state: RegistryState;
  try {
    state = await look();
  } catch (error) {
    if (!(error instanceof Failure && error.type === 'SystemUnavailable')) throw error;
    return { state: 'unreachable', healthy: false, evidence: [error.message] };
  }
  const plan = planChange(change, before);
  const due = plan.actions.filter((action) => input.phase === 'finalise' || phaseOf(action) === 'apply');
  const done = due.filter((action) => isDone(action, state)).length;
  const foreign = foreignChanges(plan, before, state);
  const evidence = [...Object.values(state).map(describe), ...foreign];
  if (done === due.length) return { state: 'to', healthy: true, evidence };
  if (foreign.length) return { state: 'foreign', healthy: false, evidence };
  return { state: done === 0 ? 'from' : 'between', healthy: false, evidence };
}

const describe = ({ subject, live, level, softDeleted }: RegistryState[string]): string =>
  live.length
    ? `subject ${subject}: versions ${live.map(({ version }) => version).join(', ')}, level ${level ?? 'inherited'}`
    : `subject ${subject}: ${softDeleted.length ? 'only soft-deleted versions' : 'absent'}`;
