import { describe, expect, it } from '@jest/globals';
import { findProduct } from '../../../catalog/index.js';
import { idsOf } from '../../../descriptors/identify/index.js';
import type { ProductRecord } from '../../../lifecycle/records.js';

const LINE = 'urn:dpds:com.company:dataproducts:orders';
const OTHER = 'urn:dpds:com.company:dataproducts:invoices';
const WRITTEN = 'urn:dpds:com.company:sales:dataproducts:orders:1.2.3';

const product = (line: string, majors: number[], aliases?: string[]): ProductRecord => ({
  line,
  name: line.split(':').at(-1)!,
  domain: 'Sales',
  owner: 'sales@company.com',
  versions: Object.fromEntries(
    majors.map((major) => [
      `${major}.0.0`,
      {
        version: `${major}.0.0`,
        fqn: `${line}:${major}`,
        state: 'registered',
        bundle: `sha256:${'0'.repeat(64)}`,
        registeredAt: '2026-01-01T00:00:00.000Z',
        registeredBy: 'ann',
        ...(aliases && { aliases }),
      },
    ]),
  ),
});

/** A catalog in memory that counts how often it is looked through. */
function catalog(...products: ProductRecord[]) {
  const looked = { lists: 0 };
  return {
    looked,
    read: (line: string) => Promise.resolve(products.filter((each) => each.line === line).map((record) => ({ record, etag: 'e' }))[0]),
    list: () => {
      looked.lists++;
      return Promise.resolve(products);
    },
  };
}

/** Proves that a product is found by every name and id that people have of it, and that what means two is told. */
describe('finding a product', () => {
  it.each([
    LINE,
    `${LINE}:1`,
    `${LINE}:2`,
    ` ${LINE}:1\n`,
    `${LINE}:1.2.3`,
    `${LINE}:1.2.3-rc.1`,
    'urn:dpds:com.company:sales:dataproducts:orders',
    'urn:dpds:com.company:sales:dataproducts:orders:1',
    'urn:com.company:dataproducts:orders',
    'urn:com.company:dataproducts:orders:1.2.3',
  ])('%s: by its form, without looking through the catalog', async (name) => {
    const products = catalog(product(OTHER, [1]), product(LINE, [1, 2]));
    expect((await findProduct(products, name)).line).toBe(LINE);
    expect(products.looked.lists).toBe(0);
  });

  it.each([LINE, `${LINE}:1`, `${LINE}:2`, WRITTEN].flatMap((name) => idsOf(name).map((id) => [id, name])))(
    '%s, an id of %s: by looking',
    async (id) => {
      const products = catalog(product(OTHER, [1]), product(LINE, [1, 2], [WRITTEN]));
      for (const written of [id, id.toUpperCase()]) expect((await findProduct(products, written)).line).toBe(LINE);
    },
  );

  it('the ids are those of the specification', async () => {
    const line = 'urn:dpds:com.company-xyz:dataproducts:trackandtrace';
    expect((await findProduct(catalog(product(line, [1])), '80a9dca8-e4cd-5a31-a66b-d39137760649')).line).toBe(line);
  });

  it('by a spelling of its own that no form tells', async () => {
    expect((await findProduct(catalog(product(LINE, [1], ['orders of sales'])), 'orders of sales')).line).toBe(LINE);
  });

  it('a spelling that two products were written with means neither; a line always means its own', async () => {
    const products = catalog(product(OTHER, [1], [`${LINE}:9`, 'the product']), product(LINE, [1], ['the product']));
    for (const name of ['the product', idsOf('the product')[0]!])
      await expect(findProduct(products, name)).rejects.toMatchObject({
        type: 'InvalidInput',
        message: expect.stringContaining(`${OTHER}, ${LINE}`),
      });
    expect((await findProduct(products, `${LINE}:9`)).line).toBe(LINE);
  });

  it.each([
    '',
    'orders',
    `${LINE}:outputports:placed`,
    `${LINE}:x`,
    'urn:dataproducts:orders',
    'urn:dpds:a:b:c:dataproducts:orders',
    'urn:dpds:../..:dataproducts:orders',
    '00000000-0000-0000-0000-000000000000',
  ])('%p means none', async (name) => {
    await expect(findProduct(catalog(product(LINE, [1])), name)).rejects.toMatchObject({
      type: 'UnknownProduct',
      message: expect.stringContaining(LINE),
    });
  });

  it('a slip of the finger is told with what was meant', async () => {
    await expect(findProduct(catalog(product(LINE, [1])), LINE.replace('orders', 'order'))).rejects.toThrow(`did you mean ${LINE}?`);
  });
});
