import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { flinkSqlExecutor } from '../../../../activities/executors/flink-sql/index.js';
import { isActive, JobManager } from '../../../../activities/executors/flink-sql/job-manager.js';
import { waitUntil } from '../../../../activities/support/abortable-wait.js';
import { startStack, type Stack } from '../../../../local/stack/index.js';
import { executorWorld, stackEnvironment, StepRun, task, uniqueName, type ExecutorWorld } from '../../../support/executor-world.js';

/** A Flink of its own, because it is killed here. */
let stack: Stack;
let home: string;
let world: ExecutorWorld;
const product = uniqueName('restart');

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'flink-restart-'));
  stack = await startStack({ home, ports: 'free', only: ['flink'] });
  const { flinkGateway, flinkRest, flinkSavepoints } = stack.addresses;
  world = executorWorld(stackEnvironment({ flink: { gatewayUrl: flinkGateway, jobManagerUrl: flinkRest, savepoints: flinkSavepoints } }));
});
afterAll(async () => {
  await stack?.stop();
  rmSync(home, { recursive: true, force: true });
});

it('a job that a killed Flink forgot is absent, and goes on from its newest checkpoint', async () => {
  const script = `CREATE TEMPORARY TABLE numbers (a BIGINT) WITH ('connector' = 'datagen', 'fields.a.kind' = 'sequence', 'fields.a.start' = '1', 'fields.a.end' = '1000000', 'rows-per-second' = '1');
CREATE TEMPORARY TABLE sink_a (a BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO sink_a SELECT a FROM numbers;`;
  const sql = task({ service: 'flink-sql', bundle: world.bundle({ 'app.sql': script }), path: 'app.sql' });
  const manager = new JobManager(world.environment.flink!);
  const running = async () => (await manager.jobs()).filter((job) => isActive(job.state));

  const deploy = new StepRun(flinkSqlExecutor(world.deps), product, { to: sql });
  await deploy.run();
  const [before] = await running();
  const checkpoint = await waitUntil(() => manager.newestSnapshot(before!.id), { everyMs: 200, withinMs: 60_000 });
  expect(checkpoint).toMatch(/chk-\d+$/);

  await stack.killOne('flink');
  expect(await deploy.probe()).toMatchObject({ state: 'unreachable' });
  await stack.startOne('flink');
  expect(await running()).toEqual([]);
  expect(await deploy.probe()).toMatchObject({ state: 'from', healthy: false });

  const redeploy = new StepRun(flinkSqlExecutor(world.deps), product, { from: sql, to: sql });
  expect((await redeploy.preview()).changes).toMatchObject([
    { address: 'job sink_a', action: 'create', dataLoss: false, summary: expect.stringMatching(/goes on from file:\S+chk-\d+$/) },
  ]);
  await redeploy.apply();
  const [after, ...more] = await running();
  expect(more).toEqual([]);
  expect(after?.name).toBe(before?.name);
  const restored = await waitUntil(
    async () => {
      const answer = await fetch(`${world.environment.flink!.jobManagerUrl}/jobs/${after!.id}/checkpoints`);
      const { latest } = (await answer.json()) as { latest: { restored: { external_path: string } | null } };
      return latest.restored?.external_path;
    },
    { everyMs: 200, withinMs: 20_000 },
  );
  expect(restored).toMatch(new RegExp(`${before!.id}/chk-\\d+$`));
});
