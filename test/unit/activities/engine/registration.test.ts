import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { productIn } from '../../../../activities/engine/product.js';
import { createPolicies } from '../../../../activities/engine/policies.js';
import { createRegistration } from '../../../../activities/engine/registration.js';
import { createValidate } from '../../../../activities/engine/validation.js';
import type { EngineDeps } from '../../../../activities/engine/index.js';
import { readLocal } from '../../../../client/descriptor.js';
import { openBundle, packBundle } from '../../../../descriptors/index.js';
import type { Digest } from '../../../../lifecycle/digest.js';
import { minimal, ROOT } from '../../descriptors/example.js';

/** Proves that the worker judges descriptors as the command line does with the same options, and reads what is registered as it was read then. */
describe('registering', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'steward-registration-'));
    process.env['XDG_CACHE_HOME'] = folder;
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Judging needs the bundle and how it is to be read, and nothing of the world. */
  const deps = (descriptors: Pick<EngineDeps['descriptors'], 'profile' | 'namespace'>): EngineDeps =>
    ({
      catalog: {},
      environments: new Map(),
      executors: new Map(),
      bundle: async () => openBundle((await packBundle(folder)).bytes),
      descriptors: { ...descriptors, fetch: () => Promise.reject(new Error('nothing is fetched')) },
    }) as unknown as EngineDeps;
  const bundle: Digest = `sha256:${'0'.repeat(64)}`;

  /** Older forms, no name of its own, a foreign document with a fault. */
  async function write(change: (root: ReturnType<typeof minimal>) => void = () => undefined): Promise<void> {
    const root = minimal();
    const info = root.info as { fullyQualifiedName?: string };
    delete info.fullyQualifiedName;
    const [port] = root.interfaceComponents.outputPorts as [{ promises: { [key: string]: unknown } }];
    port.promises['serviceType'] = port.promises['servicesType'];
    delete port.promises['servicesType'];
    change(root);
    await writeFile(join(folder, ROOT), JSON.stringify(root, undefined, 2));
  }

  it.each([
    ['tolerant', undefined],
    ['tolerant', 'com.company'],
    ['strict', undefined],
    ['strict', 'com.company'],
  ] as const)('%s, namespace %s: the findings are those of steward validate', async (profile, namespace) => {
    await write();
    const options = { profile, ...(namespace !== undefined && { namespace }) };
    const judged = await createRegistration(deps(options), createPolicies(deps(options)), createValidate(deps(options))).validateBundle({
      bundle,
    });
    const local = await readLocal(folder, options);
    expect(JSON.stringify(judged.findings)).toBe(JSON.stringify(local.findings));
    expect(judged.findings.length).toBeGreaterThan(0);
    expect(judged.fqn).toBe(local.product?.info.fullyQualifiedName ?? '?');
    if (profile === 'tolerant' && namespace !== undefined) expect(judged.line).toBe('urn:dpds:com.company:dataproducts:orders');
  });

  it('a descriptor with errors is refused with the whole list at once, faults of its documents among them', async () => {
    await write((root) => {
      root.info.version = 'one';
      const [port] = root.interfaceComponents.outputPorts as [{ promises: { api: { definition: { channels: object } } } }];
      port.promises.api.definition.channels = { placed: { subscrib: {} } };
    });
    const options = { profile: 'tolerant', namespace: 'com.company' } as const;
    const judged = await createRegistration(deps(options), createPolicies(deps(options)), createValidate(deps(options))).validateBundle({
      bundle,
    });
    expect(JSON.stringify(judged.findings)).toBe(JSON.stringify((await readLocal(folder, options)).findings));
    expect(judged.findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(['R24', 'foreign/asyncapi']),
    );
  });

  it('schemas of further channels of a port, which nobody registers, are named', async () => {
    const payload = { type: 'record', name: 'Order', fields: [{ name: 'id', type: 'string' }] };
    const message = { schemaFormat: 'application/vnd.apache.avro;version=1.9.0', payload };
    const channel = { subscribe: { message } };
    await write((root) => {
      const [port] = root.interfaceComponents.outputPorts as [{ promises: { api: { definition: { channels: object } } } }];
      port.promises.api.definition.channels = { placed: channel, cancelled: channel };
    });
    const options = { profile: 'tolerant', namespace: 'com.company' } as const;
    const { findings } = await createValidate(deps(options))(bundle);
    expect(findings.filter(({ rule }) => rule.startsWith('schema-registry/'))).toEqual([
      expect.objectContaining({
        severity: 'warning',
        message: 'Port placed has several channels: the schema of placed is registered, that of cancelled is not.',
      }),
    ]);
  });

  it('what is registered keeps its name and stays readable when the configuration becomes another', async () => {
    await write();
    const other = deps({ profile: 'strict', namespace: 'org.other' });
    const product = await productIn(other, bundle, 'urn:dpds:com.company:dataproducts:orders:1');
    expect(product.info.fullyQualifiedName).toBe('urn:dpds:com.company:dataproducts:orders:1');
  });
});
