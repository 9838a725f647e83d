import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { produce, withKafkaAdmin } from '../../activities/support/kafka.js';
import { digestOfJson } from '../../descriptors/digest.js';
import { isRehearsalKey, operationWorkflowId, registerWorkflowId, twinName, twinOf } from '../../lifecycle/ids.js';
import type { RehearsalResult } from '../../lifecycle/operations.js';
import type { RehearsalEvidence } from '../../lifecycle/rehearsal.js';
import { eventually } from '../support/eventually.js';
import { begin, outcomeOf, register } from '../support/operations.js';
import { jobsSql, smallProduct, topicsModule } from '../support/small-product.js';
import type { SmallProduct } from '../support/small-product.js';
import { stackAddresses } from '../support/stack.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld, WorkerProcess } from '../support/steward-world.js';
import { clearWorld, jobsOf, registry, snapshot, topicNames } from '../support/world-snapshot.js';

const optional = { name: 'note', type: ['null', 'string'], default: null };

describe('a rehearsal', () => {
  let world: StewardWorld;
  let worker: WorkerProcess;
  const products: SmallProduct[] = [];
  beforeAll(async () => {
    world = await openWorld();
    worker = await world.startWorker();
  });
  afterAll(async () => {
    await clearWorld(world, products);
    await world.close();
  });

  const made = (name: string, parts: Parameters<typeof smallProduct>[2]): SmallProduct => {
    const product = smallProduct(world, name, parts);
    products.push(product);
    return product;
  };
  const whole = (name: string, version = '1.0.0', topics = ['a', 'b']): SmallProduct =>
    made(name, {
      version,
      terraform: topicsModule(topics.map((topic) => `${name}-${topic}`)),
      sql: jobsSql(`sink_${name}`),
      ...(version !== '1.0.0' && { fields: [{ name: 'id', type: 'string' }, optional] }),
    });
  const rehearse = (product: SmallProduct, input: object = {}): Promise<WorkflowHandle> =>
    world.start('rehearseDataProduct', operationWorkflowId('rehearse', 'local', product.line), {
      product: product.line,
      environment: 'local',
      requestedBy: 'developer@localhost',
      ...input,
    });
  const prefixOf = ({ line }: SmallProduct): string => twinOf(twinName('local', digestOfJson(line)))!.prefix + world.topicPrefix;

  /** What bears the prefix in the systems themselves, whatever Steward says. */
  const twinOfProduct = async (product: SmallProduct) => {
    const prefix = prefixOf(product);
    const topics = await withKafkaAdmin([stackAddresses().kafka], (admin) => admin.listTopics());
    const subjects = (await registry<string[]>('/subjects?deleted=true')) ?? [];
    const jobs = await jobsOf([product]);
    const begins = (name: string): boolean => name.startsWith(prefix);
    return { topics: topics.filter(begins), subjects: subjects.filter(begins), jobs: jobs.filter((name) => name.includes('.rehearsal-')) };
  };
  const nothing = { topics: [], subjects: [], jobs: [] };
  const evidenceOf = async ({ line }: SmallProduct): Promise<RehearsalEvidence[]> =>
    Promise.all(
      (await world.catalog.evidence.list(line)).filter(isRehearsalKey).map((key) => world.catalog.evidence.read<RehearsalEvidence>(key)),
    );

  it('of a deploy makes topics, schema and job under the prefix, takes them back, touches nothing else and says so', async () => {
    const product = whole('calm');
    await register(world, product);
    await outcomeOf(await begin(world, 'deploy', product));
    const before = await snapshot(world, [product]);
    const handle = await rehearse(product);
    const during = await eventually(async () => {
      const seen = await twinOfProduct(product);
      return seen.jobs.length > 0 ? seen : undefined;
    }, 'the job of the twin runs');
    expect(during).toMatchObject({
      topics: expect.arrayContaining([`${prefixOf(product)}calm-a`, `${prefixOf(product)}calm-b`]),
      subjects: [`${prefixOf(product)}calm-out-value`],
    });
    const result = (await handle.result()) as RehearsalResult;
    expect(result).toMatchObject({ state: 'rehearsed', rehearsed: 'deploy', version: '1.0.0', environment: 'local', unproven: [] });
    // Two topics and their two addresses in the state, subject, job, the record that is held.
    expect(result.compared).toBe(7);
    expect(await twinOfProduct(product)).toEqual(nothing);
    expect(await snapshot(world, [product])).toEqual(before);
    const [evidence, ...more] = await evidenceOf(product);
    expect(more).toEqual([]);
    expect(evidence).toMatchObject({ operation: 'rehearse', rehearsed: 'deploy', environment: 'local', clean: true, differences: [] });
    expect(evidence!.to.version).toBe('1.0.0');
    expect(evidence!.from).toBeUndefined();
  });

  it('of an upgrade starts from the former version in the twin, comes back to it, and leaves nothing of either', async () => {
    const product = whole('grows');
    const next = whole('grows', '1.1.0', ['a', 'b', 'c']);
    await register(world, product);
    await register(world, next);
    const result = await (await rehearse(next, { from: '1.0.0' })).result();
    expect(result).toMatchObject({ state: 'rehearsed', rehearsed: 'upgrade', from: '1.0.0', version: '1.1.0' });
    expect(await twinOfProduct(product)).toEqual(nothing);
    expect(await evidenceOf(product)).toMatchObject([
      { rehearsed: 'upgrade', from: { version: '1.0.0' }, to: { version: '1.1.0' }, clean: true },
    ]);
    const { versions } = (await world.catalog.products.read(product.line))!.record;
    expect(versions).toMatchObject({ '1.0.0': { state: 'registered' }, '1.1.0': { state: 'registered' } });
  });

  it('of the upgrade of the example replaces its running jobs and brings the former ones back', async () => {
    const line = 'urn:dpds:com.company-xyz:dataproducts:trackandtrace';
    for (const version of ['1.0.0', '1.1.0']) {
      const bundle = await world.upload(`examples/track-and-trace/${version}`);
      await (await world.start('registerDataProduct', registerWorkflowId(line, version), { bundle })).result();
    }
    const example = { line, version: '1.1.0' } as SmallProduct;
    const result = (await (await rehearse(example, { from: '1.0.0' })).result()) as RehearsalResult;
    expect(result).toMatchObject({ state: 'rehearsed', rehearsed: 'upgrade', from: '1.0.0', version: '1.1.0' });
    expect(await twinOfProduct(example)).toEqual(nothing);
  });

  it('fails, and names it, when the undo leaves something: records that others have written', async () => {
    const product = whole('busy');
    await register(world, product);
    const handle = await rehearse(product);
    const topic = `${prefixOf(product)}busy-a`;
    const record = { topic, key: 'k', value: 'v', headers: {} };
    await eventually(
      () =>
        produce([stackAddresses().kafka], record).then(
          () => true,
          () => undefined,
        ),
      'a record is written',
    );
    const outcome = await outcomeOf(handle);
    expect(outcome).toMatchObject({ ended: 'RehearsalFailed' });
    expect(outcome.message).toContain('kafka_topic.t0');
    expect(await evidenceOf(product)).toMatchObject([{ clean: false, ended: 'failed', differences: [{ address: 'kafka_topic.t0' }] }]);
    // What bears the prefix is the rehearsal's: it goes all the same.
    expect(await twinOfProduct(product)).toEqual(nothing);
  });

  it('fails, and tells the step, when the operation itself cannot be done', async () => {
    const product = made('broken', {
      terraform: topicsModule(['broken-a']),
      sql: jobsSql('sink_a').replace('SELECT a', 'SELECT a / (a - a)'),
    });
    await register(world, product);
    const outcome = await outcomeOf(await rehearse(product));
    expect(outcome).toMatchObject({ ended: 'RehearsalFailed' });
    expect(outcome.message).toContain('the deploy itself failed');
    expect(await evidenceOf(product)).toMatchObject([{ clean: false, differences: [], cause: { type: expect.any(String) } }]);
    expect(await twinOfProduct(product)).toEqual(nothing);
  });

  it('is refused before any effect when a template does not use the variable, and says which', async () => {
    const bare = topicsModule(['bare-a', 'bare-b']).replace('${var.topic_prefix}bare-b', `plain${world.id}-bare-b`);
    const product = made('bare', { terraform: bare });
    await register(world, product);
    const outcome = await outcomeOf(await rehearse(product));
    expect(outcome).toMatchObject({ ended: 'NotRehearsable' });
    expect(outcome.message).toContain(`topic plain${world.id}-bare-b does not begin with \${env:TOPIC_PREFIX}`);
    expect(outcome.message).toContain('(terraform)');
    expect(outcome.report?.ended).not.toBe('left');
    const record = (await world.catalog.environments.read(product.line, twinName('local', digestOfJson(product.line))))?.record;
    expect(record).toBeUndefined();
    expect(await evidenceOf(product)).toEqual([]);
  });

  it('clears the twin when it is cancelled with the former version deployed in it', async () => {
    const product = whole('ends');
    const next = whole('ends', '1.1.0', ['a', 'b', 'c']);
    await register(world, product);
    await register(world, next);
    const handle = await rehearse(next, { from: '1.0.0' });
    await eventually(async () => (await twinOfProduct(next)).topics.includes(`${prefixOf(next)}ends-c`), 'the upgrade has begun');
    await handle.cancel();
    expect(await outcomeOf(handle)).toMatchObject({ ended: 'Cancelled' });
    expect(await twinOfProduct(product)).toEqual(nothing);
  });

  it('clears first what one left that was terminated', async () => {
    const product = whole('falls');
    await register(world, product);
    const handle = await rehearse(product);
    await eventually(async () => (await twinOfProduct(product)).topics.length > 0, 'the first topic is there');
    await handle.terminate('ended from outside');
    expect(await (await rehearse(product)).result()).toMatchObject({ state: 'rehearsed' });
    expect(await twinOfProduct(product)).toEqual(nothing);
  });

  it('comes to the same end when the worker is killed in the middle', async () => {
    const product = whole('killed');
    await register(world, product);
    const handle = await rehearse(product);
    await eventually(async () => (await twinOfProduct(product)).topics.length > 0, 'the first topic is there');
    worker.kill('SIGKILL');
    await worker.ended;
    worker = await world.startWorker();
    expect(await handle.result()).toMatchObject({ state: 'rehearsed' });
    expect(await twinOfProduct(product)).toEqual(nothing);
  });
});

describe('a policy that asks for a rehearsal', () => {
  let world: StewardWorld;
  beforeAll(async () => {
    world = await openWorld();
    const folder = join(import.meta.dirname, '../../examples/policies-rehearsal');
    world.options = { environment: { stage: 'prod' }, policies: { folder, defaults: false } };
    await world.startWorker();
  });
  afterAll(() => world.close());

  it('stops a deploy before the rehearsal and lets it pass after it, for that very version', async () => {
    const product = smallProduct(world, 'strict', { terraform: topicsModule(['strict-a']) });
    await register(world, product);
    const early = await outcomeOf(await begin(world, 'deploy', product));
    // With a reason somebody could be asked for an exception.
    expect(early).toMatchObject({ ended: 'PolicyViolated' });
    expect(early.message).toContain('The deploy of 1.0.0 was not rehearsed clean within the last 30 days.');
    const handle = await world.start('rehearseDataProduct', operationWorkflowId('rehearse', 'local', product.line), {
      product: product.line,
      version: product.version,
      environment: 'local',
      requestedBy: 'developer@localhost',
    });
    expect(await handle.result()).toMatchObject({ state: 'rehearsed' });
    expect(await outcomeOf(await begin(world, 'deploy', product))).toMatchObject({ ended: 'deployed' });
    await clearWorld(world, [product]);
    expect(await topicNames(world)).toEqual([]);
  });
});
