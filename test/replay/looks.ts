import { operationWorkflowId } from '../../lifecycle/ids.js';
import { localPeople } from '../../local/steward-config.js';
import { begin, untilStatus } from '../support/operations.js';
import type { SmallProduct } from '../support/small-product.js';
import type { StewardWorld } from '../support/steward-world.js';
import { registry } from '../support/world-snapshot.js';
import { expectEnd } from './scenarios.js';
import type { Keep, Products } from './scenarios.js';

/** Inspections: of what is well, of what is not there, of what is written wrong. */
export async function inspections(world: StewardWorld, { calm, failing }: Products, keep: Keep): Promise<void> {
  const run = async (name: string, { line }: SmallProduct, ended: string, input: object = {}): Promise<void> => {
    const asked = { product: line, environment: 'local', requestedBy: localPeople.developer, ...input };
    const handle = await world.start('inspectDataProduct', operationWorkflowId('inspect', 'local', line), asked);
    await expectEnd(name, handle, ended);
    await keep(name, handle);
  };
  await run('inspect-healthy', calm, 'healthy');
  await run('inspect-nothing-runs', failing, 'NotDeployed');
  await run('inspect-wrong-shape', calm, 'InvalidInput', { verison: '1.0.0' });
}

/** Where the environment asks for a bake time: a deploy that stays well, and one that does not. */
export async function baking(world: StewardWorld, { calm }: Products, keep: Keep): Promise<void> {
  const lost = await begin(world, 'deploy', calm);
  await untilStatus(world, lost, 'bakes', ({ state }) => state.startsWith('bake time'));
  for (const query of ['', '?permanent=true']) await registry(`/subjects/${calm.subject}${query}`, { method: 'DELETE' });
  await expectEnd('deploy-bake-failed', lost, 'VerificationFailed');
  await keep('deploy-bake-failed', lost);
  const well = await begin(world, 'deploy', calm);
  await expectEnd('deploy-baked', well, 'deployed');
  await keep('deploy-baked', well);
}
