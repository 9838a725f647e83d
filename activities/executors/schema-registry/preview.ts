import type { Preview, VerbContext, VerbInput } from '../../../lifecycle/executor.js';
import { Failure } from '../../../lifecycle/failures.js';
import { digestOfJson } from '../../../descriptors/digest.js';
import type { LedgerDeps } from '../deps.js';
import { planChange, plannedChanges } from './plan.js';
import { judgeReading } from './reading.js';
import { openStep } from './step.js';
import { heldVersion } from './world.js';

/**
 * What would change in the registry. Throws `SchemaIncompatible` with the registry's own words when a live version stands against the schema:
 * judged by the level that is set now; a stricter one that the task asks for is judged by the registry when it registers. What is only
 * read is judged here: its owner may have set a level for the other direction.
 */
export async function preview(deps: LedgerDeps, input: VerbInput, context: VerbContext): Promise<Preview> {
  const { registry, change, look, unknown } = await openStep(deps, input, context);
  if (unknown.length) {
    const before = await deps.blobs.putJson({});
    return {
      changes: [],
      unknown: unknown.map((output) => `${output} is known after an earlier step`),
      digest: digestOfJson({ unknown }),
      before,
    };
  }
  const state = await look();
  const plan = planChange(change, state);
  if (change.to && plan.actions.some(({ kind }) => kind === 'register')) {
    const { compatible, messages } = await registry.compatibility(change.to.subject, change.to.document);
    if (!compatible)
      throw new Failure(
        'SchemaIncompatible',
        `${input.scope.fqn} ${input.scope.version}: the schema of subject ${change.to.subject} is not compatible with its registered versions: ${messages.join('; ')}`,
        { details: { subject: change.to.subject, messages } },
      );
  }
  if (change.to?.checkOnly && change.to.judged) judgeReading(change.to, state);
  const held = heldVersion(change, state);
  return {
    changes: plannedChanges(plan, change, state),
    unknown: [],
    // Only a schema that has still to be registered has an id that nobody knows.
    ...(held && { outputs: { known: { [held.subject]: { version: held.version, id: held.id } }, unknown: [] } }),
    digest: plan.digest,
    before: await deps.blobs.putJson(state),
  };
}
