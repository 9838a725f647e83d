import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import getPort from 'get-port';
import { parse } from 'yaml';
import { ownGauges, ownMetrics } from '../../worker/monitoring/index.js';
import { commandLine } from '../support/command-line.js';
import { eventually } from '../support/eventually.js';
import { register } from '../support/operations.js';
import { smallProduct } from '../support/small-product.js';
import type { SmallProduct } from '../support/small-product.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld, WorkerProcess } from '../support/steward-world.js';
import { clearWorld } from '../support/world-snapshot.js';

interface Rules {
  groups: { rules: { alert: string; expr: string; annotations: { summary: string; description: string } }[] }[];
}

/** Proves on a running worker that its metrics tell what became of operations, and that alerts and dashboard ask for metrics that are there. */
describe('a worker that is watched', () => {
  let world: StewardWorld;
  let worker: WorkerProcess;
  let metrics: string;
  const products: SmallProduct[] = [];
  beforeAll(async () => {
    world = await openWorld();
    const port = await getPort({ host: '127.0.0.1' });
    world.options = {
      monitoring: { metrics: { port }, health: { port: 0 } },
      environment: { commands: { fails: { program: '/bin/false', arguments: [], effects: 'none', timeoutSeconds: 10 } } },
    };
    worker = await world.startWorker();
    metrics = `http://127.0.0.1:${port}/metrics`;
  });
  afterAll(async () => {
    await clearWorld(world, products);
    await world.close();
  });
  const scraped = async (): Promise<string> => (await fetch(metrics)).text();
  /** The value of a metric with all these labels; undefined when there is none. */
  const valueOf = (text: string, name: string, labels: { [label: string]: string }): number | undefined => {
    const line = text
      .split('\n')
      .find(
        (each) =>
          [`${name}{`, `${name} `].some((start) => each.startsWith(start)) &&
          Object.entries(labels).every(([label, value]) => each.includes(`${label}="${value}"`)),
      );
    return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
  };

  it('counts how operations end, and what each activity took, by outcome', async () => {
    const steward = commandLine(world);
    const [good, bad] = [smallProduct(world, 'counted', {}), smallProduct(world, 'failing', { command: 'fails' })];
    products.push(good, bad);
    for (const product of products) await register(world, product);
    expect((await steward(['deploy', good.line, '1.0.0', '--as', 'developer@localhost'])).exitCode).toBe(0);
    expect((await steward(['deploy', bad.line, '1.0.0', '--as', 'developer@localhost'])).exitCode).toBe(15);
    const text = await eventually(async () => {
      const seen = await scraped();
      return valueOf(seen, `${ownMetrics.ended}_total`, { operation: 'deploy', ended: 'compensated' }) === undefined ? undefined : seen;
    }, 'the end is counted');
    expect(valueOf(text, `${ownMetrics.ended}_total`, { operation: 'deploy', ended: 'done' })).toBe(1);
    expect(valueOf(text, `${ownMetrics.ended}_total`, { operation: 'deploy', ended: 'compensated' })).toBe(1);
    // There from the start, so that the first event is a rise.
    expect(valueOf(text, `${ownMetrics.operator}_total`, { operation: 'retire' })).toBe(0);
    const gauges = await eventually(async () => {
      const seen = await scraped();
      return valueOf(seen, ownGauges.ready, {}) === 1 ? seen : undefined;
    }, 'it says that it is ready');
    expect(valueOf(gauges, ownGauges.waiting, {})).toBe(0);
    expect(valueOf(text, `${ownMetrics.activity}_count`, { activity: 'schema-registry.apply', outcome: 'ok' })).toBeGreaterThanOrEqual(1);
    expect(valueOf(text, `${ownMetrics.activity}_count`, { activity: 'command.apply', outcome: 'CommandFailed' })).toBe(1);
  });

  it('says that it is ready, and is asked by nothing that it does not serve', async () => {
    const url = /"url":"(http:[^"]+)","msg":"health is served"/.exec(worker.log())![1]!;
    const answer = await fetch(`${url}/ready`);
    expect({ status: answer.status, body: await answer.json() }).toEqual({
      status: 200,
      body: { status: 'ready', workers: 'ok', temporal: 'ok', catalog: 'ok' },
    });
    // What may come at most: own metrics, and those of Temporal's SDK that have come up. Others come with what they count.
    const known = new Set([...(await scraped()).matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name!));
    const seldom = [`${ownMetrics.decided}_total`, 'temporal_workflow_task_execution_failed_total', 'up'];
    const { groups } = parse(await readFile('worker/monitoring/alerts.yaml', 'utf8')) as Rules;
    const dashboard = await readFile('worker/monitoring/dashboard.json', 'utf8');
    const asked = [
      ...groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
      ...[...dashboard.matchAll(/"expr": "(.*)"/g)].map(([, expr]) => expr!),
    ];
    const names = new Set(asked.flatMap((expr) => expr.match(/\b(steward_|temporal_|up\b)[a-z_]*/g) ?? []));
    const missing = [...names].filter((name) => !known.has(name.replace(/_(bucket|count|sum)$/, '')) && !seldom.includes(name));
    expect(missing).toEqual([]);
    expect(names.size).toBeGreaterThan(6);
  });
});
