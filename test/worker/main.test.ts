import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Connection } from '@temporalio/client';
import { execa } from 'execa';
import { createKey } from '../../identity/index.js';
import { localConfig } from '../../local/steward-config.js';
import { eventually } from '../support/eventually.js';
import { uniqueName } from '../support/executor-world.js';
import { stackAddresses, stackCredentials, stackTools } from '../support/stack.js';
import { openWorld } from '../support/steward-world.js';

const program = fileURLToPath(new URL('../../dist/worker/main.js', import.meta.url));

describe('the worker process', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'steward-worker-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const run = async (config: object | string, env: Record<string, string> = {}) => {
    const file = join(folder, `${Math.random()}.yaml`);
    await writeFile(file, typeof config === 'string' ? config : JSON.stringify(config));
    const settings = { STEWARD_CONFIG: file, TEMPORAL_ADDRESS: stackAddresses().temporal, NODE_OPTIONS: '', ...env };
    return execa(process.execPath, [program], { env: settings, reject: false, all: true, timeout: 30_000 });
  };
  const config = () =>
    localConfig({
      addresses: stackAddresses(),
      tools: stackTools(),
      scratch: join(folder, 'scratch'),
      namespace: 'default',
      bucket: 'steward-worker-test',
    });

  it('names every fault of its configuration at once and ends', async () => {
    const ended = await run('executors: {}\nenvironmens: {}\n');
    expect(ended.exitCode).toBe(2);
    expect(ended.all).toContain('Did you mean environments?');
    expect(ended.all).toContain('catalog');
  });

  it('names an executor that does not exist', async () => {
    const ended = await run({ ...config(), executors: { terrafrom: { slots: 1 } } });
    expect(ended.exitCode).toBe(2);
    expect(ended.all).toContain('there is no executor terrafrom');
  });

  it('names what it cannot listen with', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const tokens = { issuer: 'https://login.example.org', audience: 'steward' };
    const identity = { signingKey: 'env:KEY', tokens, endpoint: { port } };
    const [person, key] = [createKey(), createKey()];
    const of = ({ privateKey }: typeof key) => ({ KEY: JSON.stringify(privateKey) });
    const asAnn = { ...config(), registration: { keys: { ann: [person.publicKey] } }, identity };
    try {
      for (const [as, env, words] of [
        [{ ...config(), identity }, of(key), `cannot listen at 127.0.0.1:${port}`],
        [{ ...config(), monitoring: { metrics: { port } } }, {}, `monitoring.metrics cannot listen at 127.0.0.1:${port}`],
        [
          { ...config(), monitoring: { metrics: { host: 'steward.example', port: 9464 } } },
          {},
          'monitoring.metrics cannot listen at steward.example',
        ],
        [{ ...config(), monitoring: { health: { port } } }, {}, `monitoring.health cannot listen at 127.0.0.1:${port}`],
        [{ ...config(), identity }, {}, 'env:KEY cannot be read'],
        [{ ...config(), identity }, { KEY: 'no key' }, 'identity.signingKey (env:KEY) cannot be used'],
        [asAnn, of(person), 'identity.signingKey is the key of ann in registry, too'],
        [
          { ...config(), identity: { ...identity, endpoint: { port: 0, certificate: 'none.pem', key: 'env:KEY' } } },
          of(key),
          'certificate and key cannot be used (ENOENT)',
        ],
      ] as const) {
        const ended = await run(as, env);
        expect([ended.exitCode, ended.all]).toEqual([expect.any(Number), expect.stringContaining(words)]);
        expect([2, 11]).toContain(ended.exitCode);
        expect(ended.all).not.toContain(key.privateKey.d!);
      }
    } finally {
      taken.close();
    }
  });

  it('says where Temporal was looked for when it does not answer', async () => {
    const ended = await run(config(), { TEMPORAL_ADDRESS: '127.0.0.1:1' });
    expect(ended.exitCode).toBe(11);
    expect(ended.all).toContain('Temporal does not answer at 127.0.0.1:1');
  });

  it('says what is missing in Temporal: the namespace, or what runs are found by', async () => {
    const namespace = uniqueName('bare');
    const nowhere = await run(config(), { TEMPORAL_NAMESPACE: namespace });
    expect([nowhere.exitCode, nowhere.all]).toEqual([3, expect.stringContaining(`Temporal has no namespace ${namespace}`)]);
    expect(nowhere.all).toContain('steward bootstrap');
    const connection = await Connection.connect({ address: stackAddresses().temporal });
    try {
      const workflowExecutionRetentionPeriod = { seconds: 86_400 as never };
      await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
      const bare = await eventually(async () => {
        const ended = await run(config(), { TEMPORAL_NAMESPACE: namespace });
        return ended.all.includes('has no namespace') ? undefined : ended;
      }, 'the server knows the namespace');
      expect([bare.exitCode, bare.all]).toEqual([3, expect.stringContaining('lacks search attributes: DataProduct, ')]);
    } finally {
      await connection.close();
    }
  });

  it('ends by itself on SIGTERM, and has printed no secret', async () => {
    const world = await openWorld();
    try {
      const worker = await world.startWorker();
      worker.kill('SIGTERM');
      await worker.ended;
      expect(worker.log()).toContain('worker has stopped');
      expect(worker.log()).not.toContain(stackCredentials().secretAccessKey);
    } finally {
      await world.close();
    }
  });
});
