import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existingGroups, topicRecordCounts } from '../../../../activities/support/kafka.js';
import { consumeTable, parseCsv, type Row } from '../../../../examples/track-and-trace/events/index.js';
import { eventually } from '../../../support/eventually.js';
import { exampleFile as file, TrackAndTrace } from '../../../support/track-and-trace.js';

const byTrip = (rows: Row[]): Row[] => [...rows].sort((a, b) => a['tripId']!.localeCompare(b['tripId']!));

/** The example's schemas and stream SQL on the real registry, broker and Flink; its topics are made by hand here, Terraform has tests of its own. */
describe('track and trace, from events to tables', () => {
  let example: TrackAndTrace;
  beforeAll(async () => {
    example = await new TrackAndTrace().open();
  });
  afterAll(() => example.close());

  const positions = (count: number, readerSchema?: string): Promise<Row[]> =>
    consumeTable({
      kafka: example.kafka,
      registry: example.registryUrl,
      topic: example.position,
      kind: 'append',
      until: (rows) => rows.length >= count,
      ...(readerSchema ? { readerSchema } : {}),
    });

  it('1.0.0: the output ports hold the expected tables', async () => {
    for (const step of example.schemas(undefined, '1.0.0')) await step.run();
    const deploy = example.jobs(undefined, '1.0.0');
    await deploy.run();
    expect(await deploy.probe()).toMatchObject({ state: 'to', healthy: true });

    expect(await example.feed()).toBe(20);
    const expected = parseCsv(file('events/expected-trip-status.csv'));
    const isComplete = (rows: Row[]): boolean =>
      rows.length === expected.length && rows.every((row) => expected.some((each) => JSON.stringify(each) === JSON.stringify(row)));
    const { kafka, registryUrl: registry, status: topic } = example;
    expect(byTrip(await consumeTable({ kafka, registry, topic, kind: 'keyed', until: isComplete }))).toEqual(expected);
    expect(await positions(9)).toEqual(parseCsv(file('events/expected-trip-position.csv')));
  });

  it('tells how far its jobs are behind, by what they have committed', async () => {
    const behind = (group: string): string => `consumer group ${group}: 0 records behind at its last commit`;
    const deployed = example.jobs('1.0.0', '1.0.0');
    await deployed.preview();
    const isLevel = async (): Promise<boolean> => {
      const { evidence } = await deployed.probe();
      return example.groups.every((group) => evidence.includes(behind(group)));
    };
    expect(await eventually(isLevel, 'both groups have committed all that was written')).toBe(true);
  });

  it('writes under the registered versions: no schema of its own', async () => {
    expect(await Promise.all(example.topics.map((topic) => example.registry.versions(`${topic}-value`)))).toEqual([[1], [1], [1]]);
  });

  it('refuses columns that no registered schema has: in the preview where the schema stays, else before the former job is stopped', async () => {
    const refused = {
      type: 'StatementRefused',
      message: expect.stringMatching(/30-trip-position\.sql:\d+: no schema registered for \S+ has the columns/),
    };
    const before = await example.jobsLeft();
    const early = example.jobs('1.0.0', '1.1.0');
    early.outputs = { tripPosition: { [`${example.position}-value`]: { version: 1, id: 1 } } };
    await expect(early.preview()).rejects.toMatchObject(refused);
    const late = example.jobs('1.0.0', '1.1.0');
    await late.preview();
    await expect(late.apply()).rejects.toMatchObject(refused);
    expect(await late.revert()).toEqual([]);
    expect((await example.jobsLeft()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  });

  it('1.1.0: the new field is there, a reader of 1.0.0 still reads, nothing is lost or doubled', async () => {
    for (const step of example.schemas('1.0.0', '1.1.0')) await step.run();
    const upgrade = example.jobs('1.0.0', '1.1.0');
    expect((await upgrade.preview()).changes).toMatchObject([{ address: 'job trip_position', action: 'replace' }]);
    await upgrade.apply();
    expect(await upgrade.probe()).toMatchObject({ state: 'to', healthy: true });
    await example.feed();
    const rows = await positions(18);
    expect(rows.filter((row) => row['tripStatus']).map((row) => row['tripStatus'])).toEqual([
      'planned',
      ...Array<string>(7).fill('position-notified'),
      'arrived-at-destination',
    ]);
    const old = await positions(18, file('1.0.0/schemas/trip-position.avsc'));
    const once = parseCsv(file('events/expected-trip-position.csv'));
    expect(old).toEqual([...once, ...once]);
    expect((await topicRecordCounts(example.kafka, [example.position])).get(example.position)).toBe(18);
  });

  it('goes back to 1.0.0 while the newer schema is registered, and forward again', async () => {
    const back = example.jobs('1.1.0', '1.0.0');
    await back.preview();
    await back.apply();
    expect(await back.probe()).toMatchObject({ state: 'to', healthy: true });
    expect(await back.revert()).toEqual([]);
    expect(await back.probe()).toMatchObject({ state: 'from' });
  });

  it('leaves nothing behind when it goes: no job, no consumer group, no subject', async () => {
    const stop = example.jobs('1.1.0');
    expect((await stop.preview()).changes.map(({ address, phase }) => [address, phase])).toEqual([
      ['job trip_position', 'apply'],
      ['job trip_status', 'apply'],
      [`consumer groups ${[...example.groups].sort().join(', ')}`, 'finalise'],
    ]);
    await stop.apply('apply');
    await stop.apply('finalise');
    expect(await stop.probe('finalise')).toMatchObject({ state: 'to' });
    for (const step of example.schemas('1.1.0')) await step.run();

    expect(await example.jobsLeft()).toEqual([]);
    expect(await existingGroups(example.kafka, example.groups)).toEqual([]);
    for (const topic of example.topics) expect(await example.registry.versions(`${topic}-value`, 'with deleted')).toEqual([]);
  });
});
