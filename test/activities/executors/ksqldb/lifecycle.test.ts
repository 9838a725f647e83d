import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from '../../../../activities/executors/ksqldb/client.js';
import { readWorld } from '../../../../activities/executors/ksqldb/world.js';
import type { World } from '../../../../activities/executors/ksqldb/world.js';
import { KsqlDbStandIn } from '../../../support/ksqldb/stand-in.js';
import { freshId, KsqlDbProduct, tripScript } from '../../../support/ksqldb/step.js';

/** A real server when there is one; else the stand-in, which is proved against recordings in stand-in.test.ts. */
const real = process.env.KSQLDB_URL;

describe(`the life of a script on ${real ? 'a real ksqlDB' : 'the STAND-IN for ksqlDB (set KSQLDB_URL for a real one)'}`, () => {
  const standIn = new KsqlDbStandIn();
  let url: string;
  beforeAll(async () => {
    url = real ?? (await standIn.start()).url;
  });
  afterAll(() => standIn.kill());

  const fresh = (): { id: string; names: string[]; product: KsqlDbProduct; look: () => Promise<World> } => {
    const id = freshId();
    const names = ['EVENTS', 'POSITION', 'ALL', 'STATUS'].map((part) => `TRIP_${part}_${id}`);
    const look = () => readWorld(createClient({ url }), names, { signal: new AbortController().signal });
    return { id, names, product: new KsqlDbProduct(url), look };
  };
  const ours = (world: World, names: string[]) =>
    Object.entries(world.queries).filter(([, { sinks }]) => sinks.some((sink) => names.includes(sink)));

  it('deploys, deploys again without a change, and removes everything but the topics', async () => {
    const { id, names, product, look } = fresh();
    const to = product.version(tripScript(id), { streamsProperties: { 'auto.offset.reset': 'earliest' } });
    const deploy = product.step({ to });
    const preview = await deploy.preview();
    expect(preview.changes.map(({ action, phase }) => `${action} ${phase}`)).toEqual(Array(5).fill('create apply'));
    expect(preview.unknown).toEqual([]);
    expect(preview.changes.filter(({ summary }) => summary?.includes('from the first record'))).toHaveLength(3);
    expect(await look()).toMatchObject({ sources: {} });
    expect((await deploy.probe()).state).toBe('from');

    await deploy.apply();
    const world = await look();
    expect(Object.keys(world.sources).sort()).toEqual([...names].sort());
    expect(ours(world, names)).toHaveLength(3);
    expect(await deploy.probe()).toMatchObject({ state: 'to', healthy: true });

    const again = product.step({ from: to, to });
    expect((await again.run()).changes).toEqual([]);
    expect(await look()).toEqual(world);

    const retire = product.step({ from: to });
    const gone = await retire.run();
    expect(gone.changes.every(({ action, phase }) => action === 'delete' && phase === 'apply')).toBe(true);
    expect(await retire.probe()).toMatchObject({ state: 'to' });
    expect(await look()).toMatchObject({ sources: {} });
    expect(ours(await look(), names)).toEqual([]);
  });

  it('gives equal digests for an unchanged world and comes back to it by revert', async () => {
    const { id, names, product, look } = fresh();
    const step = product.step({ to: product.version(tripScript(id)) });
    const [first, second] = [await step.preview(), await step.preview()];
    expect(first.digest).toBe(second.digest);
    expect(first.changes.filter(({ summary }) => summary?.includes('where the server is set to'))).toHaveLength(3);
    await step.apply();
    const remains = await step.revert();
    expect(await look()).toMatchObject({ sources: {} });
    expect(ours(await look(), names)).toEqual([]);
    // ksqlDB made the sinks' topics: they are named, never deleted.
    expect(remains.map(({ address }) => address)).toContain(`topic trip-status-${id}`);
    expect((await step.probe()).state).toBe('from');
    await step.revert();
  });

  it('upgrades in place what ksqlDB can replace, and touches nothing else', async () => {
    const { id, names, product, look } = fresh();
    const from = product.version(tripScript(id));
    await product.step({ to: from }).run();
    const before = await look();
    const to = product.version(tripScript(id, { filter: 'WHERE `longitude` IS NOT NULL', columns: ', `latitude`' }));
    const upgrade = product.step({ from, to });
    const preview = await upgrade.run();
    expect(preview.changes).toMatchObject([{ address: `STREAM TRIP_POSITION_${id}`, action: 'update', phase: 'apply', undo: 'none' }]);
    const after = await look();
    expect(Object.keys(after.queries).sort()).toEqual(Object.keys(before.queries).sort());
    expect(after.sources[`TRIP_POSITION_${id}`]!.statement).not.toBe(before.sources[`TRIP_POSITION_${id}`]!.statement);
    for (const other of names.filter((name) => !name.includes('POSITION'))) expect(after.sources[other]).toEqual(before.sources[other]);
    // The column cannot be taken back: it is said beforehand, and again afterwards.
    expect(await upgrade.revert()).toMatchObject([{ address: `STREAM TRIP_POSITION_${id}` }]);
    await product.step({ from: to }).run();
  });

  it('takes a replaced filter back to the former statement', async () => {
    const { id, product, look } = fresh();
    const from = product.version(tripScript(id));
    await product.step({ to: from }).run();
    const upgrade = product.step({ from, to: product.version(tripScript(id, { filter: 'WHERE `longitude` > 0' })) });
    expect((await upgrade.preview()).changes).toMatchObject([{ undo: 'equivalent' }]);
    await upgrade.apply();
    expect(await upgrade.revert()).toEqual([]);
    expect((await look()).sources[`TRIP_POSITION_${id}`]!.statement).not.toContain('WHERE');
    expect((await upgrade.probe()).state).toBe('from');
    await product.step({ from }).run();
  });

  it('knows that an equivalent statement is in place, though the server words it as before', async () => {
    const { id, product } = fresh();
    const from = product.version(tripScript(id));
    await product.step({ to: from }).run();
    const upgrade = product.step({ from, to: product.version(tripScript(id).replace('`status` VARCHAR', '`status` STRING')) });
    await upgrade.run();
    expect(await upgrade.probe()).toMatchObject({ state: 'to', healthy: true });
    // The way back is one statement too: it does not wait for a wording that never changes.
    expect(await upgrade.revert()).toEqual([]);
    await product.step({ from }).run();
  }, 60_000);

  it.each([
    ['another aggregate', (script: string) => script.replace('LATEST_BY_OFFSET(', 'EARLIEST_BY_OFFSET('), 'TRIP_STATUS'],
    [
      'another INSERT INTO',
      (script: string) => script.replace('EMIT CHANGES;\nCREATE TABLE', "WHERE trip_id <> '9' EMIT CHANGES;\nCREATE TABLE"),
      'TRIP_ALL',
    ],
  ])('announces %s as a loss, makes it, and comes back', async (_, change, name) => {
    const { id, names, product, look } = fresh();
    const from = product.version(tripScript(id));
    await product.step({ to: from }).run();
    const upgrade = product.step({ from, to: product.version(change(tripScript(id))) });
    const { changes } = await upgrade.preview();
    expect(changes.some(({ address, dataLoss }) => dataLoss && address.includes(name))).toBe(true);
    expect(changes.every(({ address }) => address.includes(name))).toBe(true);
    await upgrade.apply();
    expect(await upgrade.probe()).toMatchObject({ state: 'to', healthy: true });
    expect(ours(await look(), names)).toHaveLength(3);
    expect(await upgrade.revert()).toEqual([]);
    expect(await upgrade.probe()).toMatchObject({ state: 'from' });
    await product.step({ from }).run();
  });

  it('makes again what hangs on a stream that loses a column, and comes back', async () => {
    const { id, product, look } = fresh();
    const script = (column: string): string => `
CREATE TABLE trip_status_${id} WITH (KAFKA_TOPIC='trip-status-${id}', VALUE_FORMAT='JSON') AS
  SELECT trip_id, COUNT(*) AS n FROM trip_position_${id} GROUP BY trip_id EMIT CHANGES;
CREATE STREAM trip_position_${id} WITH (KAFKA_TOPIC='trip-position-${id}', VALUE_FORMAT='JSON') AS
  SELECT trip_id, ${column} FROM trip_events_${id} EMIT CHANGES;
CREATE STREAM trip_events_${id} (trip_id VARCHAR KEY, a VARCHAR, b VARCHAR) WITH (KAFKA_TOPIC='trip-events-${id}', VALUE_FORMAT='JSON', PARTITIONS=1);`;
    const from = product.version(script('a'));
    await product.step({ to: from }).run();
    const before = await look();
    const upgrade = product.step({ from, to: product.version(script('b')) });
    const { changes } = await upgrade.preview();
    expect(changes).toMatchObject([
      { address: `STREAM TRIP_POSITION_${id}`, action: 'replace', dataLoss: true },
      { address: `TABLE TRIP_STATUS_${id}`, action: 'replace', dataLoss: true },
    ]);
    await upgrade.apply();
    expect(await upgrade.probe()).toMatchObject({ state: 'to', healthy: true });
    expect(await upgrade.revert()).toEqual([]);
    expect(await upgrade.probe()).toMatchObject({ state: 'from' });
    expect((await look()).sources).toEqual(before.sources);
    await product.step({ from }).run();
  });

  it('names the guilty statement of a script and runs none', async () => {
    const { id, product, look } = fresh();
    const script = tripScript(id).replace(`FROM trip_events_${id} GROUP`, `FROM nobody_${id} GROUP`);
    await expect(product.step({ to: product.version(script) }).preview()).rejects.toMatchObject({
      type: 'StatementRefused',
      message: expect.stringMatching(new RegExp(`statement 5 .*NOBODY_${id} does not exist`, 's')),
    });
    expect(await look()).toMatchObject({ sources: {} });
  });

  it('says of each faulty statement what is wrong with it, though the server reads the whole text before it looks at any', async () => {
    const { id, product, look } = fresh();
    const unreadable = tripScript(id).replace('PARTITIONS=1);\nINSERT', 'PARTITIONS=1) HELLO;\nINSERT');
    const refused = (script: string, message: RegExp) =>
      expect(product.step({ to: product.version(script) }).preview()).rejects.toMatchObject({
        type: 'StatementRefused',
        message: expect.stringMatching(message),
      });
    await refused(unreadable, new RegExp(`statement 3 .*TRIP_ALL_${id}.*Syntax Error`, 's'));
    await refused(
      unreadable.replace(`FROM trip_events_${id} `, `FROM nobody_${id} `),
      new RegExp(`statement 2 .*TRIP_POSITION_${id}.*NOBODY_${id} does not exist`, 's'),
    );
    expect(await look()).toMatchObject({ sources: {} });
  });

  it('deploys, replaces, takes back and removes what has names of any kind', async () => {
    const { id, product } = fresh();
    const names = ['in', 'out', 'copy'].map((part) => `${part}-${id}`);
    const look = () => readWorld(createClient({ url }), names, { signal: new AbortController().signal });
    const script = (filter = ''): string => `
CREATE STREAM \`in-${id}\` (\`Schlüssel\` VARCHAR KEY, \`größe in m²\` DOUBLE, "order" VARCHAR) WITH (KAFKA_TOPIC='in-${id}', VALUE_FORMAT='JSON', PARTITIONS=1);
CREATE STREAM "out-${id}" WITH (KAFKA_TOPIC='out-${id}') AS SELECT \`Schlüssel\`, \`größe in m²\` FROM \`in-${id}\` ${filter} EMIT CHANGES;
CREATE STREAM \`copy-${id}\` (\`Schlüssel\` VARCHAR KEY) WITH (KAFKA_TOPIC='copy-${id}', VALUE_FORMAT='JSON', PARTITIONS=1);
INSERT INTO \`copy-${id}\` SELECT \`Schlüssel\` FROM "in-${id}" EMIT CHANGES;`;
    const from = product.version(script());
    const deploy = product.step({ to: from });
    await deploy.run();
    expect(await deploy.probe()).toMatchObject({ state: 'to', healthy: true });
    const before = await look();
    expect(Object.keys(before.sources).sort()).toEqual([...names].sort());
    expect(ours(before, names)).toHaveLength(2);

    const upgrade = product.step({ from, to: product.version(script('WHERE `größe in m²` > 1')) });
    expect((await upgrade.run()).changes).toMatchObject([{ address: `STREAM out-${id}`, action: 'update' }]);
    expect(await upgrade.probe()).toMatchObject({ state: 'to', healthy: true });
    expect(await upgrade.revert()).toEqual([]);
    expect((await look()).sources[`out-${id}`]!.statement).not.toContain('WHERE');
    await product.step({ from }).run();
    expect(await look()).toMatchObject({ sources: {} });
    expect(ours(await look(), names)).toEqual([]);
  });

  it('leaves a stream of another product alone', async () => {
    const { id, product, look } = fresh();
    const theirs = new KsqlDbProduct(url);
    const task = theirs.version(tripScript(id));
    await theirs.step({ to: task }).run();
    const world = await look();
    await expect(product.step({ to: product.version(tripScript(id)) }).preview()).rejects.toMatchObject({
      type: 'StatementRefused',
      message: expect.stringContaining('not of this product'),
    });
    expect(await look()).toEqual(world);
    await theirs.step({ from: task }).run();
  });

  it('sends nothing while a variable has no value', async () => {
    const { id, product, look } = fresh();
    const step = product.step({ to: product.version(tripScript(id, { filter: "WHERE `status` = '${regoin}'" })) });
    expect((await step.preview()).unknown).toEqual([expect.stringContaining('regoin')]);
    await expect(step.apply()).rejects.toMatchObject({ type: 'InvalidInput', message: expect.stringContaining('regoin') });
    expect(await look()).toMatchObject({ sources: {} });
  });

  it('takes the ids of ports whose names are no variables under names that are, and lets those that nobody uses be', async () => {
    const { id, product, look } = fresh();
    const filter = "WHERE `status` <> '${schema_id_trip_status}' AND `status` <> '${nested}' AND `status` <> '${where}'";
    // Each names one that is written behind it.
    const chain = { nested: '${where}-x', where: '${deep}${deeper}', deep: '${deeper}y', deeper: '' };
    const configurations = { ...chain, streamsProperties: { 'auto.offset.reset': '${first}' }, first: 'earliest' };
    const step = product.step({ to: product.version(tripScript(id, { filter }), configurations) });
    step.outputs = { 'trip-status': { 'x-value': { version: 1, id: 3 } }, 'trip.position': { 'y-value': { version: 1, id: 4 } } };
    expect((await step.preview()).unknown).toEqual([]);
    await step.apply();
    expect((await look()).sources[`TRIP_POSITION_${id}`]!.statement).toMatch(/'3'.*'y-x'.*'y'/s);
    await product.step({ from: product.version(tripScript(id)) }).run();
  });

  it('lists as unknown what needs a topic that an earlier step will make', async () => {
    const { id, product } = fresh();
    const preview = await product.step({ to: product.version(tripScript(id).replace(', PARTITIONS=1', '')) }).preview();
    expect(preview.changes).toHaveLength(5);
    expect(preview.unknown).toEqual([expect.stringContaining(`trip-events-${id}`)]);
  });
});
