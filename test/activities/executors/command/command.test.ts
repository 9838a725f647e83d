import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createCommandExecutor } from '../../../../activities/executors/command/index.js';
import { living, processRecords, type ProcessRecord } from '../../../../activities/support/process-record.js';
import { waitUntil } from '../../../../activities/support/abortable-wait.js';
import { sweepScratch } from '../../../../activities/support/scratch.js';
import type { CommandDefinition } from '../../../../lifecycle/environment.js';
import type { Digest, Json } from '../../../../lifecycle/digest.js';
import type { Executor } from '../../../../lifecycle/executor.js';
import type { Change, Task } from '../../../../lifecycle/task.js';
import { executorWorld, StepRun, task, uniqueName } from '../../../support/executor-world.js';
import type { ExecutorWorld } from '../../../support/executor-world.js';
import { ksqlDbEnvironment } from '../../../support/ksqldb/step.js';

/** The platform's programs: a shell, so that a test can say what a program does. Descriptors could never bring one. */
const shell = (script: string, more: Partial<CommandDefinition> = {}): CommandDefinition => ({
  program: '/bin/sh',
  arguments: ['-c', script, 'command'],
  effects: 'external',
  timeoutSeconds: 30,
  ...more,
});

describe('the command executor with real processes', () => {
  let scratch: string;
  let world: ExecutorWorld;
  let outside: string;
  const stored = new Map<Digest, Uint8Array>();
  beforeEach(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'steward-command-'));
    outside = join(scratch, 'outside.txt');
    world = executorWorld(
      ksqlDbEnvironment('http://127.0.0.1:1', { variables: { STAGE: 'test' }, secrets: { TOKEN: 'env:STEWARD_TEST_TOKEN' } }),
    );
    world.deps.secret = () => 'hunter2';
    world.deps.redact = (text) => text.replaceAll('hunter2', '[redacted]');
    world.deps.blobs.putBytes = async (bytes) => {
      const digest: Digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      stored.set(digest, bytes);
      return digest;
    };
  });
  afterEach(() => rm(scratch, { recursive: true, force: true }));

  const allow = (definition: CommandDefinition): void => {
    world.environment.commands.build = definition;
  };
  const use = (configurations: { [name: string]: Json } = {}, files: { [path: string]: string } = { 'sql/a.sql': 'SELECT 1;' }): Task =>
    task({ service: 'command', bundle: world.bundle(files), path: 'sql', configurations: { command: 'build', ...configurations } });
  const executor = (folder = scratch): Executor => createCommandExecutor({ ...world.deps, scratch: folder });
  const product = uniqueName('command');
  const step = (change: Change, signal?: AbortSignal, folder?: string): StepRun => new StepRun(executor(folder), product, change, signal);
  const lines = async (): Promise<string[]> => (await readFile(outside, 'utf8').catch(() => '')).split('\n').filter(Boolean);
  /** What runs with effects, whichever attempt started it. */
  const running = async (): Promise<ProcessRecord[]> => {
    const folders = (await readdir(scratch, { recursive: true, withFileTypes: true })).filter((each) =>
      each.name.endsWith('.process.json'),
    );
    return living((await Promise.all([...new Set(folders.map(({ parentPath }) => parentPath))].map(processRecords))).flat());
  };
  const text = (digest: unknown): string => Buffer.from(stored.get(digest as Digest)!).toString();

  it('keeps the files that a command makes, and does not run it again for equal inputs', async () => {
    allow(shell(`echo ran >> ${outside}; cat a.sql sub/b.sql > all.txt; printf '%s|' "$@" >> all.txt`, { effects: 'none' }));
    const files = { 'sql/a.sql': 'A;', 'sql/sub/b.sql': 'B;' };
    const to = use({ arguments: ['$(touch x) ; &', '${env:STAGE}', 7], outputs: ['all.txt'] }, files);
    const first = step({ to });
    expect((await first.preview()).changes).toMatchObject([{ address: 'command build', action: 'create', undo: 'exact' }]);
    const outputs = (await first.apply()) as { [name: string]: Json };
    expect(text(outputs['all.txt'])).toBe('A;B;$(touch x) ; &|test|7|');
    expect(await first.probe()).toMatchObject({ state: 'to', healthy: true });
    expect((await step({ from: to, to }).preview()).changes).toEqual([]);
    const elsewhere = step({ to }, undefined, join(scratch, 'another-worker'));
    await elsewhere.preview();
    expect(await elsewhere.apply()).toEqual(outputs);
    expect(await lines()).toEqual(['ran']);
    const changed = step({
      from: to,
      to: use({ arguments: ['$(touch x) ; &', '${env:STAGE}', 7], outputs: ['all.txt'] }, { ...files, 'sql/a.sql': 'C;' }),
    });
    await changed.run();
    expect(await lines()).toEqual(['ran', 'ran']);
  });

  it('shows the command nothing of the worker: own environment, home and folder', async () => {
    process.env.STEWARD_TEST_LEAK = 'worker';
    allow(shell('env | sort > env.txt; pwd > pwd.txt', { effects: 'none' }));
    const outputs = (await (async () => {
      const run = step({ to: use({ variables: { GIVEN: 'a ${env:STAGE}', TOKEN: '${secret:TOKEN}' }, outputs: ['env.txt', 'pwd.txt'] }) });
      await run.preview();
      return run.apply();
    })()) as { [name: string]: Json };
    delete process.env.STEWARD_TEST_LEAK;
    const names = text(outputs['env.txt'])
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('=')[0]);
    expect(names.filter((name) => !['PWD', 'SHLVL', '_', 'OLDPWD'].includes(name!))).toEqual([
      'GIVEN',
      'HOME',
      'LANG',
      'PATH',
      'STEWARD_KEY',
      'TMPDIR',
      'TOKEN',
    ]);
    expect(text(outputs['env.txt'])).toMatch(/GIVEN=a test\n[\s\S]*TOKEN=hunter2/);
    expect(text(outputs['pwd.txt'])).toContain(scratch);
  });

  it('reports a failure with its last lines and without secrets, and leaves no files', async () => {
    allow(shell('i=0; while [ $i -lt 100 ]; do i=$((i+1)); echo "line $i $TOKEN" >&2; done; exit 3'));
    const run = step({ to: use({ variables: { TOKEN: '${secret:TOKEN}' } }) });
    await run.preview();
    const failure = await run.apply().catch((error: unknown) => error);
    expect(failure).toMatchObject({
      type: 'CommandFailed',
      message: expect.stringMatching(/step step: command build ended with exit code 3.*line 100 \[redacted\]$/s),
    });
    expect(String(failure)).not.toMatch(/hunter2|line 50/);
    expect((await run.probe()).state).toBe('from');
  });

  it.each<[string, string, string]>([
    ['a file that was promised', 'true', 'made no file out.txt'],
    ['a link to a file of the worker', 'ln -s /etc/hostname out.txt', 'outside of its folder'],
  ])('refuses %s', async (_, script, message) => {
    allow(shell(script, { effects: 'none' }));
    const run = step({ to: use({ outputs: ['out.txt'] }) });
    await run.preview();
    await expect(run.apply()).rejects.toMatchObject({ type: 'CommandFailed', message: expect.stringContaining(message) });
  });

  it('interrupts once when cancelled, waits for the end, and takes back by the undo', async () => {
    allow(
      shell(`trap 'echo interrupted >> ${outside}; exit 0' INT; echo started >> ${outside}; while :; do sleep 0.05; done`, {
        undo: { program: '/bin/sh', arguments: ['-c', `echo undone "$1" >> ${outside}`, 'undo'] },
      }),
    );
    const cancel = new AbortController();
    const reason = new Error('cancelled');
    const change = { to: use({ arguments: ['thing'] }) };
    const run = step(change, cancel.signal);
    await run.preview();
    const applying = run.apply();
    await waitUntil(async () => ((await lines()).length > 0 ? true : undefined), { everyMs: 20, withinMs: 10_000 });
    cancel.abort(reason);
    await expect(applying).rejects.toBe(reason);
    expect(await lines()).toEqual(['started', 'interrupted']);
    Object.assign(run, { signal: new AbortController().signal });
    expect(await run.revert()).toEqual([]);
    expect(await run.revert()).toEqual([]);
    expect(await lines()).toEqual(['started', 'interrupted', 'undone thing']);
  });

  it('names what remains when there is no undo, and nothing when nothing was begun', async () => {
    allow(shell('exit 0'));
    const run = step({ to: use() });
    expect((await run.preview()).changes).toMatchObject([{ undo: 'none' }]);
    expect(await run.revert()).toEqual([]);
    await run.apply();
    expect(await run.revert()).toMatchObject([{ address: 'command build', reason: expect.stringContaining('no undo') }]);
  });

  it('says so when the program is killed', async () => {
    allow(shell('kill -9 $$'));
    const run = step({ to: use() });
    await run.preview();
    await expect(run.apply()).rejects.toMatchObject({ type: 'CommandFailed', message: expect.stringContaining('signal 9') });
  });

  it('stops a command whose time is up', async () => {
    allow(shell('sleep 60', { timeoutSeconds: 0.3 }));
    const run = step({ to: use() });
    await run.preview();
    await expect(run.apply()).rejects.toMatchObject({
      type: 'CommandFailed',
      message: expect.stringContaining('did not end within 0.3 s'),
    });
  });

  it('kills a command that ignores the interrupt when its time is up', async () => {
    allow(shell("trap '' INT; while :; do sleep 0.1; done", { timeoutSeconds: 0.2 }));
    const run = step({ to: use() });
    await run.preview();
    await expect(run.apply()).rejects.toMatchObject({ type: 'CommandFailed', message: expect.stringContaining('did not end within') });
  });

  it('awaits what an attempt before has left running, and runs it once', async () => {
    const go = join(scratch, 'go');
    allow(shell(`echo started >> ${outside}; while [ ! -e ${go} ]; do sleep 0.05; done; echo done > out.txt; exit 0`));
    const change = { to: use({ outputs: ['out.txt'] }) };
    const run = step(change);
    await run.preview();
    // Two attempts at once stand for a worker that died without its child: the second finds the first's process.
    const first = run.apply();
    await waitUntil(async () => ((await lines()).length > 0 ? true : undefined), { everyMs: 20, withinMs: 10_000 });
    const second = run.apply('apply', 2);
    await writeFile(go, '');
    const [one, two] = await Promise.allSettled([first, second]);
    expect([one, two].some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await lines()).toEqual(['started']);
    const again = (await run.apply('apply', 3)) as { [name: string]: Json };
    expect(text(again['out.txt'])).toBe('done\n');
    expect(await lines()).toEqual(['started']);
  });

  it.each(['the command', 'its undo'])('has no effect twice when %s and its worker are killed right after the effect', async (which) => {
    const isUndo = which === 'its undo';
    const hangs = (said: string): string => `echo ${said} >> ${outside}; while :; do sleep 0.05; done`;
    const undo = { program: '/bin/sh', arguments: ['-c', isUndo ? hangs('undone') : `echo undone >> ${outside}`] };
    allow(shell(isUndo ? `echo done >> ${outside}` : hangs('done'), { undo }));
    const run = step({ to: use() });
    await run.preview();
    if (isUndo) await run.apply();
    const died = new Error('the worker died');
    const original = world.deps.results.put;
    // A worker that is dead notes nothing of how its child ended.
    world.deps.results.put = async (key, value) => (key.endsWith('/end') ? Promise.reject(died) : original(key, value));
    const last = isUndo ? 'undone' : 'done';
    const killed = (isUndo ? run.revert() : run.apply()).catch((error: unknown) => error);
    await waitUntil(async () => ((await lines()).includes(last) ? true : undefined), { everyMs: 20, withinMs: 10_000 });
    for (const { pid } of await running()) process.kill(-pid, 'SIGKILL');
    expect(await killed).toBe(died);
    world.deps.results.put = original;
    if (!isUndo) {
      const refused = { type: 'CommandFailed', message: expect.stringContaining('how it ended is not known') };
      await expect(run.apply('apply', 2)).rejects.toMatchObject(refused);
    }
    expect(await run.revert()).toMatchObject(isUndo ? [{ address: 'command build', reason: expect.stringContaining('not known') }] : []);
    expect(await lines()).toEqual(['done', 'undone']);
  });

  it('does not guess how a run on another machine ended', async () => {
    allow(shell(`echo ran >> ${outside}`));
    const change = { to: use() };
    const cancel = new AbortController();
    const died = new Error('the worker died after the start was noted');
    const run = step(change, cancel.signal);
    const original = world.deps.results.put;
    world.deps.results.put = async (key, value) => {
      const result = await original(key, value);
      if (key.endsWith('/run/1/started')) throw died;
      return result;
    };
    await run.preview();
    await expect(run.apply()).rejects.toBe(died);
    world.deps.results.put = original;
    Object.assign(run, { executor: executor(join(scratch, 'another-machine')) });
    await expect(run.apply('apply', 2)).rejects.toMatchObject({ type: 'CommandFailed', message: expect.stringContaining('not known') });
    expect(await lines()).toEqual([]);
  });

  it.each<[string, string, 'here' | 'on another machine']>([
    ['the command', 'finished', 'here'],
    ['the command', 'finished', 'on another machine'],
    ['its undo', 'reverted', 'here'],
    ['its undo', 'reverted', 'on another machine'],
  ])('knows how %s ended when its worker dies before "%s" is noted, and goes on %s', async (which, mark, where) => {
    allow(shell(`echo done >> ${outside}`, { undo: { program: '/bin/sh', arguments: ['-c', `echo undone >> ${outside}`] } }));
    const run = step({ to: use() });
    const isUndo = which === 'its undo';
    await run.preview();
    if (isUndo) await run.apply();
    const died = new Error('the worker died');
    const original = world.deps.results.put;
    world.deps.results.put = async (key, value) => (key.endsWith(`/${mark}`) ? Promise.reject(died) : original(key, value));
    await expect(isUndo ? run.revert() : run.apply()).rejects.toBe(died);
    world.deps.results.put = original;
    if (where === 'on another machine') Object.assign(run, { executor: executor(join(scratch, 'another-machine')) });
    expect(isUndo ? await run.revert() : await run.apply('apply', 2)).toEqual(isUndo ? [] : {});
    expect(await lines()).toEqual(isUndo ? ['done', 'undone'] : ['done']);
  });

  it('runs what a worker of this machine has noted as begun and died before it started, also after the sweep of its next start', async () => {
    allow(shell(`echo ran >> ${outside}`));
    const run = step({ to: use() });
    await run.preview();
    const died = new Error('the worker died after the start was noted');
    const original = world.deps.results.put;
    world.deps.results.put = async (key, value) => {
      await original(key, value);
      return /\/run\/\d+\/started$/.test(key) ? Promise.reject(died) : value;
    };
    await expect(run.apply()).rejects.toBe(died);
    await expect(run.apply('apply', 2)).rejects.toBe(died);
    world.deps.results.put = original;
    const owners = (await readdir(scratch, { recursive: true })).filter((path) => path.endsWith('owner.json'));
    const dead = await promisify(execFile)('/bin/sh', ['-c', 'echo $$']);
    for (const owner of owners) await writeFile(join(scratch, owner), JSON.stringify({ pid: Number(dead.stdout), startTime: '0' }));
    await sweepScratch(scratch);
    expect(await run.apply('apply', 3)).toEqual({});
    expect(await lines()).toEqual(['ran']);
  });

  it('starts nothing beside an attempt that is about to start it, and takes what that one gives', async () => {
    allow(shell(`echo ran >> ${outside}`));
    const run = step({ to: use() });
    await run.preview();
    const original = world.deps.results.put;
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    world.deps.results.put = async (key, value) => {
      const result = await original(key, value);
      if (/\/run\/\d+\/started$/.test(key)) await held;
      return result;
    };
    const slow = run.apply();
    await waitUntil(async () => ((await readdir(scratch, { recursive: true })).some((path) => path.endsWith('begun')) ? true : undefined), {
      everyMs: 20,
      withinMs: 10_000,
    });
    await expect(run.apply('apply', 2)).rejects.toMatchObject({ type: 'SystemUnavailable' });
    Object.assign(run, { executor: executor(join(scratch, 'another-machine')) });
    await expect(run.apply('apply', 3)).rejects.toMatchObject({ message: expect.stringContaining('another') });
    go();
    expect(await slow).toEqual({});
    expect(await run.apply('apply', 4)).toEqual({});
    expect(await lines()).toEqual(['ran']);
  });

  it('runs an undo that failed once more when an operator has corrected the cause', async () => {
    const cause = join(scratch, 'cause');
    await writeFile(cause, '');
    const undo = { program: '/bin/sh', arguments: ['-c', `test ! -e ${cause} && echo undone >> ${outside}`] };
    allow(shell(`echo done >> ${outside}`, { undo }));
    const run = step({ to: use() });
    await run.preview();
    await run.apply();
    expect(await run.revert()).toMatchObject([{ reason: expect.stringContaining('ended with exit code 1') }]);
    await rm(cause);
    expect(await run.revert()).toEqual([]);
    expect(await lines()).toEqual(['done', 'undone']);
  });

  it('sees that what others give has changed, and goes back to what they gave before', async () => {
    allow(
      shell(`echo "made $1" >> ${outside}`, { undo: { program: '/bin/sh', arguments: ['-c', `echo "undone $1" >> ${outside}`, 'undo'] } }),
    );
    const task = use({ arguments: ['${output:store.topic}'] });
    const [one, two] = ['one', 'two'].map((topic) => ({ store: { topic } }));
    const first = Object.assign(step({ to: task }), { outputs: one });
    await first.run();
    expect((await Object.assign(step({ from: task, to: task }), { outputs: one, former: one }).preview()).changes).toEqual([]);
    const second = Object.assign(step({ from: task, to: task }), { outputs: two, former: one });
    expect((await second.preview()).changes).toMatchObject([{ action: 'update' }]);
    await second.apply();
    expect(await second.revert()).toEqual([]);
    expect(await lines()).toEqual(['made one', 'made two', 'undone two', 'made one']);
  });

  it('removes by the undo in the last phase', async () => {
    allow(shell(`echo done >> ${outside}`, { undo: { program: '/bin/sh', arguments: ['-c', `echo undone >> ${outside}`] } }));
    const from = use();
    await step({ to: from }).run();
    expect((await step({ from }).run()).changes).toMatchObject([{ action: 'delete', phase: 'finalise', undo: 'equivalent' }]);
    expect(await lines()).toEqual(['done', 'undone']);
  });

  it.each<[string, { [name: string]: Json }, string]>([
    ['a command that the environment does not allow', { command: 'rm' }, 'InvalidInput'],
    ['a line for a shell', { command: 'rm -rf /' }, 'InvalidDescriptor'],
    ['a variable that decides which code runs', { variables: { LD_PRELOAD: '/tmp/x.so' } }, 'InvalidDescriptor'],
    ['a path of the worker', { variables: { PATH: '/tmp' } }, 'InvalidDescriptor'],
    ['a secret as an argument', { arguments: ['${secret:TOKEN}'] }, 'InvalidDescriptor'],
    ['an output outside of the folder', { outputs: ['../../x'] }, 'InvalidDescriptor'],
    ['an absolute output', { outputs: ['/etc/passwd'] }, 'InvalidDescriptor'],
    ['a configuration that is not known', { shell: true }, 'InvalidDescriptor'],
  ])('refuses %s before any process', async (_, configurations, type) => {
    allow(shell(`echo ran >> ${outside}`));
    await expect(step({ to: use(configurations) }).preview()).rejects.toMatchObject({ type });
    expect(await executor().check(use(configurations))).toHaveLength(type === 'InvalidInput' ? 0 : 1);
    expect(await lines()).toEqual([]);
  });

  it('packages the scripts of the example with tar, as the local environment does', async () => {
    allow({
      program: 'tar',
      arguments: ['--create', '--file=package.tar', '--exclude=package.tar', '.'],
      effects: 'none',
      timeoutSeconds: 60,
    });
    const run = step({ to: use({ outputs: ['package.tar'] }) });
    await run.run();
    const outputs = (await run.apply()) as { [name: string]: Json };
    expect(text(outputs['package.tar'])).toContain('SELECT 1;');
  });
});
