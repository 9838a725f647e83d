import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { schemaRegistryExecutor } from '../../../../activities/executors/schema-registry/index.js';
import { purge } from '../../../../activities/executors/schema-registry/apply.js';
import { registryOf, type RegistryClient } from '../../../../activities/executors/schema-registry/client.js';
import type { Json } from '../../../../lifecycle/digest.js';
import type { Executor } from '../../../../lifecycle/executor.js';
import type { Task } from '../../../../lifecycle/task.js';
import { startCuttingProxy, type CuttingProxy } from '../../../support/cutting-proxy.js';
import { executorWorld, stackEnvironment, StepRun, task, uniqueName, type ExecutorWorld } from '../../../support/executor-world.js';
import { stackAddresses } from '../../../support/stack.js';

const field = (name: string, type: unknown, rest: object = {}): object => ({ name, type, ...rest });
const schema = (...fields: object[]): string => JSON.stringify({ type: 'record', name: 'Trip', namespace: 'org.test', fields });
const v1 = schema(field('tripId', 'string'), field('speed', 'double'));
const v2 = schema(field('tripId', 'string'), field('speed', 'double'), field('note', ['null', 'string'], { default: null }));
const breaking = schema(field('tripId', 'string'), field('speed', 'string'));

describe('schema registry executor on a real registry', () => {
  let world: ExecutorWorld;
  let proxy: CuttingProxy;
  let executor: Executor;
  let registry: RegistryClient;
  const subjects = new Set<string>();

  beforeAll(async () => {
    proxy = await startCuttingProxy(new URL(stackAddresses().schemaRegistry).host);
    world = executorWorld(stackEnvironment({ schemaRegistry: { url: `http://${proxy.address}` } }));
    executor = schemaRegistryExecutor(world.deps);
    registry = registryOf({ ...world.deps, environment: () => stackEnvironment() }, 'test');
  });
  afterAll(async () => {
    for (const subject of subjects) await drop(subject);
    await proxy.close();
  });

  async function drop(subject: string): Promise<void> {
    for (const version of await registry.versions(subject)) await registry.softDelete(subject, version);
    await purge(registry, subject);
  }
  function newSubject(): string {
    const subject = `${uniqueName('trip')}-value`;
    subjects.add(subject);
    return subject;
  }
  const wanted = (subject: string, text: string, configurations: { [name: string]: Json } = {}): Task =>
    task({
      service: 'schema-registry',
      bundle: world.bundle({ 'trip.avsc': text }),
      path: 'trip.avsc',
      configurations: { subject, schemaType: 'AVRO', compatibility: 'FORWARD_TRANSITIVE', ...configurations },
    });
  /** All that the registry holds of a subject. */
  async function snapshot(subject: string): Promise<object> {
    const numbers = await registry.versions(subject);
    const listed = await fetch(`${stackAddresses().schemaRegistry}/subjects?deleted=true`).then(
      (answer) => answer.json() as Promise<string[] | null>,
    );
    return {
      isListed: listed?.includes(subject) ?? false,
      versions: await Promise.all(numbers.map((number) => registry.version(subject, number))),
      all: await registry.versions(subject, 'with deleted'),
      level: await registry.level(subject),
    };
  }
  const nothing = { isListed: false, versions: [], all: [], level: undefined };

  it('only looks at the subject of somebody else: it is judged, and neither registered, guarded nor removed', async () => {
    const subject = newSubject();
    const reads = (text: string): Task => {
      const { compatibility: _, ...configurations } = wanted(subject, text).configurations;
      return { ...wanted(subject, text), configurations: { ...configurations, checkOnly: true } };
    };
    const early = await new StepRun(executor, 'reader', { to: reads(v1) }).preview();
    expect(early).toMatchObject({ changes: [], unknown: [] });
    expect(await snapshot(subject)).toEqual(nothing);

    await new StepRun(executor, 'writer', { to: wanted(subject, v2) }).run();
    const before = await snapshot(subject);
    const step = new StepRun(executor, 'reader', { to: reads(v1) });
    expect(await step.run()).toMatchObject({ changes: [], unknown: [] });
    expect(await step.probe()).toMatchObject({ state: 'to', healthy: true });
    await expect(new StepRun(executor, 'reader', { from: reads(v1), to: reads(breaking) }).preview()).rejects.toMatchObject({
      type: 'SchemaIncompatible',
      message: expect.stringContaining(`${subject}: version 1`),
    });
    expect((await new StepRun(executor, 'reader', { from: reads(v1) }).run()).changes).toEqual([]);
    expect(await snapshot(subject)).toEqual(before);
  });

  it('registers a new subject with its level, and has nothing to do the second time', async () => {
    const subject = newSubject();
    const first = new StepRun(executor, 'p', { to: wanted(subject, v1) });
    expect((await first.preview()).changes.map(({ address, action }) => [address, action])).toEqual([
      [`compatibility level of subject ${subject}`, 'create'],
      [`subject ${subject}`, 'create'],
    ]);
    expect(await first.probe()).toMatchObject({ state: 'from' });
    expect(await first.apply()).toMatchObject({ [subject]: { version: 1 } });
    expect(await first.probe()).toMatchObject({ state: 'to', healthy: true });
    const again = await new StepRun(executor, 'p', { to: wanted(subject, v1) }).preview();
    expect(again.changes).toEqual([]);
    expect(await snapshot(subject)).toMatchObject({ all: [1], level: 'FORWARD_TRANSITIVE' });
  });

  it('previews an unchanged registry with one digest', async () => {
    const change = { to: wanted(newSubject(), v1) };
    const [one, two] = [await new StepRun(executor, 'p', change).preview(), await new StepRun(executor, 'p', change).preview()];
    expect(one).toEqual(two);
  });

  it('tells the id of a schema that is there, although its level changes; of one that has still to be registered nobody knows it', async () => {
    const subject = newSubject();
    await new StepRun(executor, 'p', { to: wanted(subject, v1) }).run();
    const { id } = (await registry.version(subject, 1))!;
    await registry.setLevel(subject, 'NONE');
    const repair = await new StepRun(executor, 'p', { from: wanted(subject, v1), to: wanted(subject, v1) }).preview();
    expect(repair.changes).toHaveLength(1);
    expect(repair.outputs).toEqual({ known: { [subject]: { version: 1, id } }, unknown: [] });
    const upgrade = await new StepRun(executor, 'p', { from: wanted(subject, v1), to: wanted(subject, v2) }).preview();
    expect(upgrade.outputs).toBeUndefined();
  });

  it('says what it cannot know before an earlier step has run, and does not act without it', async () => {
    const run = new StepRun(executor, 'p', { to: wanted('${output:store.topic}-value', v1) });
    expect(await run.preview()).toMatchObject({ changes: [], unknown: ['store.topic is known after an earlier step'] });
    await expect(run.apply()).rejects.toMatchObject({ type: 'InvalidInput' });
  });

  it('refuses an incompatible schema at the preview, in the words of the registry', async () => {
    const subject = newSubject();
    await new StepRun(executor, 'p', { to: wanted(subject, v1) }).run();
    const before = await snapshot(subject);
    const upgrade = new StepRun(executor, 'p', { from: wanted(subject, v1), to: wanted(subject, breaking) });
    await expect(upgrade.preview()).rejects.toMatchObject({
      type: 'SchemaIncompatible',
      message: expect.stringMatching(/speed|TYPE_MISMATCH/i),
    });
    expect(await snapshot(subject)).toEqual(before);
  });

  it('leaves the world as before when a first registration is taken back, at whatever point it stood', async () => {
    const subject = newSubject();
    const run = new StepRun(executor, 'p', { to: wanted(subject, v1) });
    await run.preview();
    expect(await run.revert()).toEqual([]);
    await run.apply();
    expect(await run.revert()).toEqual([]);
    expect(await snapshot(subject)).toEqual(nothing);
    expect(await run.revert()).toEqual([]);
    expect(await run.probe()).toMatchObject({ state: 'from' });
  });

  it('takes an upgrade back: the former version is the only live one, the level is the former', async () => {
    const subject = newSubject();
    await new StepRun(executor, 'p', { to: wanted(subject, v1, { compatibility: 'FORWARD' }) }).run();
    const upgrade = new StepRun(executor, 'p', { from: wanted(subject, v1), to: wanted(subject, v2) });
    await upgrade.preview();
    await upgrade.apply();
    expect(await snapshot(subject)).toMatchObject({ all: [1, 2], level: 'FORWARD_TRANSITIVE' });
    expect(await upgrade.revert()).toEqual([]);
    expect(await registry.versions(subject)).toEqual([1]);
    expect(await registry.level(subject)).toBe('FORWARD');
  });

  it.each([
    ['registration', /^POST .*\/versions/],
    ['level', /^PUT \/config/],
  ])('takes the effect for done when only the answer was lost: %s', async (_, request) => {
    const subject = newSubject();
    const run = new StepRun(executor, 'p', { to: wanted(subject, v1) });
    await run.preview();
    proxy.cut('lose-answer', { request });
    expect(await run.apply()).toMatchObject({ [subject]: { version: 1 } });
    expect(await snapshot(subject)).toMatchObject({ all: [1], level: 'FORWARD_TRANSITIVE' });
  });

  it('tells a registry that is down, and ends the same afterwards', async () => {
    const subject = newSubject();
    const run = new StepRun(executor, 'p', { to: wanted(subject, v1) });
    await run.preview();
    await proxy.down();
    await expect(run.apply()).rejects.toMatchObject({ type: 'SystemUnavailable', message: expect.stringContaining('schema registry') });
    expect(await run.probe()).toMatchObject({ state: 'unreachable' });
    await proxy.up();
    await run.apply('apply', 2);
    expect(await run.probe()).toMatchObject({ state: 'to' });
  });

  it('refuses to act on a registry that somebody changed since the preview', async () => {
    const subject = newSubject();
    const run = new StepRun(executor, 'p', { to: wanted(subject, v2) });
    await run.preview();
    await registry.register(subject, { schema: v1, schemaType: 'AVRO' });
    await expect(run.apply()).rejects.toMatchObject({ type: 'PlanChanged' });
    expect(await registry.versions(subject)).toEqual([1]);
  });

  it('removes all versions that the product registered, and leaves nothing', async () => {
    const subject = newSubject();
    await new StepRun(executor, 'p', { to: wanted(subject, v1) }).run();
    await new StepRun(executor, 'p', { from: wanted(subject, v1), to: wanted(subject, v2) }).run();
    const retire = new StepRun(executor, 'p', { from: wanted(subject, v2) });
    const { changes } = await retire.preview();
    expect(changes.every(({ phase, action }) => phase === 'finalise' && action === 'delete')).toBe(true);
    await retire.apply('apply');
    expect(await registry.versions(subject)).toEqual([1, 2]);
    await retire.apply('finalise');
    expect(await snapshot(subject)).toEqual(nothing);
    expect(await retire.probe('finalise')).toMatchObject({ state: 'to' });
  });

  it('brings removed versions back with their level', async () => {
    const subject = newSubject();
    await new StepRun(executor, 'p', { to: wanted(subject, v1) }).run();
    await new StepRun(executor, 'p', { from: wanted(subject, v1), to: wanted(subject, v2) }).run();
    const retire = new StepRun(executor, 'p', { from: wanted(subject, v2) });
    await retire.run();
    expect(await retire.revert()).toEqual([]);
    expect(await snapshot(subject)).toMatchObject({ versions: [{ schema: v1 }, { schema: v2 }], level: 'FORWARD_TRANSITIVE' });
  });

  /** Deploys the product onto the subject and retires it, each as the engine would. */
  async function deployAndRetire(subject: string): Promise<StepRun> {
    const deploy = new StepRun(executor, 'p', { to: wanted(subject, v2) });
    await deploy.run();
    const retire = new StepRun(executor, 'p', { from: wanted(subject, v2) });
    retire.owned = deploy.ownedAfter();
    await retire.run();
    expect(await retire.probe('finalise')).toMatchObject({ state: 'to' });
    return retire;
  }

  it.each([
    ['its own level', 'BACKWARD'],
    ['an inherited level', undefined],
  ])('gives a subject that was there before back as it was when it retires: versions, and %s', async (_, level) => {
    const subject = newSubject();
    await registry.register(subject, { schema: v1, schemaType: 'AVRO' });
    if (level) await registry.setLevel(subject, level);
    const before = await snapshot(subject);
    const retire = await deployAndRetire(subject);
    expect(await snapshot(subject)).toEqual({ ...before, all: [1, 2] });
    expect(retire.ownedAfter()).toEqual([]);
  });

  it('says at the retirement that the level goes back, and leaves one that somebody else has set since', async () => {
    const subject = newSubject();
    await registry.register(subject, { schema: v1, schemaType: 'AVRO' });
    await registry.setLevel(subject, 'BACKWARD');
    const deploy = new StepRun(executor, 'p', { to: wanted(subject, v2) });
    await deploy.run();
    expect(deploy.ownedAfter()).toMatchObject([
      { address: `compatibility level of subject ${subject}`, made: 'adopted' },
      { address: `subject ${subject} version 2`, made: 'created' },
    ]);
    const retire = new StepRun(executor, 'p', { from: wanted(subject, v2) });
    retire.owned = deploy.ownedAfter();
    expect((await retire.preview()).changes).toContainEqual(
      expect.objectContaining({
        action: 'update',
        letGo: true,
        phase: 'finalise',
        summary: expect.stringContaining('FORWARD_TRANSITIVE → BACKWARD'),
      }),
    );
    await registry.setLevel(subject, 'FULL');
    const later = new StepRun(executor, 'p', { from: wanted(subject, v2) });
    later.owned = deploy.ownedAfter();
    await later.run();
    expect(await registry.level(subject)).toBe('FULL');
  });

  it('keeps a level that was set before there was a version, and what others have soft-deleted', async () => {
    const [levelled, deleted] = [newSubject(), newSubject()];
    await registry.setLevel(levelled, 'FULL');
    await deployAndRetire(levelled);
    expect(await snapshot(levelled)).toMatchObject({ versions: [], level: 'FULL' });

    await registry.register(deleted, { schema: v1, schemaType: 'AVRO' });
    await registry.softDelete(deleted, 1);
    await deployAndRetire(deleted);
    expect(await snapshot(deleted)).toMatchObject({ versions: [], level: undefined });
    expect(await registry.version(deleted, 1, 'with deleted')).toMatchObject({ schema: v1 });
  });

  it('does not take back what somebody else registered before this run came to it', async () => {
    const subject = newSubject();
    const run = new StepRun(executor, 'p', { to: wanted(subject, v1) });
    await run.preview();
    await registry.register(subject, { schema: v1, schemaType: 'AVRO' });
    expect(await run.revert()).toEqual([]);
    expect(await registry.versions(subject)).toEqual([1]);
  });

  it('ends the same when the answer to an undo is lost, and to each effect of a removal', async () => {
    const subject = newSubject();
    const run = new StepRun(executor, 'p', { to: wanted(subject, v1) });
    await run.preview();
    await run.apply();
    proxy.cut('lose-answer', { request: /^DELETE .*\/versions/ });
    await run.revert().catch(() => run.revert());
    expect(await snapshot(subject)).toEqual(nothing);
    const again = new StepRun(executor, 'p', { to: wanted(subject, v1) });
    await again.run();
    const retire = new StepRun(executor, 'p', { from: wanted(subject, v1) });
    await retire.preview();
    proxy.cut('lose-answer', { request: /^DELETE /, times: 3 });
    for (let attempt = 1; (await retire.apply('finalise', attempt).catch(() => undefined)) === undefined; attempt += 1)
      if (attempt > 5) throw new Error('the removal does not come to an end');
    expect(await snapshot(subject)).toEqual(nothing);
  });

  it('owns nothing of the former subject once it has moved to another', async () => {
    const [former, next] = [newSubject(), newSubject()];
    const deploy = new StepRun(executor, 'p', { to: wanted(former, v1) });
    await deploy.run();
    const move = new StepRun(executor, 'p', { from: wanted(former, v1), to: wanted(next, v1) });
    move.owned = deploy.ownedAfter();
    await move.run();
    expect(await snapshot(former)).toEqual(nothing);
    expect(move.ownedAfter().map(({ address }) => address)).toEqual([`compatibility level of subject ${next}`, `subject ${next}`]);
  });

  it('leaves versions of others alone and names them', async () => {
    const subject = newSubject();
    await registry.register(subject, { schema: v1, schemaType: 'AVRO' });
    await new StepRun(executor, 'p', { to: wanted(subject, v2) }).run();
    const retire = new StepRun(executor, 'p', { from: wanted(subject, v2) });
    expect((await retire.preview()).changes).toMatchObject([
      { address: `subject ${subject} version 2`, summary: expect.stringContaining('versions 1 stay') },
    ]);
    await retire.apply('finalise');
    expect(await registry.versions(subject)).toEqual([1]);
  });
});
