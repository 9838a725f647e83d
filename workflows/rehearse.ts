import type { RehearsalResult, RehearseInput } from '../lifecycle/operations.js';
import { rehearsal } from './rehearsal.js';

/**
 * Proves in a twin of the environment that an operation can be undone: does it, ends it after its last step, and looks whether the world is
 * as it was. With `from` that is the upgrade from there, else the deploy.
 */
export async function rehearseDataProduct(input: RehearseInput): Promise<RehearsalResult> {
  return rehearsal(input, async (rehearse) => {
    const { from, to } = await rehearse.read();
    await rehearse.clear();
    await rehearse.survey();
    if (from) await rehearse.deploy(from);
    const before = await rehearse.survey();
    await rehearse.undone(from ? 'upgrade' : 'deploy', to);
    const after = await rehearse.survey();
    await rehearse.clear();
    return rehearse.record(before, after);
  });
}
