import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Task } from '../../../../lifecycle/task.js';
import type { Fault } from '../../../support/ksqldb/stand-in.js';
import { KsqlDbStandIn } from '../../../support/ksqldb/stand-in.js';
import { KsqlDbProduct, tripScript } from '../../../support/ksqldb/step.js';
import type { StepRun } from '../../../support/executor-world.js';

const otherAggregate = (script: string): string => script.replace('LATEST_BY_OFFSET(', 'EARLIEST_BY_OFFSET(');
const otherInsert = (script: string): string =>
  script.replace('EMIT CHANGES;\nCREATE TABLE', "WHERE trip_id <> '9' EMIT CHANGES;\nCREATE TABLE");
/** Three levels on top of each other, and an INSERT INTO with an id of the author's. */
const levels = (column: string, id = ''): string => `
CREATE STREAM events${id} (trip_id VARCHAR KEY, a VARCHAR, b VARCHAR) WITH (KAFKA_TOPIC='events${id}', VALUE_FORMAT='JSON', PARTITIONS=1);
CREATE STREAM bare${id} WITH (KAFKA_TOPIC='bare${id}') AS SELECT trip_id, ${column} FROM events${id} EMIT CHANGES;
CREATE TABLE counts${id} WITH (KAFKA_TOPIC='counts${id}') AS SELECT trip_id, COUNT(*) AS n FROM bare${id} GROUP BY trip_id EMIT CHANGES;
CREATE STREAM copy${id} (trip_id VARCHAR KEY) WITH (KAFKA_TOPIC='copy${id}', VALUE_FORMAT='JSON', PARTITIONS=1);
INSERT INTO copy${id} WITH (QUERY_ID='COPIES${id}') SELECT trip_id FROM bare${id} EMIT CHANGES;
`;

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

  it('says that rows come a second time where the query begins with its first record', async () => {
    const earliest = (script: string): string => `SET 'auto.offset.reset'='earliest';\n${script}`;
    const from = await deployed(earliest(tripScript('A')));
    const { changes } = await upgrade(from, earliest(otherAggregate(tripScript('A')))).preview();
    expect(changes).toMatchObject([{ dataLoss: true, summary: expect.stringContaining('come a second time') }]);
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

  it('lets the other writers of a stream run on when one of them changes', async () => {
    const script = (filter: string): string => `
CREATE STREAM a (k VARCHAR KEY) WITH (KAFKA_TOPIC='a', VALUE_FORMAT='JSON', PARTITIONS=1);
CREATE STREAM b (k VARCHAR KEY) WITH (KAFKA_TOPIC='b', VALUE_FORMAT='JSON', PARTITIONS=1);
CREATE STREAM all_of_them (k VARCHAR KEY) WITH (KAFKA_TOPIC='all', VALUE_FORMAT='JSON', PARTITIONS=1);
INSERT INTO all_of_them WITH (QUERY_ID='OF_A') SELECT k FROM a ${filter} EMIT CHANGES;
INSERT INTO all_of_them WITH (QUERY_ID='OF_B') SELECT k FROM b EMIT CHANGES;`;
    const from = await deployed(script(''));
    const step = upgrade(from, script("WHERE k <> 'x'"));
    expect((await step.preview()).changes.map(({ address, action }) => `${action} ${address}`)).toEqual(['replace query OF_A']);
    server.ran.length = 0;
    await step.apply();
    expect(server.ran).toHaveLength(2);
    expect(await step.probe()).toMatchObject({ state: 'to', healthy: true });
  });

  it('never has two writers when an INSERT INTO becomes AS SELECT, or back', async () => {
    const source = "CREATE STREAM a (k VARCHAR KEY) WITH (KAFKA_TOPIC='a', VALUE_FORMAT='JSON', PARTITIONS=1);";
    const inserted = `${source}
CREATE STREAM sink (k VARCHAR KEY) WITH (KAFKA_TOPIC='sink', VALUE_FORMAT='JSON', PARTITIONS=1);
INSERT INTO sink WITH (QUERY_ID='WRITER') SELECT k FROM a EMIT CHANGES;`;
    const selected = `${source}\nCREATE STREAM sink WITH (KAFKA_TOPIC='sink') AS SELECT k FROM a EMIT CHANGES;`;
    for (const [before, after] of [
      [inserted, selected],
      [selected, inserted],
    ] as const) {
      const from = await deployed(before);
      const was = world();
      const step = upgrade(from, after);
      const { changes } = await step.preview();
      expect(changes.find(({ address }) => address === 'STREAM SINK')).toMatchObject({ action: 'replace', dataLoss: true, phase: 'apply' });
      const writers: number[] = [];
      step.fenced = async () => void writers.push(queries().length);
      await step.apply();
      await step.apply('finalise');
      expect(Math.max(...writers, queries().length)).toBe(1);
      expect(await step.probe('finalise')).toMatchObject({ state: 'to', healthy: true });
      expect(await step.revert()).toEqual([]);
      expect(world()).toEqual(was);
      await product.step({ from }).run();
    }
  });

  it('ends nothing before an ASSERT that guards it has held', async () => {
    const from = await deployed(tripScript('A'));
    const before = [world(), queries()];
    const step = upgrade(from, `ASSERT TOPIC 'not-there';\n${otherAggregate(tripScript('A'))}`);
    await step.preview();
    await expect(step.apply()).rejects.toMatchObject({ type: 'StatementRefused' });
    expect([world(), queries()]).toEqual(before);
    expect(await step.revert()).toEqual([]);
    expect([world(), queries()]).toEqual(before);
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

  it('refuses to let a stream slip to a topic of its own name', async () => {
    const from = await deployed(levels('a'));
    await expect(upgrade(from, levels('a').replace(" WITH (KAFKA_TOPIC='bare')", '')).preview()).rejects.toMatchObject({
      type: 'StatementRefused',
      message: expect.stringContaining('raise the major version'),
    });
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

  it('ends no query of another product for it', async () => {
    const from = await deployed(levels('a'));
    const theirs = new KsqlDbProduct(server.url);
    await theirs
      .step({ to: theirs.version("CREATE STREAM theirs WITH (KAFKA_TOPIC='theirs') AS SELECT trip_id FROM bare EMIT CHANGES;") })
      .run();
    const before = [world(), queries()];
    await expect(upgrade(from, levels('b')).preview()).rejects.toMatchObject({
      type: 'StatementRefused',
      message: expect.stringMatching(/STREAM BARE must be dropped .* of THEIRS, which is not of this product/),
    });
    expect([world(), queries()]).toEqual(before);
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
