import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openHealth } from '../../../../worker/monitoring/health.js';
import type { Checks, HealthServer } from '../../../../worker/monitoring/health.js';

/** Proves that a probe is told whether a worker lives and gets on, and why not. */
describe('the health of a worker', () => {
  let health: HealthServer;
  afterEach(() => health?.close());
  const asked = async (path: string, method = 'GET') => {
    const answer = await fetch(`${health.url}${path}`, { method });
    return { status: answer.status, body: (await answer.json()) as object };
  };

  const opened = async (checks: Checks): Promise<HealthServer> => (await openHealth({ health: { host: '127.0.0.1', port: 0 } }, checks))!;

  it('is live and ready when all is well; looks at the same time are one', async () => {
    let looks = 0;
    health = await opened({ temporal: async () => (looks++, true) });
    expect(await asked('/live')).toEqual({ status: 200, body: { status: 'live' } });
    expect(await Promise.all([asked('/ready'), asked('/ready')])).toEqual([
      { status: 200, body: { status: 'ready', temporal: 'ok' } },
      { status: 200, body: { status: 'ready', temporal: 'ok' } },
    ]);
    expect(looks).toBe(1);
  });

  it('is live and not ready when something is not, with each reason, a check that hangs included', async () => {
    health = await opened({
      workers: async () => 'steward: STOPPING',
      temporal: () => Promise.reject(new Error('it refuses')),
      catalog: () => new Promise(() => undefined),
      fine: async () => true,
    });
    expect(await asked('/ready')).toEqual({
      status: 503,
      body: { status: 'not ready', workers: 'steward: STOPPING', temporal: 'it refuses', catalog: 'no answer in time', fine: 'ok' },
    });
    expect((await asked('/live')).status).toBe(200);
  });

  it('says nothing else', async () => {
    health = await opened({});
    expect((await asked('/')).status).toBe(404);
    expect((await asked('/ready', 'POST')).status).toBe(405);
  });

  it('names a port that it cannot have', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    health = await opened({});
    await expect(openHealth({ health: { host: '127.0.0.1', port } }, {})).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
    await new Promise((resolve) => taken.close(resolve));
  });
});
