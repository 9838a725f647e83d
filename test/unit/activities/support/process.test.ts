import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '../../../../activities/support/abortable-wait.js';
import { awaitProcess, runProcess, type ProcessStart } from '../../../../activities/support/process.js';
import { processRecords } from '../../../../activities/support/process-record.js';
import {
  closeAttempt,
  formerAttempts,
  keepLedger,
  openAttempt,
  sweepScratch,
  type Attempt,
} from '../../../../activities/support/scratch.js';

/** Proves that programs run apart from the worker, are interrupted once and awaited, and that their folders are swept with care. */
describe('programs and their attempts', () => {
  let scratch: string;
  let attempt: Attempt;
  const never = new AbortController().signal;
  const start = (script: string, part: Partial<ProcessStart> = {}): Parameters<typeof runProcess>[0] => ({
    program: '/bin/sh',
    args: ['-c', script],
    cwd: attempt.work,
    env: { ONLY: 'this' },
    attemptFolder: attempt.folder,
    name: 'it',
    kind: 'effect',
    signal: never,
    ...part,
  });
  const until = <T>(look: () => T | undefined): Promise<T | undefined> => waitUntil(async () => look(), { everyMs: 10, withinMs: 10_000 });

  beforeEach(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'steward-process-'));
    attempt = await openAttempt(scratch, 'a group');
  });
  afterEach(() => rmSync(scratch, { recursive: true, force: true }));

  it('gives exit code, output in files and as it comes, and an environment of its own', async () => {
    let seen = '';
    const end = await runProcess(start('echo "$ONLY $HOME"; echo bad >&2; exit 3', { onOutput: (text) => (seen += text) }));
    expect(end).toMatchObject({ exitCode: 3 });
    expect(readFileSync(end.stdout, 'utf8')).toBe('this \n');
    expect(seen).toBe('this \n');
    expect(readFileSync(end.stderr, 'utf8')).toBe('bad\n');
    expect(await processRecords(attempt.folder)).toMatchObject([
      { name: 'it', kind: 'effect', pid: expect.any(Number), startTime: expect.any(String) },
    ]);
  });

  it('says which program cannot be started', async () => {
    await expect(runProcess(start('', { program: '/nowhere/program' }))).rejects.toMatchObject({
      type: 'SystemRefused',
      message: expect.stringContaining('/nowhere/program'),
    });
  });

  it('interrupts once, waits for the safe end, and throws the reason of the abort', async () => {
    const cancel = new AbortController();
    const script = 'trap "echo got >> count; sleep 0.3; echo safe > end; exit 1" INT; echo ready > ready; while :; do sleep 0.05; done';
    const run = runProcess(start(script, { signal: cancel.signal })).catch((error: unknown) => error);
    await until(() => existsSync(join(attempt.work, 'ready')) || undefined);
    const reason = new Error('cancelled');
    cancel.abort(reason);
    expect(await run).toBe(reason);
    expect(readFileSync(join(attempt.work, 'count'), 'utf8')).toBe('got\n');
    expect(existsSync(join(attempt.work, 'end'))).toBe(true);
  });

  it('interrupts no second time when the next attempt, which awaits the program, is cancelled too', async () => {
    const cancel = new AbortController();
    const script =
      'trap "echo got >> count" INT; echo ready > ready; while [ ! -e count ]; do sleep 0.02; done; while [ ! -e go ]; do sleep 0.02; done';
    const run = runProcess(start(script, { signal: cancel.signal })).catch((error: unknown) => error);
    await until(() => existsSync(join(attempt.work, 'ready')) || undefined);
    cancel.abort(new Error('the worker shuts down'));
    await until(() => existsSync(join(attempt.work, 'count')) || undefined);
    const [record] = await processRecords(attempt.folder);
    const next = awaitProcess(record!, AbortSignal.abort(new Error('cancelled'))).catch((error: Error) => error.message);
    writeFileSync(join(attempt.work, 'go'), '');
    expect(await next).toBe('cancelled');
    await run;
    expect(readFileSync(join(attempt.work, 'count'), 'utf8')).toBe('got\n');
  });

  it('does not start anything after an abort', async () => {
    await expect(runProcess(start('touch started', { signal: AbortSignal.abort(new Error('too late')) }))).rejects.toThrow('too late');
    expect(existsSync(join(attempt.work, 'started'))).toBe(false);
  });

  it('says which signal ended a program', async () => {
    expect(await runProcess(start('kill -9 $$'))).toMatchObject({ exitCode: undefined, killedBy: 'SIGKILL' });
  });

  it('follows a program of an earlier attempt to its end, and leaves its folder alone until then', async () => {
    const running = runProcess(start('echo one; while [ ! -e go ]; do sleep 0.02; done; echo two'));
    const [record] = await waitFor(() => processRecords(attempt.folder));
    rmSync(join(attempt.folder, 'owner.json'));
    await sweepScratch(scratch);
    expect(existsSync(attempt.work)).toBe(true);

    let seen = '';
    const followed = awaitProcess(record!, never, (text) => (seen += text));
    writeFileSync(join(attempt.work, 'go'), '');
    await followed;
    expect(seen).toBe('one\ntwo\n');
    await running;
  });

  const waitFor = async <T>(look: () => Promise<T[]>): Promise<T[]> =>
    (await waitUntil(async () => ((await look()).length > 0 ? look() : undefined), { everyMs: 10, withinMs: 10_000 })) ?? [];

  it('sweeps what dead workers left: everything of readers, all but the ledger of effects, never a state that was not uploaded', async () => {
    const dead = async (group: string, kind: 'effect' | 'read', file?: string): Promise<Attempt> => {
      const each = await openAttempt(scratch, group);
      await runProcess(start('true', { attemptFolder: each.folder, cwd: each.work, kind }));
      if (file !== undefined) writeFileSync(join(each.work, file), 'x');
      writeFileSync(join(each.folder, 'owner.json'), JSON.stringify({ pid: 1, startTime: 'another' }));
      return each;
    };
    const reader = await dead('r', 'read', 'plan.bin');
    const effect = await dead('e', 'effect', 'plan.bin');
    const errored = await dead('s', 'read', 'errored.tfstate');
    await sweepScratch(scratch);

    expect(existsSync(reader.folder)).toBe(false);
    expect(existsSync(effect.work)).toBe(false);
    expect(await formerAttempts(scratch, 'e')).toMatchObject([{ processes: [{ name: 'it' }] }]);
    expect(readFileSync(join(errored.folder, 'errored.tfstate'), 'utf8')).toBe('x');
    expect(existsSync(attempt.work)).toBe(true);

    await closeAttempt(effect);
    await keepLedger(errored);
    await sweepScratch(scratch);
    expect(existsSync(effect.folder)).toBe(false);
    expect(existsSync(join(errored.folder, 'errored.tfstate'))).toBe(true);
  });
});
