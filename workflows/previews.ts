import { patched } from '@temporalio/workflow';
import type { Preview } from '../lifecycle/executor.js';
import { expectedAfter, outputsUsedBy } from '../lifecycle/outputs.js';
import type { AllOutputs } from '../lifecycle/outputs.js';
import type { PreviewedStep, Step } from '../lifecycle/plan.js';
import { inOrder } from './order.js';

/**
 * Previews every step, all together but for those that are made with what others give already: they come after these, with the outputs
 * that these will give by their preview.
 * @param outputs what the components give now
 */
export async function previewAll(
  steps: Step[],
  outputs: AllOutputs,
  preview: (step: Step, outputs: AllOutputs) => Promise<Preview>,
): Promise<PreviewedStep[]> {
  const givers = new Map(steps.map((step, at) => [step.id, giversOf(step, steps.slice(0, at), outputs)]));
  const isInTurn = [...givers.values()].some(({ length }) => length > 0) && patched('previews follow the outputs that they use');
  const before = ({ id }: Step): Step[] => (isInTurn ? givers.get(id)! : []);
  const previews = new Map<string, Preview>();
  const inTurn = steps.map((step) => ({ ...step, after: before(step).map(({ id }) => id) }));
  await inOrder(inTurn, async (step) => {
    const expected = before(step).reduce((all, giver) => expectedAfter(giver, previews.get(giver.id)!, all), outputs);
    previews.set(step.id, await preview(step, expected));
  });
  return steps.map((step) => ({ ...step, preview: previews.get(step.id)! }));
}

/** Those of the steps before it that make what a step uses and that is there already. */
function giversOf(step: Step, earlier: Step[], outputs: AllOutputs): Step[] {
  const used = new Set(outputsUsedBy(step).map(({ component }) => component));
  return earlier.filter(({ change: { to } }) => to && used.has(to.component.name) && outputs[to.component.name]);
}
