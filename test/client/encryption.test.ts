import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { createEncryptionKey, encryptingCodec, readEncryptionKey } from '../../encryption/index.js';
import { registerWorkflowId } from '../../lifecycle/ids.js';
import type { ExceptionRequest } from '../../lifecycle/messages.js';
import { localPeople } from '../../local/steward-config.js';
import { policyOf } from '../support/asking-world.js';
import { codecServerOf } from '../support/codec-server.js';
import { commandLine, jsonOf } from '../support/command-line.js';
import { eventually } from '../support/eventually.js';
import { openIssuer } from '../support/oidc-provider.js';
import type { Issuer } from '../support/oidc-provider.js';
import { outcomeOf } from '../support/operations.js';
import { withFolder } from '../support/product-folder.js';
import { smallProduct } from '../support/small-product.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld, WorkerProcess } from '../support/steward-world.js';

const as = ['--as', localPeople.developer];
const READER = 'ann@example.org';
const encodings = (history: unknown): string[] => {
  const found: string[] = [];
  // Search attributes are what Temporal searches by: it has to read them.
  const visit = (value: unknown, name = ''): void => {
    if (value === null || typeof value !== 'object' || value instanceof Uint8Array || name === 'searchAttributes') return;
    const { encoding } = (value as { metadata?: { encoding?: Uint8Array } | null }).metadata ?? {};
    if (encoding instanceof Uint8Array) found.push(Buffer.from(encoding).toString());
    for (const [key, each] of Object.entries(value)) visit(each, key);
  };
  visit(history);
  return found;
};

/** Proves that what Temporal keeps of encrypted runs can be read by those only who may, through keys that change, and that nothing is lost by it. */
describe('a Steward that encrypts', () => {
  let home: string;
  let issuer: Issuer;
  let world: StewardWorld;
  let worker: WorkerProcess;
  let steward: ReturnType<typeof commandLine>;
  let reading: Record<string, string>;
  const keys: Record<'first' | 'second', string> = { first: createEncryptionKey(), second: createEncryptionKey() };
  const file = (key: keyof typeof keys) => `file:${join(home, key)}`;

  const restart = async (encryption?: object): Promise<void> => {
    worker?.kill('SIGTERM');
    await worker?.ended;
    const { issuer: iss, audience } = issuer;
    const codecServer = { port: 0, readers: [READER] };
    Object.assign(world.options, {
      identity: { tokens: { issuer: iss, audience } },
      encryption: encryption && { ...encryption, codecServer },
    });
    worker = await world.startWorker();
    reading = {
      TEMPORAL_CODEC_ENDPOINT: codecServerOf(worker),
      TEMPORAL_CODEC_AUTH: `Bearer ${await issuer.issue({ sub: 'ann', email: READER })}`,
    };
  };
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'steward-encryption-'));
    for (const key of ['first', 'second'] as const) await writeFile(join(home, key), keys[key], { mode: 0o600 });
    await writeFile(join(home, 'asked.yaml'), stringify(policyOf('asked', { roles: ['platform'], expiresAfter: '1 day' })));
    issuer = await openIssuer();
    // Of the test itself: it has all keys.
    const [current, former] = [readEncryptionKey(keys.second), [readEncryptionKey(keys.first)]];
    world = await openWorld({}, [encryptingCodec({ current, former })]);
    Object.assign(world.options, { policies: { folder: home } });
    steward = commandLine(world);
    await restart({ key: file('first') });
  });
  afterAll(async () => {
    await world.close();
    await issuer.stop();
    await rm(home, { recursive: true });
  });

  const register = (name: string, version = '1.0.0', settings = reading, more: string[] = []) =>
    withFolder(smallProduct(world, name, { version }).files, (folder) => steward(['register', folder, ...as, ...more], { env: settings }));
  const idOf = (name: string, version = '1.0.0') => registerWorkflowId(smallProduct(world, name, {}).line, version);
  const historyOf = async (workflowId: string) => (await world.client.workflow.getHandle(workflowId).fetchHistory()).events!;
  /** A registration that waits for a decision; returns the first digits of the request. */
  const asking = async (name: string): Promise<string> => {
    const started = await register(name, '1.0.0', reading, ['--timeout', '1s']);
    expect(started.exitCode).toBe(124);
    return eventually(async () => {
      const listed = await steward(['approvals', '--output', 'json'], { env: reading });
      const { approvals } = jsonOf<{ approvals: ExceptionRequest[] }>(listed);
      return approvals.find(({ line }) => line.includes(name))?.digest.slice(7, 19);
    }, `${name} waits for a decision`);
  };
  const ended = (name: string) => outcomeOf(world.client.workflow.getHandle(idOf(name)));

  it('keeps nothing of a run that could be read, and works as ever for those who may', async () => {
    const registered = await register('plain');
    expect(registered).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('registered') });
    const history = await historyOf(idOf('plain'));
    const found = encodings(history);
    expect(found.length).toBeGreaterThan(10);
    expect([...new Set(found)]).toEqual(['binary/encrypted']);
    const runs = await steward(['approvals', '--output', 'json'], { env: reading });
    expect(jsonOf(runs)).toMatchObject({ approvals: [] });
  });

  it('keeps failures for those who may, too', async () => {
    const again = await register('plain', '1.0.0');
    expect(again.exitCode).toBe(0);
    const unknown = smallProduct(world, 'unknown', {}).line;
    const failed = await steward(['deploy', unknown, '1.0.0', ...as], { env: reading });
    expect(failed).toMatchObject({ exitCode: 3, stderr: expect.stringMatching(/^UnknownProduct: .*unknown/) });
    const id = `deploy:local:${unknown}`;
    const failure = (await historyOf(id)).at(-1)!.workflowExecutionFailedEventAttributes!.failure!;
    expect(failure).toMatchObject({ message: 'Encoded failure', stackTrace: '', applicationFailureInfo: { type: 'UnknownProduct' } });
    expect([...new Set(encodings(await historyOf(id)))]).toEqual(['binary/encrypted']);
  });

  it('tells those who may not that they may not', async () => {
    const digits = await asking('askedfirst');
    const mute = await steward(['approvals'], { env: {} });
    expect(mute).toMatchObject({
      exitCode: 11,
      stdout: '',
      stderr: expect.stringMatching(/^AccessDenied: .*is encrypted, and no codec server is named/),
    });
    const eve = { ...reading, TEMPORAL_CODEC_AUTH: `Bearer ${await issuer.issue({ sub: 'eve', email: 'eve@example.org' })}` };
    const refused = await register('refused', '1.0.0', eve);
    expect(refused).toMatchObject({ exitCode: 11, stderr: expect.stringMatching(/^AccessDenied: .*eve@example.org may not read here/) });
    for (const secret of [eve.TEMPORAL_CODEC_AUTH.slice(7), ...Object.values(keys)]) {
      expect(refused.stderr).not.toContain(secret);
      expect(worker.log()).not.toContain(secret);
    }
    const rejected = await steward(['reject', digits, '--as', localPeople.approver, '--comment', 'not yet'], { env: reading });
    expect(rejected.exitCode).toBe(0);
    expect(await ended('askedfirst')).toMatchObject({ ended: 'ExceptionRejected', message: expect.stringContaining('not yet') });
  });

  it('goes on with what is under way when its key changes', async () => {
    const digits = await asking('askedagain');
    await restart({ key: file('second'), formerKeys: [file('first')] });
    expect((await steward(['approve', digits, '--as', localPeople.approver], { env: reading })).exitCode).toBe(0);
    expect(await ended('askedagain')).toMatchObject({ ended: 'registered' });
    const used = JSON.stringify(await historyOf(idOf('askedagain')));
    for (const key of Object.values(keys)) {
      const { id } = readEncryptionKey(key);
      expect(used).toContain(Buffer.from(id).toString('base64'));
    }
  });

  it('lets a run wait whose key is not there, and ends it when it is; what is new is plain when encryption is turned off', async () => {
    const digits = await asking('askedlast');
    await restart();
    const run = world.client.workflow.getHandle(idOf('askedlast'));
    await run.signal('approveException', { exception: digits, approver: localPeople.approver });
    await eventually(
      async () => (await historyOf(run.workflowId)).some((event) => event.workflowTaskFailedEventAttributes),
      'no worker can read the run',
    );
    expect((await run.describe()).status.name).toBe('RUNNING');
    expect((await register('uncovered', '1.0.0', {})).exitCode).toBe(0);
    expect([...new Set(encodings(await historyOf(idOf('uncovered'))))]).not.toContain('binary/encrypted');

    await restart({ formerKeys: [file('first'), file('second')] });
    expect(await ended('askedlast')).toMatchObject({ ended: 'registered' });
    expect(encodings(await historyOf(run.workflowId)).at(-1)).toBe('json/plain');
    expect((await register('later')).exitCode).toBe(0);
    expect([...new Set(encodings(await historyOf(idOf('later'))))]).not.toContain('binary/encrypted');
  });

  it.each([
    ['is not there', 'env:NOWHERE', /encryption|NOWHERE/],
    ['is none', `file:${join(import.meta.dirname, '../../package.json')}`, /encryption.key .* cannot be used: it is not 32 bytes/],
  ])('does not start with a key that %s', async (_, key, says) => {
    Object.assign(world.options, { encryption: { key } });
    await expect(world.startWorker()).rejects.toThrow(says);
  });
});
