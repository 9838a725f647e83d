import type { DeployInput, OperationResult } from '../lifecycle/operations.js';
import { operation } from './operation.js';

/** Brings a registered version to life in an environment, or leaves the environment as it was. */
export async function deployDataProduct(input: DeployInput): Promise<OperationResult> {
  return operation('deploy', input, async (run) => {
    const { dryRun } = await run.read();
    const plan = await run.plan();
    await run.judge('plan', plan);
    if (dryRun) return run.end(plan, 'planned');
    const applied = await run.apply(plan);
    await run.verify();
    await run.bake();
    await run.judge('deployed', applied);
    await run.finalise();
    return run.record(applied);
  });
}
