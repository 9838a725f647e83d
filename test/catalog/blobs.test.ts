import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestOf, digestOfJson } from '../../catalog/index.js';
import type { Digest } from '../../lifecycle/digest.js';
import { blobKey } from '../../lifecycle/ids.js';
import { openTestCatalog, type TestCatalog } from '../support/test-catalog.js';

describe('blobs on a real object store', () => {
  let world: TestCatalog;
  beforeAll(async () => {
    world = await openTestCatalog();
  });
  afterAll(() => world.remove());

  it.each([0, 1, 5_000_000])('gives %i bytes back by their digest', async (size) => {
    const bytes = randomBytes(size);
    const ref = await world.catalog.blobs.putBytes(bytes);
    expect(ref).toBe(digestOf(bytes));
    expect(Buffer.from(await world.catalog.blobs.getBytes(ref)).equals(bytes)).toBe(true);
  });

  it('gives equal JSON values one digest, whatever the order of their keys', async () => {
    const { blobs } = world.catalog;
    const one = await blobs.putJson({ b: [1, { y: 'ü', x: null }], a: true });
    const two = await blobs.putJson({ a: true, gone: undefined, b: [1, { x: null, y: 'ü' }] });
    expect(two).toBe(one);
    expect(one).toBe(digestOfJson({ a: true, b: [1, { x: null, y: 'ü' }] }));
    await expect(blobs.getJson(one)).resolves.toEqual({ a: true, b: [1, { x: null, y: 'ü' }] });
  });

  it('stores the same content from 16 writers at once without a fault', async () => {
    const bytes = randomBytes(10_000);
    const refs = await Promise.all(Array.from({ length: 16 }, () => world.connect().blobs.putBytes(bytes)));
    expect(new Set(refs)).toEqual(new Set([digestOf(bytes)]));
  });

  it('detects content that does not have its digest', async () => {
    const { blobs } = world.catalog;
    const ref = await blobs.putJson({ amount: 1, id: randomBytes(4).toString('hex') });
    await world.overwrite(blobKey(ref), '{"amount":2}');
    await expect(blobs.getBytes(ref)).rejects.toMatchObject({ type: 'SystemRefused', message: expect.stringContaining(ref) });
    await expect(blobs.getJson(ref)).rejects.toMatchObject({ type: 'SystemRefused' });
  });

  it('knows what it has, and says NotFound for what it has not', async () => {
    const { blobs } = world.catalog;
    const absent = digestOf(randomBytes(8));
    await expect(blobs.has(absent)).resolves.toBe(false);
    await expect(blobs.getBytes(absent)).rejects.toMatchObject({ type: 'NotFound', message: expect.stringContaining(absent) });
    await expect(blobs.has(await blobs.putBytes(Buffer.from('here')))).resolves.toBe(true);
  });

  it.each(['', 'sha256:', 'sha256:../../products/x/product.json', `sha256:${'A'.repeat(64)}`])('refuses "%s" as a digest', async (text) => {
    await expect(world.catalog.blobs.getBytes(text as Digest)).rejects.toMatchObject({ type: 'InvalidInput' });
  });
});
