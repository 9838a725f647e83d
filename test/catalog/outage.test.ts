import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import getPort from 'get-port';
import { createCatalog } from '../../catalog/index.js';
import type { Failure } from '../../lifecycle/failures.js';
import { startCuttingProxy } from '../support/cutting-proxy.js';
import { openTestCatalog, type TestCatalog } from '../support/test-catalog.js';
import { uniqueLine } from './record-samples.js';

/** A person waits for this answer; the SDK's tries included. */
const QUICKLY_MS = 5_000;

describe('an object store that is down or refuses', () => {
  let world: TestCatalog;
  beforeAll(async () => {
    world = await openTestCatalog();
  });
  afterAll(() => world.remove());

  it('is told quickly, with its address and without credentials', async () => {
    const endpoint = `http://127.0.0.1:${await getPort()}`;
    const catalog = world.connect({ endpoint });
    const began = Date.now();
    const calls = [
      catalog.products.read(uniqueLine()),
      catalog.blobs.putBytes(Buffer.from('x')),
      catalog.products.list(),
      catalog.ensureBucket(),
    ];
    for (const call of await Promise.allSettled(calls)) {
      expect(call).toMatchObject({ status: 'rejected', reason: { type: 'SystemUnavailable', message: expect.stringContaining(endpoint) } });
      expectNoCredentials(world, (call as PromiseRejectedResult).reason);
    }
    await expect(catalog.reachable()).resolves.toBe(false);
    expect(Date.now() - began).toBeLessThan(QUICKLY_MS);
  });

  it('is told when it accepts connections and never answers', async () => {
    const proxy = await startCuttingProxy(new URL(world.config.endpoint!).host);
    proxy.cut('hold-answer', { times: Infinity });
    const silent = world.connect({ endpoint: `http://${proxy.address}`, requestTimeoutMs: 300 });
    await expect(silent.products.read(uniqueLine())).rejects.toMatchObject({ type: 'SystemUnavailable' });
    await proxy.close();
  });

  it('says AccessDenied for wrong credentials, without showing any', async () => {
    for (const wrong of [{ secretAccessKey: 'canary-secret-value' }, { accessKeyId: 'canary-key-id-value' }]) {
      const failure = (await world
        .connect(wrong)
        .products.read(uniqueLine())
        .catch((error: unknown) => error)) as Failure;
      expect(failure.type).toBe('AccessDenied');
      expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain('canary');
      expectNoCredentials(world, failure);
    }
    await expect(world.connect({ secretAccessKey: 'canary-secret-value' }).reachable()).rejects.toMatchObject({ type: 'AccessDenied' });
    await expect(world.connect({ accessKeyId: 'canary-key-id-value' }).ensureBucket()).rejects.toMatchObject({ type: 'AccessDenied' });
  });

  it('makes the bucket once, however many workers start at the same time, and answers to reachable', async () => {
    const config = { ...world.config, bucket: `${world.config.bucket}-new` };
    const workers = Array.from({ length: 4 }, () => createCatalog(config));
    await Promise.all(workers.map((worker) => worker.ensureBucket()));
    await workers[0]!.ensureBucket();
    await expect(workers[0]!.reachable()).resolves.toBe(true);
    for (const worker of workers) worker.close();
    const { DeleteBucketCommand, S3Client } = await import('@aws-sdk/client-s3');
    const s3 = new S3Client({ region: config.region, endpoint: config.endpoint!, forcePathStyle: true, credentials: config });
    await s3.send(new DeleteBucketCommand({ Bucket: config.bucket }));
    s3.destroy();
  });
});

function expectNoCredentials({ config }: TestCatalog, failure: unknown): void {
  const all = inspect(failure, { depth: 10, showHidden: true });
  expect(all).not.toContain(config.secretAccessKey);
  expect(all.replaceAll(config.bucket, '')).not.toContain(config.accessKeyId);
}
