import type { Preview, VerbInput } from '../../../lifecycle/executor.js';
import { digestOfJson } from '../../../descriptors/digest.js';
import type { CommandDeps } from './deps.js';
import { address, openStep } from './step.js';

/** What a before-image of this executor holds: commands cannot be asked what is there, so it is what they were run with. */
export const preview = async (deps: CommandDeps, input: VerbInput): Promise<Preview> => {
  const { from, to, changes } = await openStep(deps, input);
  const image = { from: from?.digest ?? null, to: to?.digest ?? null, changes };
  return {
    changes,
    unknown: (to?.unknown ?? []).map((output) => `${address(to!)} needs ${output} from an earlier step`),
    digest: digestOfJson(image),
    before: await deps.blobs.putJson(image),
  };
};
