import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { operationWorkflowId, registerWorkflowId } from '../../lifecycle/ids.js';
import { localPeople } from '../../local/steward-config.js';
import { KsqlDbStandIn } from '../support/ksqldb/stand-in.js';
import { grantAll, outcomeOf } from '../support/operations.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld } from '../support/steward-world.js';
import { clearWorld } from '../support/world-snapshot.js';

const line = 'urn:dpds:com.company-xyz:dataproducts:trackandtrace';

/** Proves that whole operations work with ksqlDB (the STAND-IN for it; broker, registry and Terraform are real). */
describe('track and trace on ksqlDB', () => {
  let world: StewardWorld;
  let server: KsqlDbStandIn;
  beforeAll(async () => {
    server = await new KsqlDbStandIn().start();
    world = await openWorld();
    world.options.environment = { ksqldb: { url: server.url }, services: { 'stream-sql': 'ksqldb' } };
    // The stand-in sees no broker: it is told what Terraform makes there.
    for (const topic of ['trip-events', 'trip-status', 'trip-position']) server.state.topics.set(`${world.topicPrefix}${topic}`, 3);
    await world.startWorker();
  });
  afterAll(async () => {
    await clearWorld(world, [{ line }]);
    await world.close();
    await server.kill();
  });

  const run = async (kind: 'deploy' | 'upgrade' | 'retire', version: string, approvals = 0) => {
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
  const register = async (version: string): Promise<void> => {
    const bundle = await world.upload(`examples/track-and-trace/${version}`);
    await (await world.start('registerDataProduct', registerWorkflowId(line, version), { bundle })).result();
  };
  const kept = (name: string): string | undefined => /VALUE_SCHEMA_ID=(\d+)/.exec(server.state.sources.get(name)!.statement)?.[1];

  it('is deployed, and keeps to the schemas of its ports; deployed again it is unchanged', async () => {
    await register('1.0.0');
    expect(await run('deploy', '1.0.0')).toMatchObject({ ended: 'deployed' });
    expect([...server.state.sources.keys()].sort()).toEqual(['TRIP_EVENTS', 'TRIP_POSITION', 'TRIP_STATUS']);
    expect(await run('deploy', '1.0.0')).toMatchObject({ ended: 'unchanged' });
  });

  it('is upgraded in place: what is tried and sent never names the former schema beside the new column', async () => {
    await register('1.1.0');
    const former = [kept('TRIP_STATUS'), kept('TRIP_POSITION')];
    server.asked.length = 0;
    // A new column has no way back: somebody agrees.
    expect(await run('upgrade', '1.1.0', 1)).toMatchObject({ ended: 'upgraded' });
    expect(kept('TRIP_STATUS')).toBe(former[0]);
    expect(kept('TRIP_POSITION')).not.toBe(former[1]);
    // What the session says right before the statement; what comes after it tries the way back.
    const newColumn = /STREAM trip_position[^;]*`tripStatus`\s+FROM/i;
    const ids = server.asked.flatMap((text) => {
      const at = text.search(newColumn);
      return at < 0 ? [] : [[...text.slice(0, at).matchAll(/schema_id_tripPosition='(\d+)'/g)].at(-1)?.[1]];
    });
    expect(ids.length).toBeGreaterThan(1);
    expect(ids).not.toContain(former[1]);
    expect(server.state.queries.size).toBe(2);
    expect(await run('deploy', '1.1.0')).toMatchObject({ ended: 'unchanged' });
  });

  it('is inspected, and retired', async () => {
    const inspect = async () =>
      (
        await world.start('inspectDataProduct', operationWorkflowId('inspect', 'local', line), { product: line, environment: 'local' })
      ).result();
    expect(await inspect()).toMatchObject({ state: 'healthy' });
    server.failQuery([...server.state.queries.keys()][0]!, 'Caused by: java.lang.IllegalStateException: trip 7');
    expect(await inspect()).toMatchObject({ state: 'unwell' });
    expect(await run('retire', '1.1.0', 1)).toMatchObject({ ended: 'retired' });
    expect(server.state.sources.size + server.state.queries.size).toBe(0);
  });
});
