import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { begin, outcomeOf, register } from '../support/operations.js';
import { smallProduct } from '../support/small-product.js';
import type { SmallProduct } from '../support/small-product.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld } from '../support/steward-world.js';
import { TemporalUi } from '../support/temporal-ui.js';
import { clearWorld } from '../support/world-snapshot.js';

describe('the door of the Temporal UI', () => {
  let world: StewardWorld;
  let ui: TemporalUi;
  const products: SmallProduct[] = [];
  beforeAll(async () => {
    world = await openWorld();
    await world.startWorker();
    ui = await TemporalUi.open(world.namespace);
  });
  afterAll(async () => {
    await clearWorld(world, products);
    await world.close();
  });

  const registered = async (name: string): Promise<SmallProduct> => {
    const product = smallProduct(world, name, {});
    products.push(product);
    await register(world, product);
    return product;
  };
  const found = async (query: string): Promise<string[]> => {
    const ids: string[] = [];
    for await (const { workflowId } of world.client.workflow.list({ query })) ids.push(workflowId);
    return ids;
  };

  it('starts an operation with one JSON object; its page shows the steps, and lists find it by what it is about', async () => {
    const { line } = await registered('started');
    await ui.start(
      'deployDataProduct',
      'any id a person types',
      JSON.stringify({ product: line, version: '1.0.0', environment: 'local', requestedBy: 'person@localhost' }),
    );
    const handle = world.client.workflow.getHandle('any id a person types');
    await expect(handle.result()).resolves.toMatchObject({ state: 'deployed', product: line });

    const { currentDetails, definition } = await ui.page('any id a person types');
    expect(currentDetails).toMatch(/^\*\*deploy started 1\.0\.0\*\* in `local`: deployed/);
    expect(currentDetails).toMatch(
      /^\| step \| by \| state \| since \| {2}\|\n(\|---)+\|\n\| register schema of out \| schema-registry \| done \|/m,
    );
    const described = [...(definition['signalDefinitions'] ?? []), ...(definition['updateDefinitions'] ?? [])];
    expect(described.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['approveException', 'rejectException', 'decideException', 'resolveCompensation']),
    );
    for (const { description } of described) expect(description).toEqual(expect.stringMatching(/./));

    const about = `DataProduct='${line}' AND Domain='Testing' AND Environment='local' AND Operation='deploy' AND RequestedBy='person@localhost' AND LifecycleState='deployed'`;
    await eventually(async () => (await found(about)).includes('any id a person types'), 'the run is found by its search attributes');
  });

  it('takes the JSON that the page shows as the decision; what is wrong is explained on the page and not obeyed', async () => {
    const product = await registered('decided');
    expect(await outcomeOf(await begin(world, 'deploy', product))).toMatchObject({ ended: 'deployed' });
    const id = `retire:local:${product.line}`;
    const input = {
      product: product.line,
      version: '1.0.0',
      environment: 'local',
      requestedBy: 'person@localhost',
      sunset: new Date().toISOString(),
    };
    await ui.start('retireDataProduct', id, JSON.stringify(input));
    const pasted = await eventually(
      async () => /```json\n([^`]+)\n```/.exec((await ui.page(id)).currentDetails)?.[1],
      'the page shows what to send',
    );
    expect(JSON.parse(pasted)).toEqual({ exception: expect.stringMatching(/^[0-9a-f]{12}$/), approver: 'YOU', comment: 'WHY' });
    await eventually(
      async () => (await found(`AwaitingApproval=true AND ApprovalDue > '${new Date().toISOString()}'`)).includes(id),
      'lists show that it waits',
    );

    for (const wrong of [
      '"yes"',
      'null',
      '{"exception":"000000000000","approver":"approver@localhost"}',
      pasted.replace('YOU', 'person@localhost'),
    ])
      await ui.signal(id, 'approveException', wrong);
    const page = await eventually(async () => {
      const { currentDetails } = await ui.page(id);
      return currentDetails.includes('the requester may not decide') && currentDetails;
    }, 'the refusals are explained');
    expect(page).toContain('**Not obeyed**');
    expect(page).toContain('000000000000: no such exception is awaited here');
    expect((await world.client.workflow.getHandle(id).describe()).status.name).toBe('RUNNING');

    await ui.signal(id, 'approveException', pasted.replace('YOU', 'approver@localhost'));
    await expect(world.client.workflow.getHandle(id).result()).resolves.toMatchObject({ state: 'retired' });
    await eventually(async () => (await found('AwaitingApproval=true')).length === 0, 'nothing waits any more');
  });

  it('fails at once, in words, for an input of a wrong shape', async () => {
    const { line } = smallProduct(world, 'nothing', {});
    const cases: { type: string; input?: string; says: string[] }[] = [
      { type: 'deployDataProduct', says: ['it is no JSON object', 'Right is e.g. {"product":'] },
      { type: 'deployDataProduct', input: '"trackandtrace"', says: ['it is no JSON object'] },
      { type: 'upgradeDataProduct', input: 'null', says: ['it is no JSON object'] },
      {
        type: 'deployDataProduct',
        input: JSON.stringify({ product: line, verison: '1.0.0', environment: 'local' }),
        says: ['version is missing', 'verison is not known (did you mean version?)'],
      },
      {
        type: 'retireDataProduct',
        input: JSON.stringify({ product: line, version: 1, environment: 'a/b' }),
        says: ['version must be string', 'environment must match'],
      },
      { type: 'registerDataProduct', input: '{}', says: ['bundle or descriptor is needed'] },
      { type: 'registerDataProduct', input: '[]', says: ['it is no JSON object'] },
      { type: 'registerDataProduct', says: ['it is no JSON object'] },
      { type: 'recoverDataProduct', input: '7', says: ['product is missing'] },
      { type: 'inspectDataProduct', input: 'null', says: ['it is no JSON object'] },
      { type: 'rehearseDataProduct', input: 'null', says: ['it is no JSON object'] },
      { type: 'rehearseDataProduct', input: '[]', says: ['it is no JSON object'] },
    ];
    for (const [at, { type, input, says }] of cases.entries()) {
      await ui.start(type, `wrong-${at}`, input);
      const handle = world.client.workflow.getHandle(`wrong-${at}`);
      const outcome = await outcomeOf(handle);
      expect({ at, ended: outcome.ended }).toEqual({ at, ended: 'InvalidInput' });
      for (const words of says) expect(outcome.message).toContain(words);
      expect(outcome.message).not.toContain('?:');
      expect(outcome.message).toContain('Next: Correct the fields listed and start again.');
    }
  });
});
