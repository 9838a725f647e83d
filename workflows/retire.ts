import type { OperationResult, RetireInput } from '../lifecycle/operations.js';
import { operation } from './operation.js';

/** Announces the end of an instance, waits until its sunset, and removes it: applications, schemas, infrastructure. Its history stays. */
export async function retireDataProduct(input: RetireInput): Promise<OperationResult> {
  return operation('retire', input, async (run) => {
    const { dryRun } = await run.read();
    if (!dryRun) await run.waitUntil(await run.announce(), 'deprecated, waiting for the sunset date');
    const plan = await run.plan();
    await run.judge('retire', plan);
    if (dryRun) return run.end(plan, 'planned');
    const applied = await run.apply(plan, 'retire');
    await run.finalise();
    await run.observe('retired', applied);
    return run.record(applied);
  });
}
