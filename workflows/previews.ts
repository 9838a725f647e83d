import { patched } from '@temporalio/workflow';
import type { Preview } from '../lifecycle/executor.js';
import { expectedAfter, outputsUsedBy } from '../lifecycle/outputs.js';
import type { AllOutputs } from '../lifecycle/outputs.js';
import type { PreviewedStep, Step } from '../lifecycle/plan.js';
import { inOrder } from './order.js';

/**
 * Previews every step, all together but for those that are made with what others give already: they come after these, with the outputs
 * that these will give by their preview. Applications come after the schemas of the ports, too, of which they may use the ids.
 * @param outputs what the components give now
 */
export async function previewAll(
  steps: Step[],
  outputs: AllOutputs,
  preview: (step: Step, outputs: AllOutputs) => Promise<Preview>,
): Promise<PreviewedStep[]> {
  const named = giversOf(steps, outputs, uses);
  const all = giversOf(steps, outputs, (step, giver) => uses(step, giver) || isMadeWithSchemas(step, giver));
  const followsSchemas = count(all) > count(named) && patched('previews of applications follow the schemas');
  const isInTurn = followsSchemas || (count(named) > 0 && patched('previews follow the outputs that they use'));
  const before = ({ id }: Step): Step[] => (isInTurn ? (followsSchemas ? all : named).get(id)! : []);
  const previews = new Map<string, Preview>();
  const inTurn = steps.map((step) => ({ ...step, after: before(step).map(({ id }) => id) }));
  await inOrder(inTurn, async (step) => {
    const expected = before(step).reduce((all, giver) => expectedAfter(giver, previews.get(giver.id)!, all), outputs);
    previews.set(step.id, await preview(step, expected));
  });
  return steps.map((step) => ({ ...step, preview: previews.get(step.id)! }));
}

/** For each step those of the steps before it that make what it is made with, where that is there already. */
const giversOf = (steps: Step[], outputs: AllOutputs, isGiver: (step: Step, giver: Step) => boolean): Map<string, Step[]> =>
  new Map(
    steps.map((step, at) => [
      step.id,
      steps.slice(0, at).filter((giver) => giver.change.to && outputs[giver.change.to.component.name] && isGiver(step, giver)),
    ]),
  );

const count = (givers: Map<string, Step[]>): number => [...givers.values()].reduce((sum, { length }) => sum + length, 0);

const uses = (step: Step, { change: { to } }: Step): boolean =>
  outputsUsedBy(step).some(({ component }) => component === to?.component.name);

/** Which application uses the id of which schema stands in its code, which only its executor reads. */
const isMadeWithSchemas = (step: Step, giver: Step): boolean => step.phase === 'integrate' && giver.phase === 'schemas';
