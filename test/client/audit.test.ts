import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExceptionRecord } from '../../lifecycle/records.js';
import { commandLine, jsonOf } from '../support/command-line.js';
import { begin, outcomeOf, register, untilStatus } from '../support/operations.js';
import { smallProduct } from '../support/small-product.js';
import type { SmallProduct } from '../support/small-product.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld } from '../support/steward-world.js';
import { clearWorld } from '../support/world-snapshot.js';

describe('steward audit and steward exceptions', () => {
  let world: StewardWorld;
  let product: SmallProduct;
  let steward: ReturnType<typeof commandLine>;
  beforeAll(async () => {
    world = await openWorld();
    await world.startWorker();
    steward = commandLine(world);
    product = smallProduct(world, 'told', {});
    await register(world, product);
    expect(await outcomeOf(await begin(world, 'deploy', product))).toMatchObject({ ended: 'deployed' });
    for (const [signal, ended] of [
      ['rejectException', 'ExceptionRejected'],
      ['approveException', 'retired'],
    ] as const) {
      const run = await begin(world, 'retire', product, { sunset: new Date().toISOString() });
      const { awaiting } = await untilStatus(world, run, 'waits for approval', (status) => status.awaiting.length > 0);
      await run.signal(signal, { exception: awaiting[0]!.digest, approver: 'approver@localhost', comment: `so says ${signal}` });
      expect(await outcomeOf(run)).toMatchObject({ ended });
    }
  });
  afterAll(async () => {
    await clearWorld(world, [product]);
    await world.close();
  });

  it('tell who did what, in order, with the decisions between, from the catalog alone', async () => {
    const { stdout, exitCode } = await steward(['audit', product.line], { env: { TEMPORAL_ADDRESS: '127.0.0.1:1' } });
    expect(exitCode).toBe(0);
    const story = stdout.split('\n').map((line) => line.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ {2}/, ''));
    expect(story).toEqual([
      expect.stringMatching(/^register 1\.0\.0 by \S+: done$/),
      expect.stringMatching(/^ +\d+ finding\(s\)$/),
      'deploy 1.0.0 in local by developer@localhost: done',
      expect.stringMatching(
        /to policy\/retire-needs-approval in local, asked by developer@localhost: rejected by approver@localhost \(claim\): so says rejectException$/,
      ),
      expect.stringMatching(/: granted by approver@localhost \(claim\) until [^:]+:\d\d:\d\dZ: so says approveException$/),
      'retire 1.0.0 → nothing in local by developer@localhost: done',
    ]);
    const { events } = jsonOf<{ events: { at: string }[] }>(await steward(['audit', product.fqn, '--output', 'json']));
    expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).sort());
    expect(await steward(['audit', 'urn:dpds:org.test:dataproducts:nothing'])).toMatchObject({ exitCode: 3 });
  });

  it('list what is waived, until when, and by request what is not any more', async () => {
    const read = async (...args: string[]) =>
      jsonOf<{ exceptions: (ExceptionRecord & { inForce: boolean })[] }>(await steward(['exceptions', ...args, '--output', 'json']))
        .exceptions;
    expect(await read(product.line)).toEqual([
      expect.objectContaining({ decision: 'granted', decidedBy: 'approver@localhost', line: product.line, inForce: true }),
    ]);
    expect((await read('--all')).map(({ decision, inForce }) => [decision, inForce])).toEqual([
      ['rejected', false],
      ['granted', true],
    ]);
    expect((await steward(['exceptions'])).stdout).toMatch(/^[0-9a-f]{12} {2}in force {2}policy\/retire-needs-approval\n/);
  });
});
