import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createClient } from '../../../../activities/executors/ksqldb/client.js';
import type { KsqlDbClient } from '../../../../activities/executors/ksqldb/client.js';
import { readWorld } from '../../../../activities/executors/ksqldb/world.js';
import { Failure } from '../../../../lifecycle/failures.js';
import { eventually } from '../../../support/eventually.js';
import type { Fault } from '../../../support/ksqldb/stand-in.js';
import { KsqlDbStandIn } from '../../../support/ksqldb/stand-in.js';
import { KsqlDbProduct, tripScript } from '../../../support/ksqldb/step.js';

/** Statements of the script, once each. */
const STATEMENTS = 5;

describe('the ksqldb executor when things go wrong, on the STAND-IN for ksqlDB', () => {
  let server: KsqlDbStandIn;
  let product: KsqlDbProduct;
  beforeEach(async () => {
    server = await new KsqlDbStandIn().start();
    product = new KsqlDbProduct(server.url);
  });
  afterEach(() => server.kill());

  const everything = () => [...server.state.sources.keys(), ...server.state.queries.keys()];

  it.each<[string, Fault]>([
    ['another writer is faster', { kind: 'fenced' }],
    ['the answer is lost after the statement ran', { kind: 'no answer', ran: true }],
    ['the connection breaks before the statement ran', { kind: 'no answer', ran: false }],
    ['a proxy answers with a page of its own after the statement ran', { kind: 'page', ran: true }],
    ['a proxy answers with a page of its own and lets nothing through', { kind: 'page', ran: false }],
    ['the server is killed after the statement ran', { kind: 'killed', ran: true, downMs: 50 }],
    ['the server is killed before the statement ran', { kind: 'killed', ran: false, downMs: 50 }],
    ['the statement takes longer than the answer', { kind: 'slow', ms: 200 }],
  ])('runs every statement once when %s', async (_, fault) => {
    for (let at = 0; at < STATEMENTS; at += 1) {
      const id = `N${at}`;
      const step = product.step({ to: product.version(tripScript(id)) });
      await step.preview();
      server.ran.length = 0;
      server.faults.push(...Array<Fault>(at).fill({ kind: 'none' }), fault);
      await step.apply();
      expect(server.ran).toHaveLength(STATEMENTS);
      expect([...server.state.queries.keys()].filter((query) => query.includes(id))).toHaveLength(3);
      expect(await step.probe()).toMatchObject({ state: 'to', healthy: true });
    }
  });

  it.each<[string, Fault]>([
    ['the answer is lost after the statement ran', { kind: 'no answer', ran: true }],
    ['the connection breaks before the statement ran', { kind: 'no answer', ran: false }],
    ['the server is killed after the statement ran', { kind: 'killed', ran: true, downMs: 50 }],
  ])('undoes and removes every statement once when %s', async (_, fault) => {
    for (let at = 0; at < STATEMENTS; at += 1) {
      const task = product.version(tripScript(`N${at}`));
      const deploy = product.step({ to: task });
      await deploy.preview();
      await deploy.apply();
      server.ran.length = 0;
      server.faults.push(...Array<Fault>(at).fill({ kind: 'none' }), fault);
      await deploy.revert();
      server.faults.length = 0;
      expect(everything()).toEqual([]);
      expect(new Set(server.ran).size).toBe(server.ran.length);

      await product.step({ to: task }).run();
      const retire = product.step({ from: task });
      await retire.preview();
      server.ran.length = 0;
      server.faults.push(...Array<Fault>(at).fill({ kind: 'none' }), fault);
      await retire.apply();
      server.faults.length = 0;
      expect(everything()).toEqual([]);
      expect(new Set(server.ran).size).toBe(server.ran.length);
    }
  });

  it('runs two hundred statements once each, and takes them back', async () => {
    const count = 200;
    const source = "CREATE STREAM s0 (k VARCHAR KEY) WITH (KAFKA_TOPIC='s0', VALUE_FORMAT='JSON', PARTITIONS=1);";
    const derived = (at: number): string => `CREATE STREAM s${at} WITH (KAFKA_TOPIC='s${at}') AS SELECT k FROM s${at - 1} EMIT CHANGES;`;
    const script = [source, ...Array.from({ length: count - 1 }, (_, at) => derived(at + 1))].join('\n');
    const step = product.step({ to: product.version(script) });
    expect((await step.preview()).changes).toHaveLength(count);
    await step.apply();
    expect(server.ran).toHaveLength(count);
    expect(await step.probe()).toMatchObject({ state: 'to', healthy: true });
    await step.revert();
    expect(everything()).toEqual([]);
    expect(server.ran).toHaveLength(2 * count);
  });

  it('is refused, with the statement named, where a topic has other partitions, whatever the name of the topic', async () => {
    server.state.topics.set('payment-timeouts', 3);
    const step = product.step({ to: product.version(tripScript('A').replace('trip-status-A', 'payment-timeouts')) });
    await expect(step.preview()).rejects.toMatchObject({
      type: 'StatementRefused',
      message: expect.stringMatching(/statement 5 .*TRIP_STATUS_A.*different partition/s),
    });
    // Somebody makes it so between the plan and the statement.
    server.state.topics.delete('payment-timeouts');
    await step.preview();
    server.state.topics.set('payment-timeouts', 3);
    await expect(step.apply()).rejects.toMatchObject({ type: 'StatementRefused' });
    await step.revert();
    expect(everything()).toEqual([]);
  });

  it('takes back what ran before a 409 of the registry, and names the topic that is left over', async () => {
    server.state.subjects.set('trip-status-A-value', { compatible: false });
    const script = tripScript('A').replaceAll('JSON', 'AVRO');
    const step = product.step({ to: product.version(script) });
    await step.preview();
    await expect(step.apply()).rejects.toMatchObject({ type: 'StatementRefused', message: expect.stringMatching(/statement 5 .*409/s) });
    expect(server.ran).toHaveLength(4);
    expect((await step.probe()).state).toBe('between');
    expect(await step.revert()).toEqual(expect.arrayContaining([expect.objectContaining({ address: 'topic trip-status-A' })]));
    expect(everything()).toEqual([]);
  });

  it('waits for a registry that is away, before anything ran and in the middle', async () => {
    const step = product.step({ to: product.version(tripScript('A').replaceAll('JSON', 'AVRO')) });
    server.state.registryAway = true;
    await expect(step.preview()).rejects.toMatchObject({
      type: 'SystemUnavailable',
      message: expect.stringContaining('Could not connect'),
    });
    server.state.registryAway = false;
    await step.preview();
    step.fenced = async () => void (server.ran.length === 1 && (server.state.registryAway = true));
    const applying = step.apply();
    const isAsked = async () => server.asked.filter((sql) => sql.startsWith('CREATE STREAM trip_position_A')).length > 1;
    await eventually(isAsked, 'a sink is tried again');
    step.fenced = async () => undefined;
    server.state.registryAway = false;
    await applying;
    expect(server.ran).toHaveLength(STATEMENTS);
    expect(await step.probe()).toMatchObject({ state: 'to', healthy: true });
  });

  it('goes on where a dead worker stopped, and the same key has the same result', async () => {
    let asked = 0;
    const died = new Failure('Superseded', 'the worker died here');
    const dies = async (): Promise<void> => {
      if ((asked += 1) > 4) throw died;
    };
    const step = product.step({ to: product.version(tripScript('A')) }, { fence: dies });
    await step.preview();
    await expect(step.apply()).rejects.toBe(died);
    expect((await step.probe()).state).toBe('between');
    asked = Number.NEGATIVE_INFINITY;
    const outputs = await step.apply('apply', 2);
    expect(server.ran).toHaveLength(STATEMENTS);
    expect(await step.apply('apply', 3)).toEqual(outputs);
    expect(server.ran).toHaveLength(STATEMENTS);
  });

  it('stops when somebody else was faster, and leaves what is theirs alone', async () => {
    const step = product.step({ to: product.version(tripScript('A')) });
    await step.preview();
    const theirs = new KsqlDbProduct(server.url);
    await theirs.step({ to: theirs.version(tripScript('A')) }).run();
    const before = everything();
    await expect(step.apply()).rejects.toMatchObject({ type: 'PlanChanged' });
    expect(await step.revert()).toEqual([]);
    expect(everything()).toEqual(before);
  });

  it.each(['theirs', 'trip-all-A'])(
    'takes back only what it began itself, when somebody else takes a name half-way (topic %s)',
    async (topic) => {
      const theirs = `CREATE STREAM trip_all_A (x INT) WITH (KAFKA_TOPIC='${topic}', VALUE_FORMAT='JSON', PARTITIONS=1);`;
      let interfered = false;
      const interfere = async (): Promise<void> => {
        if (interfered || server.ran.length < 2) return;
        interfered = true;
        server.state.run(theirs, {}, true);
      };
      const step = product.step({ to: product.version(tripScript('A')) }, { fence: interfere });
      await step.preview();
      await expect(step.apply()).rejects.toMatchObject({ type: 'StatementRefused', message: expect.stringContaining('already exists') });
      expect((await step.probe()).state).toBe(topic === 'theirs' ? 'foreign' : 'between');
      await step.revert();
      expect(everything()).toEqual(['TRIP_ALL_A']);
    },
  );

  it('waits for a replacement that is still EXECUTING, and for the command runner that it blocks', async () => {
    const from = product.version(tripScript('A'));
    await product.step({ to: from }).run();
    const changed = tripScript('A', { filter: 'WHERE `longitude` > 1' }).replace(
      'FROM trip_events_A GROUP',
      'FROM trip_events_A WHERE `status` IS NOT NULL GROUP',
    );
    const upgrade = product.step({ from, to: product.version(changed) });
    await upgrade.preview();
    server.faults.push({ kind: 'slow', ms: 400 }, { kind: 'slow', ms: 400 });
    await upgrade.apply();
    for (const name of ['TRIP_POSITION_A', 'TRIP_STATUS_A']) expect(server.state.sources.get(name)!.statement).toContain('WHERE');
    expect(server.ran.filter((sql) => sql.startsWith('CREATE OR REPLACE'))).toHaveLength(2);
  });

  it('is not fooled by a failing query that looks RUNNING', async () => {
    const step = product.step({ to: product.version(tripScript('A')) });
    await step.run();
    const id = [...server.state.queries.keys()][0]!;
    server.failQuery(
      id,
      'org.apache.kafka.common.errors.SerializationException: Error\n\tat x\nCaused by: Schema being registered is incompatible; error code: 409',
    );
    const probe = await step.probe();
    expect(probe).toMatchObject({ state: 'to', healthy: false });
    expect(probe.evidence.join('\n')).toMatch(new RegExp(`query ${id}: RUNNING[\\s\\S]*${id} fails .*409`));
  });

  it('reads the world again when a stream goes in the middle', async () => {
    const step = product.step({ to: product.version(tripScript('A')) });
    await step.run();
    const client = createClient({ url: server.url });
    const read: KsqlDbClient['read'] = async (sql, ...rest) => {
      if (sql.startsWith('DESCRIBE')) server.state.sources.delete('TRIP_ALL_A');
      return client.read(sql, ...rest);
    };
    const { sources } = await readWorld({ ...client, read }, ['TRIP_ALL_A', 'TRIP_EVENTS_A'], { signal: new AbortController().signal });
    expect(Object.keys(sources)).toEqual(['TRIP_EVENTS_A']);
  });

  it('forgives errors of a kept query from before', async () => {
    const task = product.version(tripScript('A'));
    await product.step({ to: task }).run();
    server.failQuery([...server.state.queries.keys()][0]!, 'old', 1_000);
    const again = product.step({ from: task, to: task });
    await again.run();
    expect(await again.probe()).toMatchObject({ healthy: true });
  });

  it('queues products of one cluster instead of having them fence each other off', async () => {
    const steps = ['A', 'B', 'C'].map((id) => product.step({ to: product.version(tripScript(id)) }));
    for (const step of steps) await step.preview();
    await Promise.all(steps.map((step) => step.apply()));
    expect(server.ran.map((sql) => /_([ABC])\b/.exec(sql)![1]).join('')).toMatch(/^(A{5}|B{5}|C{5}){3}$/);
  });

  it('is cancelled after a statement, not in the middle of one: what was accepted is taken back', async () => {
    const cancel = new AbortController();
    const step = product.step({ to: product.version(tripScript('A')) }, { signal: cancel.signal });
    await step.preview();
    server.faults.push({ kind: 'none' }, { kind: 'slow', ms: 1_500 });
    const applying = step.apply();
    const isUnderWay = async () => [...server.state.statuses.values()].some(({ status }) => status === 'EXECUTING');
    await Promise.all([
      expect(applying).rejects.toThrow('cancelled'),
      eventually(isUnderWay, 'a statement is under way').then(() => cancel.abort(new Error('cancelled'))),
    ]);
    await step.revert();
    // Nothing of it runs later, when nobody looks any more.
    await eventually(async () => server.ran.some((sql) => sql.includes('trip_position_A WITH')), 'the slow statement has run');
    expect(everything()).toEqual([]);
  });

  it('stops between statements when cancelled', async () => {
    const cancel = new AbortController();
    const reason = new Error('cancelled');
    const step = product.step(
      { to: product.version(tripScript('A')) },
      { signal: cancel.signal, fence: async () => (server.ran.length === 2 ? cancel.abort(reason) : undefined) },
    );
    await step.preview();
    await expect(step.apply()).rejects.toBe(reason);
    expect(server.ran.length).toBeLessThanOrEqual(3);
  });

  describe('somebody else makes a stream under the name of ours', () => {
    const takeOver = (): void =>
      void server.state.run(
        "CREATE STREAM trip_status_A (x INT) WITH (KAFKA_TOPIC='theirs', VALUE_FORMAT='JSON', PARTITIONS=1);",
        {},
        true,
      );

    it('before the removal: it is not dropped', async () => {
      const task = product.version(tripScript('A'));
      await product.step({ to: task }).run();
      server.state.run('DROP TABLE trip_status_A;', {}, true);
      takeOver();
      const retire = product.step({ from: task });
      expect((await retire.run()).changes.map(({ address }) => address)).not.toContain('TABLE TRIP_STATUS_A');
      expect(everything()).toEqual(['TRIP_STATUS_A']);
      expect(await retire.probe()).toMatchObject({ state: 'to' });
    });

    it('after ours was dropped and before the removal went on: the next attempt leaves it', async () => {
      const task = product.version(tripScript('A'));
      await product.step({ to: task }).run();
      const died = new Failure('Superseded', 'the worker died here');
      let dies = true;
      const fence = async (): Promise<void> => {
        if (!dies || server.state.sources.has('TRIP_STATUS_A')) return;
        takeOver();
        throw died;
      };
      const retire = product.step({ from: task }, { fence });
      await retire.preview();
      await expect(retire.apply()).rejects.toBe(died);
      dies = false;
      await retire.apply('apply', 2);
      expect(everything()).toEqual(['TRIP_STATUS_A']);
    });
  });

  it('refuses to remove what others read, before anything is removed', async () => {
    const task = product.version(tripScript('A'));
    await product.step({ to: task }).run();
    const reader = new KsqlDbProduct(server.url);
    await reader.step({ to: reader.version("CREATE STREAM reader WITH (KAFKA_TOPIC='reader') AS SELECT * FROM trip_position_A;") }).run();
    const before = everything();
    await expect(product.step({ from: task }).preview()).rejects.toMatchObject({
      type: 'StatementRefused',
      message: expect.stringContaining('READER'),
    });
    expect(everything()).toEqual(before);
  });

  it('says that a server is away, and that access is denied', async () => {
    const step = product.step({ to: product.version(tripScript('A')) });
    await step.preview();
    server.credentials = { username: 'steward', password: 'right' };
    await expect(step.preview()).rejects.toMatchObject({ type: 'AccessDenied' });
    await server.kill();
    await expect(step.preview()).rejects.toMatchObject({ type: 'SystemUnavailable' });
    expect(await step.probe()).toMatchObject({ state: 'unreachable', healthy: false });
    await server.start();
  });

  it('signs in with the password behind a reference', async () => {
    server.credentials = { username: 'steward', password: 'right' };
    const signedIn = new KsqlDbProduct(server.url, { ksqldb: { url: server.url, username: 'steward', password: 'env:KSQLDB_PASSWORD' } });
    signedIn.world.deps.secret = (ref) => (ref === 'env:KSQLDB_PASSWORD' ? 'right' : 'wrong');
    expect((await signedIn.step({ to: signedIn.version(tripScript('A')) }).preview()).changes).toHaveLength(STATEMENTS);
  });
});
