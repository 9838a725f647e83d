import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { begin, outcomeOf, register } from '../support/operations.js';
import { smallProduct } from '../support/small-product.js';
import type { SmallProduct } from '../support/small-product.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld, WorkerProcess } from '../support/steward-world.js';
import { openTraceCollector } from '../support/trace-collector.js';
import type { Span, TraceCollector } from '../support/trace-collector.js';
import { clearWorld } from '../support/world-snapshot.js';

const ERROR = 2;
const SECRET = 'what-the-collector-wants';

/** Proves that what several workers do for an operation is one trace, which tells operation, step, executor and outcome, and that the log leads to it. */
describe('the traces of workers', () => {
  let world: StewardWorld;
  let collector: TraceCollector;
  const workers: WorkerProcess[] = [];
  const products: SmallProduct[] = [];
  const start = async () => workers.push(await world.startWorker({ COLLECTOR: SECRET, STEWARD_LOG_LEVEL: 'debug' }));
  const gate = () => join(world.scratch, 'built');
  const log = () => workers.map((worker) => worker.log()).join('');
  beforeAll(async () => {
    collector = await openTraceCollector();
    world = await openWorld();
    world.options = {
      monitoring: { traces: { url: collector.url, headers: { authorization: 'env:COLLECTOR' } } },
      environment: {
        commands: {
          fails: { program: '/bin/false', arguments: [], effects: 'none', timeoutSeconds: 10 },
          waits: {
            program: '/bin/sh',
            arguments: ['-c', `until [ -e ${gate()} ]; do sleep 0.1; done`],
            effects: 'none',
            timeoutSeconds: 60,
          },
        },
      },
    };
    await start();
    products.push(
      smallProduct(world, 'good', {}),
      smallProduct(world, 'failing', { command: 'fails' }),
      smallProduct(world, 'held', { command: 'waits' }),
    );
    await register(world, ...products);
  });
  afterAll(async () => {
    await clearWorld(world, products);
    await world.close();
    await collector.close();
  });
  /** Of a run, once its own span has come. */
  const traceOf = (runId: string): Promise<Span[]> =>
    eventually(async () => {
      const spans = collector.spans.filter(({ traceId }) => traceId === runId.replaceAll('-', ''));
      return spans.some(({ parentSpanId }) => !parentSpanId) ? spans : undefined;
    }, 'the trace has come');

  it('tell a deployment: a span for the run, one for each attempt of what was done for it', async () => {
    const [good] = products;
    const handle = await begin(world, 'deploy', good!);
    expect(await outcomeOf(handle)).toMatchObject({ ended: 'deployed' });
    const { runId } = await handle.describe();
    const spans = await traceOf(runId);
    const [root, ...others] = spans.filter(({ parentSpanId }) => !parentSpanId);
    expect(others).toEqual([]);
    expect(root).toMatchObject({
      name: 'deploy',
      attributes: {
        'steward.operation': 'deploy',
        'steward.outcome': 'deployed',
        'temporal.workflow.id': handle.workflowId,
        'temporal.run.id': runId,
      },
      resource: { 'service.name': 'steward-worker', 'temporal.namespace': world.namespace },
    });
    const parts = spans.filter((span) => span !== root);
    expect(new Set(parts.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set([root!.spanId]));
    const applied = parts.filter(({ name }) => name === 'schema-registry.apply');
    expect(applied).toEqual([
      expect.objectContaining({
        attributes: expect.objectContaining({
          'steward.executor': 'schema-registry',
          'steward.step': expect.stringContaining('out'),
          'steward.product': good!.line,
          'steward.environment': 'local',
          'steward.outcome': 'ok',
          'temporal.attempt': 1,
        }),
      }),
    ]);
    expect(parts.map(({ name }) => name)).toEqual(expect.arrayContaining(['readRequest', 'planSteps', 'recordResult']));
    for (const { startTimeUnixNano, endTimeUnixNano } of parts) {
      expect(BigInt(startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(root!.startTimeUnixNano));
      expect(BigInt(endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(startTimeUnixNano));
    }
  });

  it('tell a failure by its type, and what was taken back', async () => {
    const handle = await begin(world, 'deploy', products[1]!);
    const { ended } = await outcomeOf(handle);
    const spans = await traceOf((await handle.describe()).runId);
    expect(spans.find(({ parentSpanId }) => !parentSpanId)).toMatchObject({ attributes: { 'steward.outcome': ended } });
    const failed = spans.find(({ name }) => name === 'command.apply');
    expect(failed).toMatchObject({ status: { code: ERROR, message: ended }, attributes: { 'steward.outcome': ended } });
  });

  it('are in the log, line by line, which leads from the one to the other', async () => {
    const lines = log()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { msg: string; trace_id?: string; runId?: string; activity?: string; level: number });
    const about = lines.filter(({ runId }) => runId !== undefined);
    expect(about.length).toBeGreaterThan(20);
    for (const { trace_id, runId } of about) expect(trace_id).toBe(runId!.replaceAll('-', ''));
    expect(lines).toContainEqual(expect.objectContaining({ msg: 'run ended', outcome: 'deployed', workflowType: 'deployDataProduct' }));
    const effects = lines.filter(({ activity, level }) => activity !== undefined && level >= 30);
    expect(new Set(effects.map(({ activity }) => activity!.split('.')[1]))).toEqual(new Set(['apply', 'revert']));
  });

  it('are of one piece when another worker goes on with an operation', async () => {
    const handle = await begin(world, 'deploy', products[2]!);
    await eventually(async () => JSON.stringify((await world.status(handle))?.steps ?? []).includes('"running"'), 'the build waits');
    workers[0]!.kill('SIGTERM');
    await workers[0]!.ended;
    await writeFile(gate(), '');
    await start();
    expect(await outcomeOf(handle)).toMatchObject({ ended: 'deployed' });
    const spans = await traceOf((await handle.describe()).runId);
    expect(new Set(spans.map(({ resource }) => resource['service.instance.id'])).size).toBe(2);
    expect(spans.filter(({ parentSpanId }) => !parentSpanId)).toHaveLength(1);
    const builds = spans.filter(({ name }) => name === 'command.apply').map(({ attributes }) => attributes['steward.outcome']);
    expect(builds.at(-1)).toBe('ok');
  });

  it('show the collector what it wants in the headers, and nobody else', () => {
    expect(collector.headers['authorization']).toBe(SECRET);
    expect(log()).not.toContain(SECRET);
    expect(collector.text).not.toContain(SECRET);
  });
});
