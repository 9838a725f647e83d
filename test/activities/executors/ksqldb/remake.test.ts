import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Task } from '../../../../lifecycle/task.js';
import type { Fault } from '../../../support/ksqldb/stand-in.js';
import { KsqlDbStandIn } from '../../../support/ksqldb/stand-in.js';
import { KsqlDbProduct, levels, otherAggregate, tripScript } from '../../../support/ksqldb/step.js';
import type { StepRun } from '../../../support/executor-world.js';

const otherInsert = (script: string): string =>
  script.replace('EMIT CHANGES;\nCREATE TABLE', "WHERE trip_id <> '9' EMIT CHANGES;\nCREATE TABLE");
/** Lets a step's worker die right before the effect, or the look before it, that comes after so many. */
const dies = async (step: StepRun, after: number, verb: () => Promise<unknown>): Promise<void> => {
  let effects = 0;
  step.fenced = async () => {
    effects += 1;
    if (effects > after) throw new Error('the worker died');
  };
  await expect(verb()).rejects.toThrow('the worker died');
  step.fenced = async () => undefined;
};

/** Proves that what ksqlDB does not replace in place is dropped and made again: announced as a loss, once each, and with a way back. */
describe('what ksqlDB cannot replace in place, on the STAND-IN for ksqlDB', () => {
  let server: KsqlDbStandIn;
  let product: KsqlDbProduct;
  beforeEach(async () => {
    server = await new KsqlDbStandIn().start();
    product = new KsqlDbProduct(server.url);
  });
  afterEach(() => server.kill());

  const queries = (): string[] => [...server.state.queries.keys()].sort();
  const statements = (): string[] => [
    ...[...server.state.sources.values()].map(({ name, statement }) => `${name}: ${statement}`),
    ...[...server.state.queries.values()].map(({ sink, sql }) => `query of ${sink}: ${sql}`),
  ];
  /** What is there, whatever number the server gave a query. */
  const world = (): string[] => statements().sort();
  const deployed = async (script: string): Promise<Task> => {
    const task = product.version(script);
    await product.step({ to: task }).run();
    return task;
  };
  const upgrade = (from: Task, script: string): StepRun => product.step({ from, to: product.version(script) });

  /** An upgrade of all three levels, ready to run, and the world before it. */
  const previewed = async (id: string): Promise<{ step: StepRun; before: string[] }> => {
    const from = await deployed(levels('a', id));
    const before = world();
    const step = upgrade(from, levels('b', id));
    await step.preview();
    return { step, before };
  };

  it('makes again what has lost its query, when the same version is deployed', async () => {
    const from = await deployed(tripScript('A'));
    const ended = [...server.state.queries.values()].find(({ sink, insert }) => !insert && sink === 'TRIP_STATUS_A')!;
    server.state.queries.delete(ended.id);
    const step = product.step({ from, to: from });
    const { changes } = await step.preview();
    expect(changes).toMatchObject([{ address: 'TABLE TRIP_STATUS_A', action: 'replace', dataLoss: true }]);
    expect(changes[0]!.summary).toContain('somebody has ended its query');
    expect((await step.probe()).healthy).toBe(false);
    await step.apply();
    expect([...server.state.queries.values()].filter(({ sink }) => sink === 'TRIP_STATUS_A')).toHaveLength(1);
    expect(await step.probe()).toMatchObject({ state: 'to', healthy: true });
    expect((await product.step({ from, to: from }).preview()).changes).toEqual([]);
  });

  it('drops and makes again a table with another aggregate, in the words of the server, and takes it back', async () => {
    const from = await deployed(tripScript('A'));
    const before = [world(), queries()];
    const step = upgrade(from, otherAggregate(tripScript('A')));
    const { changes, unknown } = await step.preview();
    expect(unknown).toEqual([]);
    expect(changes).toMatchObject([
      { address: 'TABLE TRIP_STATUS_A', action: 'replace', phase: 'apply', dataLoss: true, undo: 'equivalent' },
    ]);
    expect(changes[0]!.summary).toMatch(/not upgradeable.*reads on from the newest record/);
    expect([world(), queries()]).toEqual(before);
    expect(await step.probe()).toMatchObject({ state: 'from' });

    server.ran.length = 0;
    await step.apply();
    expect(server.ran).toHaveLength(2);
    expect(await step.probe()).toMatchObject({ state: 'to', healthy: true });
    expect(server.state.sources.get('TRIP_STATUS_A')!.statement).toContain('EARLIEST_BY_OFFSET');
    // All others are as they were, their queries go on.
    const others = (ids: string[]): string[] => ids.filter((id) => !id.includes('TRIP_STATUS'));
    expect(others(queries())).toEqual(others(before[1]!));

    expect(await step.revert()).toEqual([]);
    expect(world()).toEqual(before[0]);
    expect(server.state.topics.has('trip-status-A')).toBe(true);
  });

  it('ends an INSERT INTO for its new form, each under its own id', async () => {
    const from = await deployed(tripScript('A'));
    const before = [world(), queries()];
    const step = upgrade(from, otherInsert(tripScript('A')));
    const { changes } = await step.preview();
    expect(changes.map(({ action, phase, dataLoss }) => `${action} ${phase} ${dataLoss}`)).toEqual([
      'delete apply true',
      'create apply false',
    ]);
    expect(await step.probe()).toMatchObject({ state: 'from' });
    await step.apply();
    expect(queries()).toHaveLength(before[1]!.length);
    expect(await step.probe()).toMatchObject({ state: 'to', healthy: true });
    expect(await step.revert()).toEqual([]);
    expect([world(), queries()]).toEqual(before);
    expect(await step.probe()).toMatchObject({ state: 'from' });
  });

  it('makes again what hangs on it too, in order, and nothing else', async () => {
    const from = await deployed(levels('a'));
    const before = world();
    const step = upgrade(from, levels('b'));
    const { changes } = await step.preview();
    expect(changes.map(({ address, action }) => `${action} ${address}`)).toEqual([
      'replace STREAM BARE',
      'replace TABLE COUNTS',
      'replace query COPIES',
    ]);
    expect(await step.probe()).toMatchObject({ state: 'from' });
    server.ran.length = 0;
    await step.apply();
    expect(
      server.ran.map((sql) =>
        sql
          .split(/[\s;(]+/)
          .slice(0, 3)
          .join(' '),
      ),
    ).toEqual([
      'TERMINATE COPIES ',
      'DROP TABLE `COUNTS`',
      'DROP STREAM `BARE`',
      'CREATE STREAM bare',
      'CREATE TABLE counts',
      'INSERT INTO copy',
    ]);
    expect(await step.probe()).toMatchObject({ state: 'to', healthy: true });
    expect(await step.revert()).toEqual([]);
    expect(world()).toEqual(before);
    expect(await step.probe()).toMatchObject({ state: 'from' });
  });

  it('asks an ASSERT again whose answer is lost: what it guards comes only when it has held', async () => {
    const from = await deployed(tripScript('A'));
    const before = [world(), queries()];
    const step = upgrade(from, `ASSERT TOPIC 'awaited';\n${otherAggregate(tripScript('A'))}`);
    await step.preview();
    server.silentAsserts = 1;
    await expect(step.apply()).rejects.toMatchObject({ type: 'StatementRefused' });
    expect([world(), queries()]).toEqual(before);
    server.state.topics.set('awaited', 1);
    server.silentAsserts = 1;
    await step.apply('apply', 2);
    expect(await step.probe()).toMatchObject({ state: 'to', healthy: true });
  });

  it('restores once, however often it is asked, also when a worker died between its note and the effect', async () => {
    for (let at = 0; at < 6; at += 1) {
      const { step, before } = await previewed(`_${at}`);
      await dies(step, at * 2 + 1, () => step.apply());
      expect(await step.revert()).toEqual([]);
      expect(world()).toEqual(before);
      server.ran.length = 0;
      expect(await step.revert()).toEqual([]);
      expect(server.ran).toEqual([]);
      expect(world()).toEqual(before);
    }
  });

  it('does not mind somebody who watches what is made again', async () => {
    const from = await deployed(levels('a'));
    server.state.watched.push('BARE');
    const step = upgrade(from, levels('b'));
    await step.run();
    expect(await step.probe()).toMatchObject({ state: 'to', healthy: true });
  });

  it.each<[string, Fault]>([
    ['the answer is lost after the statement ran', { kind: 'no answer', ran: true }],
    ['the connection breaks before the statement ran', { kind: 'no answer', ran: false }],
    ['the server is killed after the statement ran', { kind: 'killed', ran: true, downMs: 50 }],
  ])('runs every statement once, there and back, when %s', async (_, fault) => {
    for (let at = 0; at < 6; at += 1) {
      const { step, before } = await previewed(`_${at}`);
      const attempt = async (run: () => Promise<unknown>): Promise<void> => {
        server.ran.length = 0;
        server.faults.push(...Array<Fault>(at).fill({ kind: 'none' }), fault);
        await run();
        server.faults.length = 0;
        expect(server.ran).toHaveLength(6);
      };
      await attempt(() => step.apply());
      expect(await step.probe()).toMatchObject({ state: 'to', healthy: true });
      await attempt(() => step.revert());
      expect(world()).toEqual(before);
    }
  });

  it('goes on where a worker died, and comes back from there', async () => {
    for (let at = 1; at < 6; at += 1) {
      const { step, before } = await previewed(`_${at}`);
      await dies(step, at * 2, () => step.apply());
      expect((await step.probe()).state).toBe('between');
      await step.apply('apply', 2);
      expect(await step.probe()).toMatchObject({ state: 'to', healthy: true });
      await dies(step, at, () => step.revert());
      expect(await step.revert()).toEqual([]);
      expect(world()).toEqual(before);
    }
  });
});
