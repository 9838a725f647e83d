import type { Probe, ProbeInput, VerbContext } from '../../../lifecycle/executor.js';
import { Failure } from '../../../lifecycle/failures.js';
import { living } from '../../support/process-record.js';
import { adoptedBefore, sparing } from './adopted.js';
import { reading } from './attempt.js';
import { addressesBefore, readBeforeImage, type BeforeImage } from './before-image.js';
import type { ChangeEntry } from './change-digest.js';
import type { CompleteDeps } from './deps.js';
import { leftovers } from './former-attempts.js';
import { findOrphans } from './orphans.js';
import { phaseOf } from './planned-changes.js';
import { isOwnUnfinished, notApproved } from './refinement.js';
import { taskOf, type Session, type SessionOpener } from './session.js';

/** Plans against the world as it is and tells what of the approved changes is still to be done. */
export async function probe(input: ProbeInput, context: VerbContext, open: SessionOpener, deps: CompleteDeps): Promise<Probe> {
  const image = await readBeforeImage(input.before, deps);
  const removed = input.change.to === undefined;
  if (removed && input.phase === 'apply') return { state: 'to', healthy: true, evidence: ['nothing is removed before finalise'] };
  try {
    const session = await open(input, taskOf(input));
    const state = await session.state.read();
    if (removed && !state) return { state: 'to', healthy: true, evidence: ['there is no state any more'] };
    const full = await reading(session, context, (terraform) => terraform.plan(removed ? { destroy: true } : {}));
    const entries = sparing(full, await adoptedBefore(input, deps));
    // What this run could not finish is brought to its end in the phase that began it, though Terraform calls that a replacement.
    const unfinished = (entry: ChangeEntry): boolean => isOwnUnfinished(entry, image.entries, addressesBefore(image));
    const left = entries.filter(
      (entry) => entry.kind === 'resource' && (input.phase === 'finalise' || phaseOf(entry) === 'apply' || unfinished(entry)),
    );
    const orphans = (await findOrphans(session, image, deps)).orphans.filter(({ type }) => type === 'kafka_topic');
    const running = living((await leftovers(session)).flatMap(({ processes }) => processes)).length > 0;
    const tainted = state?.resources.filter((each) => each.tainted) ?? [];
    const position = running || orphans.length > 0 ? 'between' : stateOf(left, image, input.phase);
    return {
      state: position,
      healthy: position === 'to' && tainted.length === 0,
      evidence: [
        ...(running ? ['Terraform of an earlier attempt is still running'] : []),
        ...orphans.map(({ address, id }) => `${address}: ${id} is in the world but in no state`),
        ...left.map(({ address, actions }) => `${address}: still to ${actions.join(' and ')}`),
        ...tainted.map(({ address }) => `${address}: marked as broken by an interrupted apply`),
        ...present(state?.resources ?? [], left, session),
      ].map((line) => session.redact(line)),
    };
  } catch (error) {
    const unreachable = error instanceof Failure && error.type === 'SystemUnavailable';
    if (!unreachable) throw error;
    return { state: 'unreachable', healthy: false, evidence: [error.message] };
  }
}

function stateOf(left: ChangeEntry[], image: BeforeImage, phase: ProbeInput['phase']): Probe['state'] {
  if (left.length === 0) return 'to';
  if (notApproved(left, image.entries, addressesBefore(image)).length > 0) return 'foreign';
  const wanted = image.entries.filter((entry) => entry.kind === 'resource' && (phase === 'finalise' || phaseOf(entry) === 'apply'));
  return left.length < wanted.length || left.some(({ tainted }) => tainted) ? 'between' : 'from';
}

function present(resources: { address: string; id?: string }[], left: ChangeEntry[], { environment }: Session): string[] {
  const open = new Set(left.map(({ address }) => address));
  return resources
    .filter(({ address }) => !open.has(address))
    .map(({ address, id }) => `${address}: ${id ?? 'present'} in ${environment.name}`);
}
