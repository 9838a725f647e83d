import type { OperationResult, UpgradeInput } from '../lifecycle/operations.js';
import { operation } from './operation.js';

/** Takes an instance to another version of its major in place, or back to the former version, whole. Another major comes to stand beside it. */
export async function upgradeDataProduct(input: UpgradeInput): Promise<OperationResult> {
  return operation('upgrade', input, async (run) => {
    const { dryRun } = await run.read();
    const plan = await run.plan();
    await run.judge('plan', plan);
    if (dryRun) return run.end(plan, 'planned');
    const applied = await run.apply(plan);
    await run.verify();
    await run.bake();
    await run.judge('upgraded', applied);
    await run.finalise();
    return run.record(applied);
  });
}
