import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEncryptionKey, encryptingCodec, readEncryptionKey } from '../../encryption/index.js';
import { operationWorkflowId } from '../../lifecycle/ids.js';
import { localPeople } from '../../local/steward-config.js';
import { codecServerOf } from '../support/codec-server.js';
import { commandLine } from '../support/command-line.js';
import { eventually } from '../support/eventually.js';
import { register } from '../support/operations.js';
import { smallProduct } from '../support/small-product.js';
import type { SmallProduct } from '../support/small-product.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld } from '../support/steward-world.js';
import { clearWorld } from '../support/world-snapshot.js';

/** Proves that what a run has left can be taken back when the key of all that Temporal keeps of it is lost. */
describe('a lost key', () => {
  let home: string;
  let world: StewardWorld;
  let product: SmallProduct;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'steward-lost-key-'));
    const key = createEncryptionKey();
    await writeFile(join(home, 'key'), key, { mode: 0o600 });
    world = await openWorld({}, [encryptingCodec({ current: readEncryptionKey(key), former: [] })]);
    const waits = {
      program: '/bin/sh',
      arguments: ['-c', `while [ -d ${home} ]; do sleep 0.1; done`],
      effects: 'none',
      timeoutSeconds: 90,
    };
    world.options = {
      environment: { commands: { waits } },
      encryption: { key: `file:${join(home, 'key')}`, codecServer: { port: 0, readers: ['everybody'] } },
    };
    product = smallProduct(world, 'holding', { command: 'waits' });
  });
  afterAll(async () => {
    await clearWorld(world, [product]);
    await world.close();
    await rm(home, { recursive: true });
  });

  it('does not keep a recovery from its work', async () => {
    const worker = await world.startWorker();
    await register(world, product);
    const steward = commandLine(world);
    const as = ['--as', localPeople.developer];
    // Started by the command line: with a memo, which is encrypted, too.
    await steward(['deploy', product.line, '1.0.0', ...as, '--timeout', '1s'], { env: { TEMPORAL_CODEC_ENDPOINT: codecServerOf(worker) } });
    const held = async () => (await world.catalog.environments.read(product.line, 'local'))?.record.operation;
    await eventually(held, 'the record is taken');
    await world.client.workflow.getHandle(operationWorkflowId('deploy', 'local', product.line)).terminate('its key is lost');
    worker.kill('SIGKILL');
    await worker.ended;
    delete world.options.encryption;
    await world.startWorker();
    // Nor a list from showing what there is.
    const listed = await steward(['status', product.line]);
    expect([listed.exitCode, listed.stdout]).toEqual([0, expect.stringContaining(operationWorkflowId('deploy', 'local', product.line))]);
    const recovered = await steward(['recover', product.line, '--environment', 'local', ...as]);
    expect({ exitCode: recovered.exitCode, stderr: recovered.stderr }).toMatchObject({ exitCode: 0 });
    expect(await held()).toBeUndefined();
  });
});
