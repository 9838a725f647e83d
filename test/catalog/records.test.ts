import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Failure } from '../../lifecycle/failures.js';
import { productKey } from '../../lifecycle/ids.js';
import { openTestCatalog, type TestCatalog } from '../support/test-catalog.js';
import { environmentRecord, productRecord, takeFence, uniqueLine, version } from './record-samples.js';

describe('records on a real object store', () => {
  let world: TestCatalog;
  let line: string;
  beforeAll(async () => {
    world = await openTestCatalog();
  });
  afterAll(() => world.remove());
  beforeEach(() => {
    line = uniqueLine();
  });

  it('lets exactly one of 16 parallel writers create a record, ten times over', async () => {
    const writers = Array.from({ length: 16 }, () => world.connect());
    for (let round = 0; round < 10; round++) {
      const contested = uniqueLine();
      const results = await Promise.allSettled(
        writers.map(({ products }, index) =>
          products.change(contested, (current) => {
            if (current !== undefined) throw new Failure('VersionExists', `${contested} is registered`);
            return productRecord(contested, { owner: `writer-${index}` });
          }),
        ),
      );
      const winners = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.owner] : []));
      expect(winners).toHaveLength(1);
      expect((await world.catalog.products.read(contested))?.record.owner).toBe(winners[0]);
      for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ type: 'VersionExists' });
    }
  });

  it('loses none of 50 parallel changes', async () => {
    const writers = Array.from({ length: 5 }, () => world.connect());
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        writers[index % 5]!.products.change(line, (current = productRecord(line)) => ({
          ...current,
          versions: { ...current.versions, [`1.${index}.0`]: version(line, `1.${index}.0`) },
        })),
      ),
    );
    const { record } = (await world.catalog.products.read(line))!;
    expect(Object.keys(record.versions)).toHaveLength(50);
  });

  it('counts 50 parallel takes of the fence of an environment, each with a number of its own', async () => {
    const writers = Array.from({ length: 5 }, () => world.connect());
    const fences = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        return (await writers[index % 5]!.environments.change(line, 'local', takeFence(line))).fence;
      }),
    );
    expect(fences.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });

  it('writes nothing when the function leaves the record as it is', async () => {
    const { products } = world.catalog;
    await products.change(line, () => productRecord(line));
    const before = await products.read(line);
    await products.change(line, () => undefined);
    await products.change(line, (current) => ({ ...current! }));
    expect((await products.read(line))?.etag).toBe(before?.etag);
  });

  it('passes the failure of the function on and changes nothing', async () => {
    const { products } = world.catalog;
    const refuse = (): never => {
      throw new Failure('NotCompatible', 'breaking change');
    };
    await expect(products.change(line, refuse)).rejects.toMatchObject({ type: 'NotCompatible', message: 'breaking change' });
    await expect(products.read(line)).resolves.toBeUndefined();
    await expect(products.change(line, () => undefined)).rejects.toMatchObject({ type: 'NotFound' });
  });

  it('lists products and the environments of a product', async () => {
    const { products, environments } = world.catalog;
    const other = uniqueLine();
    await Promise.all([line, other].map((each) => products.change(each, () => productRecord(each))));
    await Promise.all(['prod', 'dev'].map((name) => environments.change(line, name, () => environmentRecord(line, name))));
    const lines = (await products.list()).map((product) => product.line);
    expect(lines).toEqual(expect.arrayContaining([line, other]));
    expect((await environments.list(line)).map(({ environment }) => environment)).toEqual(['dev', 'prod']);
    await expect(environments.list(other)).resolves.toEqual([]);
  });

  it('never takes a damaged record or a missing bucket for an absent record', async () => {
    await world.overwrite(productKey(line), '{"line": "cut of');
    await expect(world.catalog.products.read(line)).rejects.toMatchObject({
      type: 'SystemRefused',
      message: expect.stringContaining(productKey(line)),
    });
    const elsewhere = world.connect({ bucket: `${world.config.bucket}-absent` });
    await expect(elsewhere.products.read(line)).rejects.toMatchObject({
      type: 'SystemRefused',
      message: expect.stringContaining('bucket does not exist'),
    });
    await expect(elsewhere.products.change(line, () => productRecord(line))).rejects.toMatchObject({ type: 'SystemRefused' });
  });
});
