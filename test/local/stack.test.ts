import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isAlive } from '../../local/process-identity.js';
import { projectRoot, stewardFolder } from '../../local/project-root.js';
import { eventually } from '../support/eventually.js';
import { describeStack, startStack, type ServerName, type Stack, type StackDescription } from '../../local/stack/index.js';

/** The cheap servers: a Go binary with memory only, one with files, and Temporal with its database. */
const CHEAP: ServerName[] = ['s3', 'temporal', 'schema-registry'];

/** Where the next test run looks for what a killed one has left (test/support/global-setup.ts). */
const homes = join(stewardFolder, 'test-stacks');

const schema = JSON.stringify({ type: 'record', name: 'Trip', fields: [{ name: 'id', type: 'string' }] });

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

describe('a stack of one machine', () => {
  let home: string;
  let stack: Stack | undefined;
  let owner: ChildProcess | undefined;

  beforeEach(async () => {
    await mkdir(homes, { recursive: true });
    home = await mkdtemp(join(homes, 'stack-test-'));
  });
  afterEach(async () => {
    await stack?.stop();
    if (owner && owner.exitCode === null && owner.signalCode === null) {
      owner.kill('SIGTERM');
      await once(owner, 'exit');
    }
    stack = owner = undefined;
    await rm(home, { recursive: true, force: true });
  });

  const start = async (only = CHEAP): Promise<Stack> => (stack = await startStack({ home, ports: 'free', only }));

  /** The command line in a process of its own, once its servers answer. */
  async function startOwner(): Promise<StackDescription> {
    const main = join(projectRoot, 'dist', 'local', 'main.js');
    owner = spawn(process.execPath, [main, 'up', '--foreground', '--free-ports', '--home', home, '--only', ...CHEAP], { stdio: 'ignore' });
    for (;;) {
      const running = await describeStack(home);
      if (running) return running;
      if (owner.exitCode !== null) throw new Error(`the owner ended with ${owner.exitCode}`);
      await delay(50);
    }
  }

  it('answers at every address, keeps its secrets to its owner, and leaves no process after stop', async () => {
    const { addresses } = await start();
    expect((await fetch(`${addresses.temporalUi}/api/v1/namespaces`)).status).toBe(200);
    expect((await fetch(`${addresses.schemaRegistry}/subjects`)).status).toBe(200);
    expect((await fetch(addresses.s3.endpoint)).status).toBe(403);
    expect((await stat(addresses.s3.credentialFiles.secretAccessKey)).mode & 0o777).toBe(0o600);
    const secret = await readFile(addresses.s3.credentialFiles.secretAccessKey, 'utf8');
    expect(await readFile(join(home, 'stack.json'), 'utf8')).not.toContain(secret);

    const processes = stack!.processes();
    expect(processes.map(({ name }) => name).sort()).toEqual([...CHEAP].sort());
    expect(processes.every(({ rssMb }) => rssMb > 5)).toBe(true);
    await stack!.stop();
    expect(processes.filter((one) => isAlive(one))).toEqual([]);
    expect(await describeStack(home)).toBeUndefined();
  });

  it('refuses a second stack in a home that is in use, and names the owner', async () => {
    await start(['schema-registry']);
    await expect(startStack({ home, ports: 'free', only: ['s3'] })).rejects.toThrow(`owned by process ${process.pid}`);
  });

  it('brings back the schemas with their ids and levels after a stop, and after a kill of the registry', async () => {
    const { addresses } = await start(['schema-registry']);
    const registry = addresses.schemaRegistry;
    const headers = { 'Content-Type': 'application/vnd.schemaregistry.v1+json' };
    const post = async (path: string, method: string, body: object): Promise<unknown> =>
      (await fetch(`${registry}${path}`, { method, headers, body: JSON.stringify(body) })).json();
    await post('/subjects/other-value/versions', 'POST', { schema: '"string"' });
    await post('/subjects/trips-value/versions', 'POST', { schema });
    await post('/config/trips-value', 'PUT', { compatibility: 'FORWARD_TRANSITIVE' });
    const content = async (): Promise<unknown[]> =>
      Promise.all(
        ['/subjects/trips-value/versions/1', '/subjects/other-value/versions/1', '/config/trips-value', '/mode'].map(async (path) =>
          (await fetch(`${registry}${path}`)).json(),
        ),
      );
    const before = await content();
    expect(before).toEqual([
      expect.objectContaining({ id: 2, version: 1, schema }),
      expect.objectContaining({ id: 1, version: 1 }),
      expect.objectContaining({ compatibilityLevel: 'FORWARD_TRANSITIVE' }),
      { mode: 'READWRITE' },
    ]);

    await stack!.stopOne('schema-registry');
    await stack!.startOne('schema-registry');
    expect(await content()).toEqual(before);

    await stack!.killOne('schema-registry');
    await stack!.startOne('schema-registry');
    expect(await content()).toEqual(before);
  });

  it('ends the servers of an owner that was killed outright at the next start', async () => {
    const left = await startOwner();
    owner!.kill('SIGKILL');
    await once(owner!, 'exit');
    expect(left.processes.every((one) => isAlive(one))).toBe(true);

    const next = await start();
    expect(left.processes.filter((one) => isAlive(one))).toEqual([]);
    expect(next.addresses.temporal).toBe(left.addresses.temporal);
  });

  it('starts a server again that has died by itself, under the same address', async () => {
    const before = await startOwner();
    const died = before.processes.find(({ name }) => name === 'schema-registry')!;
    process.kill(died.pid, 'SIGKILL');
    let registry = died;
    while (registry.pid === died.pid) {
      await delay(50);
      registry = (await describeStack(home))!.processes.find(({ name }) => name === 'schema-registry') ?? died;
    }
    expect((await fetch(`${before.addresses.schemaRegistry}/subjects`)).status).toBe(200);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('stops everything when its owner gets %s', async (signal) => {
    const { processes } = await startOwner();
    owner!.kill(signal);
    const [code] = (await once(owner!, 'exit')) as [number];
    expect(code).toBe(0);
    expect(processes.filter((one) => isAlive(one))).toEqual([]);
  });

  it('stops what it has started when the start is ended half-way', async () => {
    const request = new AbortController();
    const lines: string[] = [];
    const log = (line: string): void => {
      lines.push(line);
      if (line.includes('answers after')) request.abort(new Error('changed my mind'));
    };
    await expect(startStack({ home, ports: 'free', only: CHEAP, log, signal: request.signal })).rejects.toThrow('changed my mind');
    const pids = lines.flatMap((line) => /process (\d+)/.exec(line)?.[1] ?? []).map(Number);
    expect(pids.length).toBeGreaterThan(0);
    // A process that has ended stands in the list of processes until its end was taken notice of.
    for (const pid of pids) await eventually(async () => isGone(pid), `process ${pid} is gone`);
    await start(['s3']);
  });
});
