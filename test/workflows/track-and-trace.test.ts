import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OperationResult, RegisterResult } from '../../lifecycle/operations.js';
import { localPeople } from '../../local/steward-config.js';
import { eventually } from '../support/eventually.js';
import { outcomeOf } from '../support/operations.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld } from '../support/steward-world.js';

const line = 'urn:dpds:com.company-xyz:dataproducts:trackandtrace';

describe('the track-and-trace product', () => {
  let world: StewardWorld;
  beforeAll(async () => {
    world = await openWorld();
    await world.startWorker();
  });
  afterAll(() => world.close());

  it('is registered, and once only', async () => {
    const bundle = await world.upload('examples/track-and-trace/1.0.0');
    const first = await world.start('registerDataProduct', `register:${line}@1.0.0`, { bundle, requestedBy: 'developer@localhost' });
    const result = (await first.result()) as RegisterResult;
    expect(result).toMatchObject({ state: 'registered', product: line, version: '1.0.0', bundle });
    const again = await world.start('registerDataProduct', `register:${line}@1.0.0`, { bundle });
    await expect(again.result()).resolves.toMatchObject({ state: 'alreadyRegistered' });
  });

  it('is deployed: topics, schemas and jobs are there', async () => {
    const handle = await world.start('deployDataProduct', `deploy:local:${line}`, {
      product: line,
      version: '1.0.0',
      environment: 'local',
    });
    const result = (await handle.result()) as OperationResult;
    expect(result.state).toBe('deployed');
  });

  it('is upgraded in place to 1.1.0', async () => {
    const bundle = await world.upload('examples/track-and-trace/1.1.0');
    const registered = await world.start('registerDataProduct', `register:${line}@1.1.0`, { bundle });
    await expect(registered.result()).resolves.toMatchObject({ state: 'registered', version: '1.1.0' });
    const handle = await world.start('upgradeDataProduct', `upgrade:local:${line}`, {
      product: line,
      version: '1.1.0',
      environment: 'local',
    });
    await expect(handle.result()).resolves.toMatchObject({ state: 'upgraded', version: '1.1.0' });
  });

  it('says where what it has made can be looked at', async () => {
    const { steps } = (await world.status(world.client.workflow.getHandle(`deploy:local:${line}`)))!;
    const pages = steps.flatMap(({ pages: each = [] }) => each);
    expect(pages.map(({ title }) => title).sort()).toEqual(['trip_position', 'trip_status', 'version 1', 'version 1', 'version 1']);
    for (const { url } of pages) expect([url, (await fetch(url)).status]).toEqual([url, 200]);
  });

  it('changes nothing when it is deployed again', async () => {
    const handle = await world.start('deployDataProduct', `deploy:local:${line}`, {
      product: line,
      version: '1.1.0',
      environment: 'local',
    });
    expect(await outcomeOf(handle)).toMatchObject({ ended: 'unchanged' });
  });

  it('is retired when somebody else than the requester agrees, and leaves nothing', async () => {
    const input = {
      product: line,
      version: '1.1.0',
      environment: 'local',
      requestedBy: localPeople.developer,
      sunset: new Date().toISOString(),
    };
    const handle = await world.start('retireDataProduct', `retire:local:${line}`, input);
    const asked = await eventually(async () => (await world.status(handle))?.awaiting[0], 'an exception is asked for');
    const decide = (approver: string) =>
      handle.executeUpdate<string, [object]>('decideException', { args: [{ exception: asked.digest, decision: 'approve', approver }] });
    await expect(decide(localPeople.developer)).rejects.toMatchObject({ cause: { type: 'DecisionRefused' } });
    await expect(decide(localPeople.approver)).resolves.toBe('granted');
    await expect(handle.result()).resolves.toMatchObject({ state: 'retired' });
  });
});
