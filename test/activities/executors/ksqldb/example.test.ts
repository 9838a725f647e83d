import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createKsqlDbExecutor } from '../../../../activities/executors/ksqldb/index.js';
import type { Outputs, VerbContext } from '../../../../lifecycle/executor.js';
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

  const signal = new AbortController().signal;
  const context: VerbContext = { signal, attempt: 1, progress: () => undefined, assertFence: async () => undefined };
  const line = 'urn:dpds:com.company-xyz:dataproducts:trackandtrace';
  const scope = { line, fqn: `${line}:1`, environment: 'test', version: '1.0.0', step: 'application' };
  /** What the schema-registry steps of the two ports put out. */
  const registered = (status: number, position: number): { [component: string]: Outputs } => ({
    tripStatus: { 'x.trip-status-value': { version: 1, id: status } },
    tripPosition: { 'x.trip-position-value': { version: 1, id: position } },
  });

  it('needs the ids of the ports from the registry, then deploys with them, and is unchanged after', async () => {
    const world = executorWorld(ksqlDbEnvironment(server.url, { variables: { TOPIC_PREFIX: 'x.' } }));
    const folder = join(import.meta.dirname, '../../../../examples/track-and-trace/1.0.0/sql/ksqldb');
    const files = Object.fromEntries(readdirSync(folder).map((name) => [`sql/ksqldb/${name}`, readFileSync(join(folder, name), 'utf8')]));
    const to: Task = task({
      service: 'ksqldb',
      bundle: world.bundle(files),
      path: 'sql',
      configurations: { topic_prefix: '${env:TOPIC_PREFIX}' },
    });
    const executor = createKsqlDbExecutor(world.deps);

    const early = await executor.preview({ scope, change: { to }, outputs: {} }, context);
    expect(early.unknown).toEqual([expect.stringContaining('schema_id_tripStatus'), expect.stringContaining('schema_id_tripPosition')]);
    const outputs = registered(3, 4);
    const preview = await executor.preview({ scope, change: { to }, outputs }, context);
    expect(preview.unknown).toEqual([]);
    expect(isRefinement(early, preview)).toBe(true);

    const permit = { approved: preview.digest, key: 'k', fence: 1, phase: 'apply', before: preview.before } as const;
    await executor.apply({ scope, change: { to }, outputs, permit }, context);
    expect(server.state.sources.get('TRIP_STATUS')!.statement).toContain('VALUE_SCHEMA_ID=3');
    expect([...server.state.queries.keys()]).toContain('TRIP_POSITION_WRITER');

    expect((await executor.preview({ scope, change: { from: to, to }, outputs }, context)).changes).toEqual([]);
    const newer = await executor.preview({ scope, change: { from: to, to }, outputs: registered(3, 5) }, context);
    expect(newer.changes).toMatchObject([{ address: 'STREAM TRIP_POSITION', action: 'update' }]);
  });
});
