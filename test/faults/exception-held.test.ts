import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { policyOf } from '../support/asking-world.js';
import { FaultWorld } from '../support/fault-world.js';
import { begin, outcomeOf, register, untilStatus } from '../support/operations.js';
import { dataModule } from '../support/small-product.js';

/** Proves that what was applied waits for people for minutes at most, and is taken back by their silence. */
describe('an exception that is asked for while the product is held', () => {
  let faults: FaultWorld;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'steward-held-'));
    const policy = policyOf('held', { roles: [], expiresAfter: '1 day' }, { points: ['deployed'] });
    await writeFile(join(folder, 'held.yaml'), stringify(policy));
    faults = await FaultWorld.open({}, { heldApprovalDeadline: '6 seconds', approvalDeadline: '7 days' });
    faults.world.options.policies = { folder };
    faults.worker.kill('SIGTERM');
    await faults.worker.ended;
    await faults.restart();
  });
  afterAll(async () => {
    await faults.close();
    await rm(folder, { recursive: true });
  });

  it('is answered by silence: what was deployed is taken back, and another operation can begin; a yes keeps it', async () => {
    const { world } = faults;
    const product = faults.product('held1', { terraform: dataModule('held1') });
    await register(world, product);
    const before = await faults.snapshot();
    const silent = await begin(world, 'deploy', product);
    const { awaiting } = await untilStatus(world, silent, 'asks', (status) => status.awaiting.length > 0);
    const [asked] = awaiting;
    expect(Date.parse(asked!.deadline) - Date.parse(asked!.requestedAt!)).toBe(6_000);
    expect((await world.catalog.environments.read(product.line, 'local'))?.record.operation?.phase).toBe('applying');
    expect(await outcomeOf(silent)).toMatchObject({ ended: 'ExceptionExpired', report: { ended: 'compensated' } });
    const after = await faults.snapshot();
    expect(after).toEqual(before);

    const heard = await begin(world, 'deploy', product);
    const again = await untilStatus(world, heard, 'asks again', (status) => status.awaiting.length > 0);
    await heard.signal('approveException', { exception: again.awaiting[0]!.digest, approver: 'approver@localhost' });
    expect(await outcomeOf(heard)).toMatchObject({ ended: 'deployed' });
  });
});
