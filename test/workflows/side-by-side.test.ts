import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { topicRecordCounts } from '../../activities/support/kafka.js';
import { consumeTable, parseCsv, produceTripEvents, type Row } from '../../examples/track-and-trace/events/index.js';
import { operationWorkflowId, registerWorkflowId } from '../../lifecycle/ids.js';
import type { InspectionResult } from '../../lifecycle/inspection.js';
import { localPeople } from '../../local/steward-config.js';
import { exampleFiles } from '../support/example-files.js';
import { grantAll, outcomeOf } from '../support/operations.js';
import { stackAddresses } from '../support/stack.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld } from '../support/steward-world.js';
import { exampleFile } from '../support/track-and-trace.js';
import { clearWorld, registry as askRegistry, topicNames } from '../support/world-snapshot.js';

const name = 'trackandtracebeside';
const line = `urn:dpds:com.company-xyz:dataproducts:${name}`;

const filesOf = (version: string, change?: (path: string, text: string) => string): Record<string, string> =>
  exampleFiles(version, name, change);

/** 1.1.0, but for the topic of the events: it lets go of it, and leaves it where it is. */
const letsGo = filesOf('1.1.0', (path, text) => {
  if (path === 'data-product-descriptor.json') return text.replace('"version": "1.1.0"', '"version": "1.2.0"');
  if (path === 'infra/event-store.json')
    return text.replace(/ {2}"providesTo": \[.*\],\n/, '').replace('"version": "1.0.0"', '"version": "1.1.0"');
  if (path === 'terraform/outputs.tf') return text.replace(/ *tripEvent .*\n/, '');
  if (path !== 'terraform/topics.tf') return text;
  const block = /resource "kafka_topic" "trip_events" \{[\s\S]*?\n\}\n/;
  return text.replace(block, 'removed {\n  from = kafka_topic.trip_events\n  lifecycle {\n    destroy = false\n  }\n}\n');
});

/** Proves that a next major stands beside the former one, that both are served, and that the former one can go without harm to the next. */
describe('track and trace 2.0.0 beside 1.1.0', () => {
  let world: StewardWorld;
  beforeAll(async () => {
    world = await openWorld();
    await world.startWorker();
  });
  afterAll(async () => {
    await clearWorld(world, [{ line }]);
    await world.close();
  });

  const { kafka: broker, schemaRegistry: registry } = stackAddresses();
  const kafka = [broker];
  const topic = (name: string): string => `${world.topicPrefix}${name}`;
  const feed = (csv: string): Promise<number> =>
    produceTripEvents({ kafka, registry, topic: topic('trip-events'), csv: exampleFile(`events/${csv}`) });
  const byTrip = (rows: Row[]): Row[] => [...rows].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  const read = async (name: string, kind: 'keyed' | 'append', expected: Row[]): Promise<void> => {
    const until = (rows: Row[]): boolean => JSON.stringify(byTrip(rows)) === JSON.stringify(byTrip(expected));
    expect(byTrip(await consumeTable({ kafka, registry, topic: topic(name), kind, until }))).toEqual(byTrip(expected));
  };
  const register = async (version: string, files: Record<string, string>, approvals = 0): Promise<void> => {
    const bundle = await world.uploadFiles(files);
    const handle = await world.start('registerDataProduct', registerWorkflowId(line, version), {
      bundle,
      requestedBy: localPeople.developer,
    });
    await grantAll(world, handle, approvals);
    await expect(handle.result()).resolves.toMatchObject({ state: 'registered', version });
  };
  const run = async (kind: 'deploy' | 'upgrade' | 'retire', version: string, approvals: number) => {
    const handle = await world.start(`${kind}DataProduct`, operationWorkflowId(kind, 'local', line), {
      product: line,
      version,
      environment: 'local',
      requestedBy: localPeople.developer,
      ...(kind === 'retire' && { sunset: new Date().toISOString() }),
    });
    await grantAll(world, handle, approvals);
    return outcomeOf(handle);
  };
  const instances = async () => (await world.catalog.environments.read(line, 'local'))!.record.instances;

  const old = parseCsv(exampleFile('events/expected-trip-status.csv'));
  const later = parseCsv(exampleFile('events/later-trip-events.csv'));
  /** What version 2 calls a row of version 1. */
  const renamed = ({ tripId, tripStatus, timestamp }: Row): Row => ({ tripId: tripId!, status: tripStatus!, changedAt: timestamp! });
  const positionsOf = (csv: string): Row[] =>
    parseCsv(exampleFile(`events/${csv}`))
      .filter(({ tripStatus, longitude }) => ['planned', 'position-notified', 'arrived-at-destination'].includes(tripStatus!) && longitude)
      .map(({ tripId, tripStatus, longitude, latitude, timestamp }) => ({
        tripId: tripId!,
        status: tripStatus!,
        longitude: longitude!,
        latitude: latitude!,
        reportedAt: timestamp!,
      }));

  it('reads the events from their beginning, is asked about, and deprecates the former one, which is served on', async () => {
    await register('1.1.0', filesOf('1.1.0'));
    expect(await run('deploy', '1.1.0', 0)).toMatchObject({ ended: 'deployed' });
    await feed('trip-events.csv');
    await read('trip-status', 'keyed', old);

    await register('2.0.0', filesOf('2.0.0'));
    expect(await run('upgrade', '2.0.0', 1)).toMatchObject({ ended: 'upgraded' });
    await read('trip-status-v2', 'keyed', old.map(renamed));
    await read('trip-position-v2', 'append', positionsOf('trip-events.csv'));
    expect(await instances()).toMatchObject({
      1: { version: '1.1.0', state: 'deployed', deprecation: { operation: 'upgrade' } },
      2: { version: '2.0.0', state: 'deployed' },
    });
  });

  it('is written as promised, each version from the same events, each event once', async () => {
    await feed('later-trip-events.csv');
    const all = [...positionsOf('trip-events.csv'), ...positionsOf('later-trip-events.csv')];
    await read('trip-position-v2', 'append', all);
    const counts = () => topicRecordCounts(kafka, ['trip-position', 'trip-position-v2'].map(topic));
    await read(
      'trip-position',
      'append',
      all.map(({ tripId, status, longitude, latitude, reportedAt }) => ({
        tripId: tripId!,
        longitude: longitude!,
        latitude: latitude!,
        timestamp: reportedAt!,
        tripStatus: status!,
      })),
    );
    expect([...(await counts()).values()]).toEqual([all.length, all.length]);
    const inspection = await world.start('inspectDataProduct', operationWorkflowId('inspect', 'local', line), {
      product: line,
      environment: 'local',
    });
    const { steps, ...result } = (await inspection.result()) as InspectionResult;
    expect(steps.filter(({ healthy }) => !healthy)).toEqual([]);
    expect(result).toMatchObject({ state: 'healthy', version: '2.0.0', beside: ['1.1.0'], conformance: [] });
  });

  it('goes on reading when the former one has let go of the topic of the events and is retired', async () => {
    await register('1.2.0', letsGo, 1);
    expect(await run('upgrade', '1.2.0', 0)).toMatchObject({ ended: 'upgraded' });
    expect(await run('retire', '1.2.0', 1)).toMatchObject({ ended: 'retired' });
    expect(await topicNames(world)).toEqual(['trip-events', 'trip-position-v2', 'trip-status-v2'].map(topic));
    expect(await askRegistry(`/subjects/${topic('trip-events')}-value/versions`)).toEqual([1]);
    await feed('later-trip-events.csv');
    const last = later.filter(({ tripId }) => tripId === '7').at(-1)!;
    await read('trip-status-v2', 'keyed', [
      ...old.filter(({ tripId }) => tripId !== '5').map(renamed),
      renamed(later.find(({ tripId }) => tripId === '5')!),
      renamed(last),
    ]);
    expect(await run('retire', '2.0.0', 1)).toMatchObject({ ended: 'retired' });
    expect(await topicNames(world)).toEqual([topic('trip-events')]);
  });
});
