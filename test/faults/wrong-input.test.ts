import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { eventually } from '../support/eventually.js';
import { FaultWorld } from '../support/fault-world.js';
import { begin, outcomeOf, register } from '../support/operations.js';
import { dataModule, smallProduct, topicsModule } from '../support/small-product.js';
import { topicNames } from '../support/world-snapshot.js';

/** Longer than a busy machine needs for a workflow with one activity, far shorter than any patience. */
const AT_ONCE_MS = 18_000;

describe('what cannot be started', () => {
  let faults: FaultWorld;
  let count = 0;
  beforeAll(async () => void (faults = await FaultWorld.open()));
  afterAll(() => faults.close());

  const start = (type: string, input: unknown): Promise<WorkflowHandle> =>
    faults.world.client.workflow.start(type, {
      workflowId: `wrong-${++count}`,
      taskQueue: 'steward',
      args: input === undefined ? [] : [input],
      workflowTaskTimeout: '10 seconds',
    });

  it('is refused at once with what is wrong and what to do: shapes from a form, unknown names, states that do not fit', async () => {
    const { world } = faults;
    const here = faults.product('here', { terraform: dataModule('here') });
    const next = smallProduct(world, 'here', { terraform: dataModule('here'), version: '1.1.0' });
    const absent = faults.product('absent', { terraform: dataModule('absent') });
    await register(world, here, absent);
    await register(world, next);
    expect(await outcomeOf(await begin(world, 'deploy', here))).toMatchObject({ ended: 'deployed' });
    const right = { product: here.line, version: '1.0.0', environment: 'local' };
    const deploy = 'deployDataProduct';
    const cases: [string, unknown, string, RegExp][] = [
      ...['registerDataProduct', deploy, 'upgradeDataProduct', 'retireDataProduct'].flatMap((type): [string, unknown, string, RegExp][] => [
        [type, undefined, 'InvalidInput', /no JSON object/],
        [type, null, 'InvalidInput', /no JSON object/],
        [type, {}, 'InvalidInput', /missing|needed/],
        [type, 42, 'InvalidInput', /no JSON object/],
        [type, 'text', 'InvalidInput', /no JSON object/],
        [type, [right], 'InvalidInput', /no JSON object/],
      ]),
      [
        deploy,
        { product: 1, version: {}, enviroment: 'local' },
        'InvalidInput',
        /product .*version .*environment is missing|did you mean environment/,
      ],
      [deploy, { ...right, surprise: true }, 'InvalidInput', /surprise is not known/],
      ['retireDataProduct', { ...right, sunset: 'soon' }, 'InvalidInput', /sunset soon/],
      [deploy, { ...right, product: 'urn:dpds:org.test:dataproducts:nothing' }, 'UnknownProduct', /registered: .*here/],
      [deploy, { ...right, product: '../../etc/passwd' }, 'UnknownProduct', /no product/],
      [deploy, { ...right, version: '9.9.9' }, 'UnknownVersion', /1\.0\.0, 1\.1\.0/],
      [deploy, { ...right, environment: 'mars' }, 'UnknownEnvironment', /known: local/],
      [deploy, { ...right, version: '1.1.0' }, 'UseUpgrade', /start an upgrade/],
      ['upgradeDataProduct', { ...right, product: absent.line }, 'NotDeployed', /Deploy a version first/],
      ['retireDataProduct', { ...right, product: absent.line }, 'NotDeployed', /Deploy a version first/],
      ['registerDataProduct', { bundle: `sha256:${'0'.repeat(64)}` }, 'NotFound', /sha256:0000/],
      ['registerDataProduct', { bundle: 'nonsense' }, 'InvalidInput', /bundle/],
      ['registerDataProduct', { descriptor: {}, bundle: `sha256:${'0'.repeat(64)}` }, 'InvalidInput', /not both/],
    ];
    const before = await faults.snapshot();
    const seen = await Promise.all(
      cases.map(async ([type, input]) => {
        const since = Date.now();
        const outcome = await outcomeOf(await start(type, input));
        return { ...outcome, within: Date.now() - since < AT_ONCE_MS };
      }),
    );
    for (const [index, [type, input, ended, told]] of cases.entries()) {
      const of = `${type}(${JSON.stringify(input)})`;
      expect({ of, ...seen[index] }).toMatchObject({ of, ended, message: expect.stringMatching(told), within: true });
      expect(seen[index]!.message).toMatch(/Next: ./);
    }
    expect(await faults.snapshot()).toEqual(before);
  });

  it('is an operation with a time-out, which would end it in the middle: refused before anything is done', async () => {
    const { world } = faults;
    const late = faults.product('late', { terraform: dataModule('late') });
    await register(world, late);
    const bundle = await world.uploadFiles(late.files);
    const before = await faults.snapshot(late);
    const input = { product: late.line, version: '1.0.0', environment: 'local', bundle };
    const types = ['deploy', 'upgrade', 'retire', 'register', 'rehearse'].map((kind) => `${kind}DataProduct`);
    for (const timeout of [{ workflowExecutionTimeout: '1 hour' }, { workflowRunTimeout: '1 hour' }] as const)
      for (const type of types) {
        const options = { workflowId: `late-${++count}`, taskQueue: 'steward', args: [input], ...timeout };
        const outcome = await outcomeOf(await world.client.workflow.start(type, options));
        expect({ type, ...outcome }).toMatchObject({ type, ended: 'UnsafeTimeout', message: expect.stringContaining('time-out') });
      }
    expect(await faults.snapshot(late)).toEqual(before);
  });

  it('is a second operation on a product that one works on, told with a link; other products are not disturbed', async () => {
    const { world } = faults;
    const busy = faults.product('busy', { terraform: topicsModule(['a', 'b', 'c'].map((topic) => `busy-${topic}`)) });
    const free = faults.product('free', { terraform: dataModule('free') });
    await register(world, busy, free);
    const first = await begin(world, 'deploy', busy);
    await eventually(async () => (await topicNames(world)).includes(`${world.topicPrefix}busy-a`), 'the first is at work');
    const [second, other] = [
      await start('deployDataProduct', { product: busy.line, version: '1.0.0', environment: 'local' }),
      await begin(world, 'deploy', free),
    ];
    expect(await outcomeOf(second)).toMatchObject({
      ended: 'OperationInProgress',
      message: expect.stringMatching(/http:.*deploy%3Alocal/),
    });
    expect(await outcomeOf(other)).toMatchObject({ ended: 'deployed' });
    expect(await outcomeOf(first)).toMatchObject({ ended: 'deployed' });
    expect(Object.keys((await faults.snapshot(busy)).topics)).toHaveLength(3);
  });

  it('is one of two operations that begin in the same moment, and the world is that of one', async () => {
    const { world } = faults;
    const twice = faults.product('twice', { terraform: topicsModule(['twice-a', 'twice-b']) });
    await register(world, twice);
    const input = { product: twice.line, version: '1.0.0', environment: 'local' };
    const outcomes = await Promise.all(
      [start('deployDataProduct', input), start('deployDataProduct', input)].map(async (run) => outcomeOf(await run)),
    );
    expect(outcomes.map(({ ended }) => ended)).toContain('deployed');
    expect(['deployed', 'unchanged', 'OperationInProgress']).toEqual(expect.arrayContaining(outcomes.map(({ ended }) => ended)));
    expect(Object.keys((await faults.snapshot(twice)).topics)).toHaveLength(2);
    expect((await faults.snapshot(twice)).open).toEqual({});
  });
});
