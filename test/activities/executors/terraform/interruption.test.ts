import { PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { identify } from '../../../../activities/support/process-identity.js';
import { holderIsDead } from '../../../../activities/executors/terraform/state-lock.js';
import type { StateLock } from '../../../../activities/executors/terraform/state-store.js';
import { formerAttempts, sweepScratch } from '../../../../activities/support/scratch.js';
import { waitUntil } from '../../../../activities/support/abortable-wait.js';
import { Failure } from '../../../../lifecycle/failures.js';
import { eventually } from '../../../support/eventually.js';
import { uniqueName } from '../../../support/executor-world.js';
import { TerraformWorld, topicsHcl, type TerraformStep } from './terraform-world.js';

/** Proves that a killed, orphaned or cancelled Terraform leaves nothing that the next attempt or the undo does not mend. */
describe('terraform, interrupted', () => {
  let world: TerraformWorld;
  beforeEach(async () => void (world = await new TerraformWorld().ready()));
  afterEach(() => world.close());

  /** Process ids of this world's Terraform applies, by their records. */
  const applying = (): number[] =>
    readdirSync(world.scratch).flatMap((group) =>
      readdirSync(join(world.scratch, group)).flatMap((attempt) => {
        const folder = join(world.scratch, group, attempt);
        const names = readdirSync(folder).filter((name) => name.endsWith('-apply.process.json'));
        return names.map((name) => (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { pid: number }).pid);
      }),
    );
  const until = async (step: TerraformStep, text: RegExp): Promise<void> => {
    await waitUntil(async () => step.said.find((said) => text.test(said)), { everyMs: 50, withinMs: 60_000 });
  };

  it('goes on after SIGKILL of Terraform in the middle: topics in no state are taken in, the dead lock is released', async () => {
    const topics = ['a', 'b', 'c'].map((name) => world.topic(name));
    const step = world.step({ to: world.task(topicsHcl(topics)) });
    await step.preview();
    const killed = step.apply().catch((error: unknown) => error);
    await until(step, /^1 of 3/);
    process.kill(-applying()[0]!, 'SIGKILL');
    await expect(killed).resolves.toMatchObject({ type: 'TerraformInterrupted' });
    expect(await world.existing()).toContain(topics[0]);
    expect(await world.stateText()).toBeUndefined();
    await expect(step.probe()).resolves.toMatchObject({ state: 'between' });

    await sweepScratch(world.scratch);
    const second = step.on(world.executor());
    await expect(second.apply('apply', { attempt: 2 })).resolves.toEqual({ topics });
    expect(await world.existing()).toEqual(topics);
    await expect(second.probe()).resolves.toMatchObject({ state: 'to', healthy: true });
    expect(await second.revert()).toEqual([]);
    expect(await world.existing()).toEqual([]);
  });

  it('undoes a first deploy that was killed in the middle, topics in no state included', async () => {
    const topics = ['a', 'b', 'c'].map((name) => world.topic(name));
    const step = world.step({ to: world.task(topicsHcl(topics)) });
    await step.preview();
    const killed = step.apply().catch((error: unknown) => error);
    await until(step, /^1 of 3/);
    process.kill(-applying()[0]!, 'SIGKILL');
    await killed;
    expect(await step.on(world.executor()).revert()).toEqual([]);
    expect(await world.existing()).toEqual([]);
    expect(await world.stateText()).toBeUndefined();
  });

  it('stops at the next safe point on cancel, and the undo takes back what was made', async () => {
    const topics = ['a', 'b', 'c'].map((name) => world.topic(name));
    const step = world.step({ to: world.task(topicsHcl(topics)) });
    await step.preview();
    const cancel = new AbortController();
    const cancelled = step.apply('apply', { signal: cancel.signal }).catch((error: unknown) => error);
    await until(step, /kafka_topic\.b/);
    const reason = new Error('cancelled by the operator');
    cancel.abort(reason);
    await expect(cancelled).resolves.toBe(reason);
    expect(await world.existing()).not.toContain(topics[2]);
    expect(await world.store.get(`${world.stateKey}.tflock`)).toBeUndefined();
    expect(await step.revert()).toEqual([]);
    expect(await world.existing()).toEqual([]);
  });

  it('releases the lock of an apply that died in the moment in which it took it, once nobody is left who could hold it', async () => {
    const step = world.step({ to: world.task(topicsHcl([world.topic('a')])) });
    await step.preview();
    const dying = step.apply().catch((error: unknown) => error);
    await waitUntil(() => world.store.get(`${world.stateKey}.tflock`), { everyMs: 5, withinMs: 60_000 });
    for (const pid of applying()) process.kill(-pid, 'SIGKILL');
    await dying;
    // Neither seen in its hands nor shown by its output: that is how it looks when the worker died with it.
    for (const file of readdirSync(world.scratch, { recursive: true, encoding: 'utf8' })) {
      // Its note is cut off in the moment of the writing.
      if (file.endsWith('-apply.process.json')) writeFileSync(join(world.scratch, dirname(file), 'lock.json'), '');
      if (file.endsWith('-apply.stdout')) writeFileSync(join(world.scratch, file), '');
    }
    const lock = JSON.parse(Buffer.from((await world.store.get(`${world.stateKey}.tflock`))!.bytes).toString('utf8')) as StateLock;
    const system = world.environment.terraform!;
    const locked = { binary: system.binary, system, state: { key: world.stateKey } };
    const former = await formerAttempts(world.scratch, `terraform ${world.stateKey}`);
    const made = (Created: string): StateLock => ({ ...lock, Created });
    const [earlier, later] = [-3_600_000, 3_600_000].map((ms) => new Date(Date.parse(lock.Created) + ms).toISOString());
    await expect(holderIsDead(made(earlier!), former, locked)).resolves.toBe(false);
    // Somebody by hand, on this machine: whether it is theirs cannot be told while they run.
    const other = join(world.scratch, 'terraform');
    copyFileSync('/bin/sleep', other);
    const sleeping = spawn(other, ['60'], { stdio: 'ignore' });
    await once(sleeping, 'spawn');
    await expect(holderIsDead(made(later!), former, locked)).resolves.toBe(false);
    sleeping.kill();
    await once(sleeping, 'exit');
    // Steward's own, at another state: it has not made this lock. At this one it may have.
    const elsewhere = join(world.scratch, 'elsewhere');
    mkdirSync(elsewhere);
    const at = (bucket: string, key: string): void =>
      writeFileSync(join(elsewhere, 'steward.tf.json'), JSON.stringify({ terraform: { backend: { s3: { bucket, key } } } }));
    const working = spawn(other, ['60'], { stdio: 'ignore', cwd: elsewhere });
    await once(working, 'spawn');
    at(system.state.bucket, world.stateKey);
    await expect(holderIsDead(made(later!), former, locked)).resolves.toBe(false);
    at(system.state.bucket, `${world.stateKey}.other`);
    await eventually(() => holderIsDead(made(later!), former, locked), 'nobody else is at this state');
    working.kill();
    await once(working, 'exit');

    // What other tests, or this one, have started within the grain of the clock might hold it too: as in an operation, it is tried again.
    const outputs = await eventually(() => step.on(world.executor()).apply('apply', { attempt: 2 }), 'the lock is released');
    expect(outputs).toEqual({ topics: [world.topic('a')] });
    expect(await world.store.get(`${world.stateKey}.tflock`)).toBeUndefined();
  });

  it('leaves a lock whose holder may live, and says who holds it', async () => {
    const step = world.step({ to: world.task(topicsHcl([world.topic('a')])) });
    await step.preview();
    const lock = {
      ID: 'somebody',
      Operation: 'OperationTypeApply',
      Who: 'somebody@elsewhere',
      Created: new Date().toISOString(),
      Info: '',
      Version: '1.11.4',
      Path: '',
    };
    await world.store.create(`${world.stateKey}.tflock`, Buffer.from(JSON.stringify(lock)), 'application/json');
    await expect(step.apply()).rejects.toMatchObject({
      type: 'StateLocked',
      message: expect.stringContaining('somebody@elsewhere'),
      retryAfterMs: expect.any(Number),
    });
    expect(await world.existing()).toEqual([]);
  });

  it('says what is wrong when the store takes a deleted lock for a lock', async () => {
    const versioned = await new TerraformWorld({ product: world.product, bucket: uniqueName('versioned') }).ready();
    const { bucket, client } = versioned.store;
    await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    await versioned.step({ to: versioned.task('resource "terraform_data" "x" {\n  input = 1\n}\n') }).run();
    const second = versioned.step({ to: versioned.task('resource "terraform_data" "x" {\n  input = 2\n}\n') });
    await second.preview();
    const outcome = await second.apply().catch((error: unknown) => error);
    // A store that gets this right simply applies.
    if (outcome instanceof Failure)
      expect(outcome).toMatchObject({ type: 'StateLocked', message: expect.stringContaining('turn versioning') });
    await versioned.close();
  });

  describe('when the worker dies', () => {
    let worker: ChildProcess | undefined;
    afterEach(() => void worker?.kill('SIGKILL'));

    const start = (hcl: string): ChildProcess => {
      const script = fileURLToPath(new URL('apply-worker.ts', import.meta.url));
      const loader = new URL('../../../support/typescript.mjs', import.meta.url).href;
      return spawn(process.execPath, ['--import', loader, script, world.product, world.scratch, hcl], {
        stdio: ['ignore', 'inherit', 'inherit'],
      });
    };

    it('follows the Terraform that the dead worker left running, to its end', async () => {
      const topics = ['a', 'b', 'c'].map((name) => world.topic(name));
      const hcl = topicsHcl(topics);
      const step = world.step({ to: world.task(hcl) });
      await step.preview();
      worker = start(hcl);
      const pid = await untilApplying();
      worker.kill('SIGKILL');
      expect(isRunning(pid)).toBe(true);
      await sweepScratch(world.scratch);

      await expect(step.apply('apply', { attempt: 2 })).resolves.toEqual({ topics });
      expect(step.said).toContain('waiting for Terraform of an earlier attempt');
      expect(isRunning(pid)).toBe(false);
      expect(await world.existing()).toEqual(topics);
    });

    it('goes on when worker and Terraform die at once', async () => {
      const topics = ['a', 'b', 'c'].map((name) => world.topic(name));
      const hcl = topicsHcl(topics);
      const step = world.step({ to: world.task(hcl) });
      await step.preview();
      worker = start(hcl);
      const pid = await untilApplying();
      await waitUntil(async () => ((await world.existing()).length > 0 ? true : undefined), { everyMs: 100, withinMs: 60_000 });
      worker.kill('SIGKILL');
      process.kill(-pid, 'SIGKILL');
      await waitUntil(async () => (isRunning(pid) ? undefined : true), { everyMs: 20, withinMs: 10_000 });
      await sweepScratch(world.scratch);

      await expect(step.apply('apply', { attempt: 2 })).resolves.toEqual({ topics });
      expect(await world.existing()).toEqual(topics);
    });
  });

  const untilApplying = async (): Promise<number> => {
    const found = await waitUntil(async () => applying()[0], { everyMs: 50, withinMs: 60_000 });
    if (found === undefined) throw new Error('no apply was started');
    return found;
  };
  const isRunning = (pid: number): boolean => identify(pid) !== undefined;
});
