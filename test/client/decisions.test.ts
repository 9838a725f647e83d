import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExceptionRequest } from '../../lifecycle/messages.js';
import { commandLine, jsonOf, outputOf } from '../support/command-line.js';
import { eventually } from '../support/eventually.js';
import { begin, outcomeOf, register } from '../support/operations.js';
import { smallProduct } from '../support/small-product.js';
import type { SmallProduct } from '../support/small-product.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld } from '../support/steward-world.js';
import { clearWorld } from '../support/world-snapshot.js';

describe('approvals, approve and reject at the command line', () => {
  let world: StewardWorld;
  let steward: ReturnType<typeof commandLine>;
  const products: SmallProduct[] = [];
  beforeAll(async () => {
    world = await openWorld();
    await world.startWorker();
    steward = commandLine(world);
  });
  afterAll(async () => {
    await clearWorld(world, products);
    await world.close();
  });

  /** A retirement that waits for approval, followed at the command line. */
  const retiring = async (name: string) => {
    const product = smallProduct(world, name, {});
    products.push(product);
    await register(world, product);
    expect(await outcomeOf(await begin(world, 'deploy', product))).toMatchObject({ ended: 'deployed' });
    const running = steward(['retire', product.line, '1.0.0', '--as', 'developer@localhost', '--sunset', new Date().toISOString()]);
    const seen = outputOf(running);
    const short = await eventually(async () => /steward approve ([0-9a-f]{12})/.exec(seen())?.[1], 'the request is shown');
    return { running, seen, short, product };
  };

  it('lists what waits, tells why a decision is not obeyed, and grants', async () => {
    const { running, seen, short, product } = await retiring('granted');
    expect(seen()).toContain('waiting for a decision: Retiring');
    const listed = await steward(['approvals', '--output', 'json']);
    const { approvals } = jsonOf<{ approvals: (ExceptionRequest & { link: string })[] }>(listed);
    expect(approvals).toEqual([
      expect.objectContaining({
        line: product.line,
        requestedBy: 'developer@localhost',
        approvers: ['platform'],
        link: expect.any(String),
      }),
    ]);
    expect((await steward(['approvals'])).stdout).toMatch(new RegExp(`^${short}  Retiring [^]*asked by developer@localhost`));

    const refusals = [
      { args: ['approve', short, '--as', 'developer@localhost'], exit: 4, says: 'the requester may not decide' },
      { args: ['reject', short, '--as', 'stranger@localhost'], exit: 4, says: 'stranger@localhost is in none of platform' },
      { args: ['approve', '0123456789ab', '--as', 'approver@localhost'], exit: 4, says: 'no open request 0123456789ab' },
      { args: ['approve', short.slice(0, 6), '--as', 'approver@localhost'], exit: 2, says: 'first 12 digits' },
      { args: ['approve', short], exit: 1, says: '--as' },
    ];
    for (const { args, exit, says } of refusals)
      expect(await steward(args)).toMatchObject({ exitCode: exit, stdout: '', stderr: expect.stringContaining(says) });

    const printed = await steward([
      'approve',
      short,
      '--as',
      'approver@localhost',
      '--comment',
      'nobody reads it',
      '--print',
      '--output',
      'json',
    ]);
    expect(jsonOf(printed)).toEqual({
      signal: 'approveException',
      message: { exception: short, approver: 'approver@localhost', comment: 'nobody reads it' },
    });

    const granted = await steward(['approve', short, '--as', 'approver@localhost', '--output', 'json']);
    expect(granted.exitCode).toBe(0);
    expect(jsonOf(granted)).toEqual({ exception: approvals[0]!.digest, decision: 'granted' });
    const retired = await running;
    expect(retired).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^retired: /m) });
    expect(retired.stdout).toContain('not obeyed: approve of developer@localhost: the requester may not decide');

    const late = await steward(['approve', short, '--as', 'approver@localhost']);
    expect(late).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('closed already: granted by approver@localhost') });
    expect((await steward(['approvals'])).stdout).toBe('nothing waits for a decision');
  });

  it('rejects: the operation ends as failed and nothing has changed', async () => {
    const { running, short } = await retiring('rejected');
    const rejected = await steward(['reject', short, '--as', 'approver@localhost', '--comment', 'still in use']);
    expect(rejected).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^rejected: /) });
    const ended = await running;
    expect(ended.exitCode).toBe(8);
    expect(ended.stderr).toMatch(/^ExceptionRejected: .*was rejected by approver@localhost: still in use/);
  });
});
