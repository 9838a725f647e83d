import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createKsqlDbExecutor } from '../../../../activities/executors/ksqldb/index.js';
import type { Outputs, Preview, VerbContext, VerbInput } from '../../../../lifecycle/executor.js';
import { isRefinement } from '../../../../lifecycle/plan.js';
import type { Task } from '../../../../lifecycle/task.js';
import { executorWorld, task } from '../../../support/executor-world.js';
import { KsqlDbStandIn } from '../../../support/ksqldb/stand-in.js';
import { ksqlDbEnvironment } from '../../../support/ksqldb/step.js';

describe('the track-and-trace example on the STAND-IN for ksqlDB', () => {
  let server: KsqlDbStandIn;
  beforeEach(async () => {
    server = await new KsqlDbStandIn().start();
    for (const topic of ['trip-events', 'trip-status', 'trip-position']) server.state.topics.set(`x.${topic}`, 6);
  });
  afterEach(() => server.kill());

  const line = 'urn:dpds:com.company-xyz:dataproducts:trackandtrace';
  const scope = { line, fqn: `${line}:1`, environment: 'test', version: '1.0.0', step: 'application' };
  const context: VerbContext = {
    signal: new AbortController().signal,
    attempt: 1,
    progress: () => undefined,
    assertFence: async () => undefined,
  };
  /** What the schema-registry steps of the two ports put out. */
  const registered = (status: number, position: number): { [component: string]: Outputs } => ({
    tripStatus: { 'x.trip-status-value': { version: 1, id: status } },
    tripPosition: { 'x.trip-position-value': { version: 1, id: position } },
  });
  const exampleOn = (url: string) => {
    const world = executorWorld(ksqlDbEnvironment(url, { variables: { TOPIC_PREFIX: 'x.' } }));
    const executor = createKsqlDbExecutor(world.deps);
    const changed = (name: string, change: (text: string) => string): Task => {
      const folder = join(import.meta.dirname, '../../../../examples/track-and-trace', name, 'sql/ksqldb');
      const files = Object.fromEntries(
        readdirSync(folder).map((file) => [`sql/ksqldb/${file}`, change(readFileSync(join(folder, file), 'utf8'))]),
      );
      const configurations = { topic_prefix: '${env:TOPIC_PREFIX}' };
      return task({ service: 'ksqldb', bundle: world.bundle(files), path: 'sql', configurations });
    };
    const version = (name: string): Task => changed(name, (text) => text);
    const apply = (input: VerbInput, { digest, before }: Preview, key: string) =>
      executor.apply({ ...input, permit: { approved: digest, key, fence: 1, phase: 'apply', before } }, context);
    return { executor, version, changed, apply };
  };

  it('needs the ids of the ports from the registry, then deploys with them, and is unchanged after', async () => {
    const { executor, version, apply } = exampleOn(server.url);
    const to = version('1.0.0');
    const early = await executor.preview({ scope, change: { to }, outputs: {} }, context);
    expect(early.unknown).toEqual([expect.stringContaining('schema_id_tripStatus'), expect.stringContaining('schema_id_tripPosition')]);
    const input = { scope, change: { to }, outputs: registered(3, 4) };
    const preview = await executor.preview(input, context);
    expect(preview.unknown).toEqual([]);
    expect(isRefinement(early, preview)).toBe(true);
    await apply(input, preview, 'k');
    expect(server.state.sources.get('TRIP_STATUS')!.statement).toContain('VALUE_SCHEMA_ID=3');
    expect(server.state.sources.get('TRIP_POSITION')!.statement).toContain('VALUE_SCHEMA_ID=4');
    // Positions and statuses begin with the first event, and the plan says so.
    for (const { properties } of server.state.queries.values()) expect(properties).toMatchObject({ 'auto.offset.reset': 'earliest' });
    expect(preview.changes.filter(({ summary }) => summary?.includes('from the first record that they still hold'))).toHaveLength(2);

    expect((await executor.preview({ ...input, change: { from: to, to } }, context)).changes).toEqual([]);
    const newer = { scope, change: { from: to, to }, outputs: registered(3, 5), former: registered(3, 4) };
    expect((await executor.preview(newer, context)).changes).toMatchObject([{ address: 'STREAM TRIP_POSITION', action: 'update' }]);
  });

  it('goes to 1.1.0 in place: the positions take their new column, the statuses are not touched', async () => {
    const { executor, version, apply } = exampleOn(server.url);
    const [from, to] = [version('1.0.0'), version('1.1.0')];
    const first = { scope, change: { to: from }, outputs: registered(3, 4) };
    await apply(first, await executor.preview(first, context), 'first');
    const queries = [...server.state.queries.keys()];
    const status = server.state.sources.get('TRIP_STATUS');

    const judged = await executor.preview({ scope, change: { from, to }, outputs: {}, former: registered(3, 4) }, context);
    const upgrade = { scope, change: { from, to }, outputs: registered(3, 5), former: registered(3, 4) };
    const preview = await executor.preview(upgrade, context);
    expect(preview.changes).toMatchObject([{ address: 'STREAM TRIP_POSITION', action: 'update', dataLoss: false, undo: 'none' }]);
    expect(isRefinement(judged, preview)).toBe(true);
    server.ran.length = 0;
    await apply(upgrade, preview, 'second');
    expect(server.ran).toHaveLength(1);
    expect([...server.state.queries.keys()]).toEqual(queries);
    expect(server.state.sources.get('TRIP_STATUS')).toEqual(status);
    expect(server.state.sources.get('TRIP_POSITION')!.statement).toMatch(/VALUE_SCHEMA_ID=5.*tripStatus/s);
    const probe = { ...upgrade, phase: 'apply', before: preview.before } as const;
    expect(await executor.probe(probe, context)).toMatchObject({ state: 'to', healthy: true });
  });

  it('knows before anybody is asked that a sink has to be made again, although the id of its new schema is not known yet', async () => {
    const { executor, version, changed, apply } = exampleOn(server.url);
    const from = version('1.0.0');
    const first = { scope, change: { to: from }, outputs: registered(3, 4) };
    await apply(first, await executor.preview(first, context), 'first');
    const to = changed('1.0.0', (text) => text.replace('LATEST_BY_OFFSET(`tripStatus`)', 'EARLIEST_BY_OFFSET(`tripStatus`)'));

    // The schemas of both ports change: nothing is known of their ids.
    const asked = await executor.preview({ scope, change: { from, to }, outputs: {}, former: registered(3, 4) }, context);
    expect(asked.unknown).toHaveLength(2);
    expect(asked.changes).toMatchObject([
      { address: 'TABLE TRIP_STATUS', action: 'replace', dataLoss: true },
      { address: 'STREAM TRIP_POSITION', action: 'update', dataLoss: false },
    ]);
    expect(asked.changes[1]!.summary).toContain('whether there is a way back could not be tried yet');
    const upgrade = { scope, change: { from, to }, outputs: registered(6, 5), former: registered(3, 4) };
    const now = await executor.preview(upgrade, context);
    expect(now.changes.map(({ action }) => action).sort()).toEqual(['replace', 'update']);
    expect(isRefinement(asked, now)).toBe(true);
    await apply(upgrade, now, 'second');
    expect(server.state.sources.get('TRIP_STATUS')!.statement).toMatch(/VALUE_SCHEMA_ID=6.*EARLIEST/s);

    // Where the registry says that they are the same, there is less to do than was agreed to.
    const again = { scope, change: { from: to, to }, former: registered(6, 5) };
    const open = await executor.preview({ ...again, outputs: {} }, context);
    const same = await executor.preview({ ...again, outputs: registered(6, 5) }, context);
    expect(same.changes).toEqual([]);
    expect(isRefinement(open, same)).toBe(true);
  });

  it('has 2.0.0 beside 1.1.0 on one cluster: nothing of the former is touched, and its removal touches nothing of the next', async () => {
    const { executor, version, apply } = exampleOn(server.url);
    for (const topic of ['trip-status-v2', 'trip-position-v2']) server.state.topics.set(`x.${topic}`, 6);
    const [old, next] = [version('1.1.0'), version('2.0.0')];
    const first = { scope, change: { to: old }, outputs: registered(3, 5) };
    await apply(first, await executor.preview(first, context), 'first');
    const before = new Map(server.state.sources);
    const beside = {
      scope: { ...scope, fqn: `${line}:2`, version: '2.0.0' },
      change: { to: next },
      outputs: {
        tripStatus: { 'x.trip-status-v2-value': { version: 1, id: 7 } },
        tripPosition: { 'x.trip-position-v2-value': { version: 1, id: 8 } },
      },
    };
    const preview = await executor.preview(beside, context);
    expect(preview.changes.map(({ action }) => action)).toEqual(['create', 'create', 'create']);
    await apply(beside, preview, 'second');
    for (const [name, source] of before) expect(server.state.sources.get(name)).toEqual(source);

    const removal = { scope, change: { from: old }, outputs: registered(3, 5) };
    const gone = await executor.preview(removal, context);
    for (const phase of ['apply', 'finalise'] as const) {
      const permit = { approved: gone.digest, key: 'third', fence: 1, phase, before: gone.before };
      await executor.apply({ ...removal, permit }, context);
    }
    expect([...server.state.sources.keys()].sort()).toEqual(['TRIP_EVENTS_V2', 'TRIP_POSITION_V2', 'TRIP_STATUS_V2']);
    const probe = { ...beside, change: { from: next, to: next }, phase: 'apply', before: preview.before } as const;
    expect(await executor.probe(probe, context)).toMatchObject({ healthy: true });
  });
});
