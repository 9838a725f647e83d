import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Catalog } from '../../catalog/index.js';
import { startCuttingProxy, type CuttingProxy } from '../support/cutting-proxy.js';
import { openTestCatalog, type TestCatalog } from '../support/test-catalog.js';
import { takeFence, uniqueLine } from './record-samples.js';

/** Shortens the case in which the answer never comes. */
const REQUEST_TIMEOUT_MS = 500;

describe('a write of which no answer came', () => {
  let world: TestCatalog;
  let proxy: CuttingProxy;
  /** Speaks to the store through the proxy. */
  let unlucky: Catalog;
  /** The same, and gives up on an answer soon. */
  let impatient: Catalog;
  let line: string;
  const put = /^PUT .*environment\.json/;

  beforeAll(async () => {
    world = await openTestCatalog();
    proxy = await startCuttingProxy(new URL(world.config.endpoint!).host);
    unlucky = world.connect({ endpoint: `http://${proxy.address}` });
    impatient = world.connect({ endpoint: `http://${proxy.address}`, requestTimeoutMs: REQUEST_TIMEOUT_MS });
  });
  afterAll(async () => {
    await proxy.close();
    await world.remove();
  });
  beforeEach(() => {
    line = uniqueLine();
  });
  const fence = async (): Promise<number | undefined> => (await world.catalog.environments.read(line, 'local'))?.record.fence;
  const take = (catalog: Catalog): Promise<unknown> => catalog.environments.change(line, 'local', takeFence(line));

  it.each(['lose-answer', 'hold-answer', 'lose-request'] as const)('counts once after %s, on creation and on change', async (kind) => {
    proxy.cut(kind, { request: put });
    await expect(take(impatient)).resolves.toMatchObject({ fence: 1 });
    proxy.cut(kind, { request: put });
    await expect(take(impatient)).resolves.toMatchObject({ fence: 2 });
    await expect(fence()).resolves.toBe(2);
  });

  it('is known as done even when others have written over it', async () => {
    proxy.cut('lose-answer', {
      request: put,
      meanwhile: async () => {
        for (let count = 0; count < 5; count++) await take(world.catalog);
      },
    });
    await expect(take(unlucky)).resolves.toMatchObject({ fence: 1 });
    await expect(fence()).resolves.toBe(6);
  });

  it('is not taken for done when somebody else has written the very same content', async () => {
    proxy.cut('lose-request', { request: put, meanwhile: () => take(world.catalog) });
    await expect(take(unlucky)).resolves.toMatchObject({ fence: 2 });
    await expect(fence()).resolves.toBe(2);
  });

  it('loses and doubles nothing of 40 parallel changes when every connection may break', async () => {
    proxy.cut('lose-answer', { request: put, times: 8 });
    proxy.cut('lose-request', { request: put, times: 8 });
    const steady = world.connect();
    await Promise.all(Array.from({ length: 40 }, (_, index) => take(index % 2 === 0 ? unlucky : steady)));
    await expect(fence()).resolves.toBe(40);
  });

  it('gives a blob, a result and a decision their one outcome when the answer is lost', async () => {
    proxy.cut('lose-answer', { request: /^PUT .*blobs/ });
    const ref = await unlucky.blobs.putJson({ line });
    await expect(world.catalog.blobs.getJson(ref)).resolves.toEqual({ line });
    proxy.cut('lose-answer', { request: /^PUT .*results/ });
    await expect(unlucky.results.put(`${line}/step/apply`, { made: 1 })).resolves.toEqual({ made: 1 });
  });

  it('gives up with SystemUnavailable when the store is gone, and goes on when it is back', async () => {
    await proxy.down();
    await expect(take(unlucky)).rejects.toMatchObject({ type: 'SystemUnavailable', message: expect.stringContaining(proxy.address) });
    await proxy.up();
    await expect(take(unlucky)).resolves.toMatchObject({ fence: 1 });
  });
});
