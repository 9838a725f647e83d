import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { flinkSqlExecutor } from '../../../../activities/executors/flink-sql/index.js';
import { JobLedger } from '../../../../activities/executors/flink-sql/ledger.js';
import { isActive, JobManager, type JobSummary } from '../../../../activities/executors/flink-sql/job-manager.js';
import type { Executor } from '../../../../lifecycle/executor.js';
import { Failure } from '../../../../lifecycle/failures.js';
import type { Task } from '../../../../lifecycle/task.js';
import { eventually } from '../../../support/eventually.js';
import { startCuttingProxy, type CuttingProxy } from '../../../support/cutting-proxy.js';
import { executorWorld, stackEnvironment, StepRun, task, uniqueName, type ExecutorWorld } from '../../../support/executor-world.js';
import { NthRequest } from '../../../support/fault-world.js';
import { stackAddresses } from '../../../support/stack.js';

const tables = (columns = 'a INT'): string =>
  `CREATE TEMPORARY TABLE numbers (a INT) WITH ('connector' = 'datagen', 'rows-per-second' = '1');
CREATE TEMPORARY TABLE sink_a (${columns}) WITH ('connector' = 'blackhole');
CREATE TEMPORARY TABLE sink_b (${columns}) WITH ('connector' = 'blackhole');
`;
const insertA = 'INSERT INTO sink_a SELECT a FROM numbers;\n';
const insertB = 'INSERT INTO sink_b SELECT a FROM numbers;\n';

describe('Flink SQL executor on a real cluster: jobs', () => {
  let world: ExecutorWorld;
  let proxy: CuttingProxy;
  let managerProxy: CuttingProxy;
  let executor: Executor;
  let manager: JobManager;
  const products: string[] = [];

  beforeAll(async () => {
    const stack = stackAddresses();
    proxy = await startCuttingProxy(new URL(stack.flinkGateway).host);
    const direct = stackEnvironment();
    managerProxy = await startCuttingProxy(new URL(stack.flinkRest).host);
    const addresses = { gatewayUrl: `http://${proxy.address}`, jobManagerUrl: `http://${managerProxy.address}` };
    world = executorWorld(stackEnvironment({ flink: { ...direct.flink!, ...addresses } }));
    executor = flinkSqlExecutor(world.deps);
    manager = new JobManager(direct.flink!);
  });
  afterAll(async () => {
    for (const job of await manager.jobs())
      if (products.some((name) => job.name.includes(name)) && isActive(job.state)) await manager.cancel(job.id);
    await proxy.close();
    await managerProxy.close();
  });

  function product(): string {
    products.push(uniqueName('jobs'));
    return products.at(-1)!;
  }
  const sql = (source: string, id?: string): Task =>
    task({
      service: 'flink-sql',
      bundle: world.bundle({ 'sql/flink/app.sql': source, 'sql/ksqldb/app.sql': 'NOT FLINK' }),
      path: 'sql',
      ...(id !== undefined && { id }),
    });
  const active = async (name: string): Promise<JobSummary[]> =>
    (await manager.jobs()).filter((job) => job.name.includes(`:${name}:`) && isActive(job.state));
  const sinks = async (name: string): Promise<string[]> => (await active(name)).map((job) => /\/([^/]*)@/.exec(job.name)![1]!).sort();

  it('starts one job a sink, and has nothing to do the second time', async () => {
    const name = product();
    const run = new StepRun(executor, name, { to: sql(tables() + insertA + insertB) });
    expect((await run.preview()).changes.map(({ address, action, phase }) => [address, action, phase])).toEqual([
      ['job sink_a', 'create', 'apply'],
      ['job sink_b', 'create', 'apply'],
    ]);
    expect(await run.probe()).toMatchObject({ state: 'from' });
    await run.apply();
    await run.apply('apply', 2);
    expect(await sinks(name)).toEqual(['sink_a', 'sink_b']);
    expect(await run.probe()).toMatchObject({ state: 'to', healthy: true });
    const again = new StepRun(executor, name, {
      from: sql(tables() + insertA + insertB),
      to: sql(`-- a comment\n${tables()}${insertA}${insertB}`),
    });
    expect((await again.preview()).changes).toEqual([]);
    await run.revert();
    expect(await active(name)).toEqual([]);
    expect(await run.probe()).toMatchObject({ state: 'from' });
  });

  it.each([1, 2, 3])('makes one job when the answer to its statement %i is lost (the third is the submission)', async (which) => {
    const name = product();
    const run = new StepRun(executor, name, { to: sql(tables() + insertA) });
    await run.preview();
    proxy.cut('lose-answer', { request: new NthRequest(/^POST \/v1\/sessions\/[^/]+\/statements/, which) });
    await run.apply().catch(() => run.apply('apply', 2));
    expect(await sinks(name)).toEqual(['sink_a']);
    const names = (await manager.jobs()).filter((job) => job.name.includes(`:${name}:`));
    expect(names).toHaveLength(1);
    await run.revert();
    expect(await active(name)).toEqual([]);
  });

  it('stops the former job once, with its savepoint, when the answer to the stop is lost', async () => {
    const name = product();
    const [v1, v2] = [sql(tables() + insertA), sql(`${tables()}INSERT INTO sink_a SELECT a + 1 FROM numbers;`)];
    await new StepRun(executor, name, { to: v1 }).run();
    const [former] = await active(name);
    const upgrade = new StepRun(executor, name, { from: v1, to: v2 });
    await upgrade.preview();
    const stops = new NthRequest(/^POST \/jobs\/\w+\/stop/, 1);
    managerProxy.cut('lose-answer', { request: stops });
    await upgrade.apply().catch(() => upgrade.apply('apply', 2));
    expect(stops.seen).toBeGreaterThan(0);
    expect(await active(name)).toHaveLength(1);
    // A job that is stopped with a savepoint finishes; one that is cancelled for want of an answer would have been CANCELED.
    expect((await manager.jobs()).find(({ id }) => id === former!.id)?.state).toBe('FINISHED');
    expect(await upgrade.probe()).toMatchObject({ state: 'to', healthy: true });
    await new StepRun(executor, name, { from: v2 }).run();
  });

  it('undoes an upgrade to one job of the former version when the answers to the cancel and to the new start are lost', async () => {
    const name = product();
    const [v1, v2] = [sql(tables() + insertA), sql(`${tables()}INSERT INTO sink_a SELECT a + 1 FROM numbers;`)];
    await new StepRun(executor, name, { to: v1 }).run();
    const [former] = await active(name);
    const upgrade = new StepRun(executor, name, { from: v1, to: v2 });
    await upgrade.preview();
    await upgrade.apply();
    const cancels = new NthRequest(/^PATCH \/jobs/, 1);
    const submissions = new NthRequest(/^POST \/v1\/sessions\/[^/]+\/statements/, 3);
    managerProxy.cut('lose-answer', { request: cancels });
    proxy.cut('lose-answer', { request: submissions });
    let remains: unknown;
    for (let attempt = 1; remains === undefined && attempt <= 4; attempt += 1) remains = await upgrade.revert().catch(() => undefined);
    expect(remains).toEqual([]);
    expect([cancels.seen > 0, submissions.seen >= 3]).toEqual([true, true]);
    expect((await active(name)).map((job) => job.name)).toEqual([former!.name]);
    // The first start, and the one of the undo: none of them twice.
    expect((await manager.jobs()).filter((job) => job.name === former!.name)).toHaveLength(2);
    await new StepRun(executor, name, { from: v1 }).run();
  });

  it('never touches the job of another product that writes a sink of the same name', async () => {
    const [ours, theirs] = [product(), product()];
    const script = sql(tables() + insertA);
    await new StepRun(executor, theirs, { to: script }).run();
    const before = await active(theirs);
    const deploy = new StepRun(executor, ours, { to: script });
    await deploy.run();
    expect(await deploy.revert()).toEqual([]);
    await new StepRun(executor, ours, { to: script }).run();
    await new StepRun(executor, ours, { from: script }).run();
    expect(await active(ours)).toEqual([]);
    expect(await active(theirs)).toEqual(before);
    await new StepRun(executor, theirs, { from: script }).run();
  });

  it('neither stops nor takes over the job of another task of the same product that writes a table of the same name', async () => {
    const name = product();
    const first = sql(tables() + insertA, 'application:first:deploy');
    await new StepRun(executor, name, { to: first }).run();
    const before = await active(name);
    const refused = {
      type: 'TemplateRefused',
      message: expect.stringMatching(/^application:second:deploy: task application:first:deploy .*sink_a/),
    };
    for (const statement of [insertA, 'INSERT INTO sink_a SELECT a + 1 FROM numbers;']) {
      const second = sql(tables() + insertB + statement, 'application:second:deploy');
      const former = sql(tables() + insertB, 'application:second:deploy');
      await expect(new StepRun(executor, name, { to: second }).preview()).rejects.toMatchObject(refused);
      await expect(new StepRun(executor, name, { from: former, to: second }).preview()).rejects.toMatchObject(refused);
      // Both previewed before either ran, as in a first deployment.
      await new StepRun(executor, name, { from: first }).run();
      const run = new StepRun(executor, name, { to: second });
      await run.preview();
      await new StepRun(executor, name, { to: first }).run();
      await expect(run.apply()).rejects.toMatchObject(refused);
      expect(await run.revert()).toEqual([]);
      // A retirement of the second leaves the first alone, whatever its script names.
      await new StepRun(executor, name, { from: second }).run();
      expect((await active(name)).map((job) => job.name)).toEqual(before.map((job) => job.name));
    }
    await new StepRun(executor, name, { from: first }).run();
    expect(await active(name)).toEqual([]);
  });

  it('knows a running job whose start was noted before tasks were', async () => {
    const name = product();
    const [v1, v2] = [sql(tables() + insertA), sql(`${tables()}INSERT INTO sink_a SELECT a + 1 FROM numbers;`)];
    await new StepRun(executor, name, { to: v1 }).run();
    const older = flinkSqlExecutor({
      ...world.deps,
      results: {
        put: (key, value) => world.deps.results.put(key, value),
        get: async <T>(key: string) => {
          const found = await world.deps.results.get<T>(key);
          if (found !== null && typeof found === 'object' && 'generation' in found) delete (found as { task?: string }).task;
          return found;
        },
      },
    });
    expect((await new StepRun(older, name, { from: v1, to: v1 }).preview()).changes).toEqual([]);
    await new StepRun(older, name, { from: v1, to: v2 }).run();
    expect(await active(name)).toHaveLength(1);
    await new StepRun(older, name, { from: v2 }).run();
    expect(await active(name)).toEqual([]);
  });

  it('leaves unchanged jobs running in an upgrade, replaces the changed one, and goes back', async () => {
    const name = product();
    const v1 = sql(tables() + insertA + insertB);
    const v2 = sql(tables() + insertA + 'INSERT INTO sink_b SELECT a + 1 FROM numbers;');
    await new StepRun(executor, name, { to: v1 }).run();
    const before = await active(name);
    const idOf = (jobs: JobSummary[], sink: string): string | undefined => jobs.find((job) => job.name.includes(`/${sink}@`))?.id;
    const upgrade = new StepRun(executor, name, { from: v1, to: v2 });
    expect((await upgrade.preview()).changes).toMatchObject([
      { address: 'job sink_b', action: 'replace', undo: 'equivalent', dataLoss: false },
    ]);
    await upgrade.apply();
    const after = await active(name);
    expect(idOf(after, 'sink_a')).toBe(idOf(before, 'sink_a'));
    expect(idOf(after, 'sink_b')).not.toBe(idOf(before, 'sink_b'));
    expect(await upgrade.probe()).toMatchObject({ state: 'to', healthy: true });
    expect(await upgrade.revert()).toEqual([]);
    expect((await active(name)).map((job) => job.name).sort()).toEqual(before.map((job) => job.name).sort());
    expect(await upgrade.probe()).toMatchObject({ state: 'from' });
    await new StepRun(executor, name, { from: v1 }).run();
  });

  it.each([
    ['another topology', 'INSERT INTO sink_a SELECT MAX(a) FROM numbers;'],
    ['another type of state', 'INSERT INTO sink_a SELECT CAST(COUNT(DISTINCT CAST(a AS STRING)) AS INT) FROM numbers GROUP BY a;'],
  ])('starts without the former state where it does not fit any more: %s', async (_, statement) => {
    const name = product();
    const [v1, v2] = [
      sql(`${tables()}INSERT INTO sink_a SELECT CAST(COUNT(*) AS INT) FROM numbers GROUP BY a;`),
      sql(tables() + statement),
    ];
    await new StepRun(executor, name, { to: v1 }).run();
    const upgrade = new StepRun(executor, name, { from: v1, to: v2 });
    expect((await upgrade.run()).changes).toMatchObject([{ action: 'replace', dataLoss: true }]);
    expect(await upgrade.probe()).toMatchObject({ state: 'to', healthy: true });
    expect(await active(name)).toHaveLength(1);
    await new StepRun(executor, name, { from: v2 }).run();
  });

  it('keeps a job that an upgrade drops until the end', async () => {
    const name = product();
    const [v1, v2] = [sql(tables() + insertA + insertB), sql(tables() + insertA)];
    await new StepRun(executor, name, { to: v1 }).run();
    const upgrade = new StepRun(executor, name, { from: v1, to: v2 });
    expect((await upgrade.preview()).changes).toMatchObject([{ address: 'job sink_b', action: 'delete', phase: 'finalise' }]);
    await upgrade.apply('apply');
    expect(await sinks(name)).toEqual(['sink_a', 'sink_b']);
    await upgrade.apply('finalise');
    expect(await sinks(name)).toEqual(['sink_a']);
    await new StepRun(executor, name, { from: v2 }).run();
  });

  it('stops everything when a product goes, and can bring it back', async () => {
    const name = product();
    const v1 = sql(tables() + insertA);
    await new StepRun(executor, name, { to: v1 }).run();
    const retire = new StepRun(executor, name, { from: v1 });
    expect((await retire.preview()).changes).toMatchObject([{ action: 'delete', phase: 'apply', undo: 'exact' }]);
    await retire.apply();
    expect(await active(name)).toEqual([]);
    expect(await retire.probe()).toMatchObject({ state: 'to', healthy: true });
    expect(await retire.revert()).toEqual([]);
    expect(await sinks(name)).toEqual(['sink_a']);
    await retire.apply();
    expect(await active(name)).toEqual([]);
  });

  it('restores a job that somebody cancelled', async () => {
    const name = product();
    const v1 = sql(tables() + insertA);
    await new StepRun(executor, name, { to: v1 }).run();
    await manager.cancel((await active(name))[0]!.id);
    const redeploy = new StepRun(executor, name, { from: v1, to: v1 });
    expect((await redeploy.preview()).changes).toMatchObject([{ address: 'job sink_a', action: 'create' }]);
    await redeploy.apply();
    expect(await sinks(name)).toEqual(['sink_a']);
    await new StepRun(executor, name, { from: v1 }).run();
  });

  it('announces a loss when a job with state is gone and nothing is found that it could go on from', async () => {
    const name = product();
    const v1 = sql(`${tables()}INSERT INTO sink_a SELECT MAX(a) FROM numbers;`);
    await new StepRun(executor, name, { to: v1 }).run();
    await manager.cancel((await active(name))[0]!.id);
    const redeploy = new StepRun(executor, name, { from: v1, to: v1 });
    expect((await redeploy.preview()).changes).toMatchObject([
      { address: 'job sink_a', action: 'create', dataLoss: true, summary: expect.stringContaining('no savepoint or checkpoint') },
    ]);
    await redeploy.apply();
    expect(await redeploy.probe()).toMatchObject({ state: 'to', healthy: true });
    await new StepRun(executor, name, { from: v1 }).run();
  });

  it('refuses a wrong statement at the preview with file and line', async () => {
    const run = new StepRun(executor, product(), {
      to: sql(`${tables()}-- next is wrong\nINSERT INTO sink_a\n  SELECT b\n  FROM numbers;`),
    });
    await expect(run.preview()).rejects.toMatchObject({
      type: 'StatementRefused',
      message: expect.stringMatching(/^sql\/flink\/app\.sql:6: .*'b'/),
    });
    const syntax = new StepRun(executor, product(), { to: sql(`${tables()}INSERT INTO sink_a SELEC a FROM numbers;`) });
    await expect(syntax.preview()).rejects.toMatchObject({
      type: 'StatementRefused',
      message: expect.stringMatching(/^sql\/flink\/app\.sql:4: /),
    });
  });

  it('tells the root cause of a job that cannot run, and leaves no job behind', async () => {
    const name = product();
    const run = new StepRun(executor, name, {
      to: sql(`${tables()}INSERT INTO sink_a SELECT CAST('x' || CAST(a AS STRING) AS INT) FROM numbers;`),
    });
    await run.preview();
    // Its first row ends it: while it starts, or a moment later, when its probe says so.
    const cause = expect.stringContaining('For input string');
    const refused = await run.apply().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (refused !== undefined) {
      expect(refused).toMatchObject({ type: 'JobFailed', message: cause });
      expect(await active(name)).toEqual([]);
    } else
      await eventually(async () => {
        expect(await run.probe()).toMatchObject({ healthy: false, evidence: [cause] });
        return true;
      }, 'the probe tells the cause');
    await run.revert();
    expect(await active(name)).toEqual([]);
  });

  it('says that the gateway is down, and goes on afterwards', async () => {
    const name = product();
    const run = new StepRun(executor, name, { to: sql(tables() + insertA) });
    await run.preview();
    await proxy.down();
    await expect(run.apply()).rejects.toMatchObject({ type: 'SystemUnavailable', message: expect.stringContaining('Flink SQL gateway') });
    await proxy.up();
    await run.apply('apply', 2);
    expect(await sinks(name)).toEqual(['sink_a']);
    await run.revert();
  });

  it('brings back a job that was being stopped when the run was cancelled', async () => {
    const name = product();
    const v1 = sql(tables() + insertA);
    await new StepRun(executor, name, { to: v1 }).run();
    const [former] = await active(name);
    const abort = new AbortController();
    const upgrade = new StepRun(
      executor,
      name,
      { from: v1, to: sql(`${tables()}INSERT INTO sink_a SELECT a + 1 FROM numbers;`) },
      abort.signal,
    );
    await upgrade.preview();
    managerProxy.cut('lose-answer', { request: /^POST \/jobs\/\w+\/stop/, meanwhile: async () => abort.abort(new Error('cancelled')) });
    await expect(upgrade.apply()).rejects.toThrow();
    expect(await upgrade.revert()).toEqual([]);
    await eventually(async () => !(await active(name)).some(({ id }) => id === former!.id), 'the former job has been stopped');
    expect((await active(name)).map((job) => job.name)).toEqual([former!.name]);
    await new StepRun(executor, name, { from: v1 }).run();
  });

  it('leaves a job running whose savepoint fails, and says why', async () => {
    const name = product();
    const v1 = sql(tables() + insertA);
    await new StepRun(executor, name, { to: v1 }).run();
    const [former] = await active(name);
    const elsewhere = stackEnvironment({ flink: { ...world.environment.flink!, savepoints: 'file:///proc/nowhere' } });
    const withoutSavepoints = flinkSqlExecutor({ ...world.deps, environment: () => elsewhere });
    for (const to of [sql(`${tables()}INSERT INTO sink_a SELECT a + 1 FROM numbers;`), undefined]) {
      const run = new StepRun(withoutSavepoints, name, { from: v1, ...(to && { to }) });
      await run.preview();
      const refused = { type: 'SystemRefused', message: expect.stringMatching(/^job \S+ goes on, .*savepoint.*nowhere/) };
      await expect(run.apply()).rejects.toMatchObject(refused);
      await expect(run.apply('apply', 2)).rejects.toMatchObject(refused);
      expect((await active(name)).map(({ id }) => id)).toEqual([former!.id]);
      expect(await run.revert()).toEqual([]);
    }
    expect((await active(name)).map(({ id }) => id)).toEqual([former!.id]);
    await new StepRun(executor, name, { from: v1 }).run();
  });

  it('brings back a job that was being cancelled, because it was restarting, when the run was cancelled', async () => {
    const name = product();
    // One half of the job fails at its third row and waits for an hour; the other does long work on each record, and ends when it is through.
    const digits = [0, 1, 2, 3, 4, 5, 6, 7].map((each) => `CHAR_LENGTH(SHA512(REPEAT('${each}', 10000000 + MOD(a, 9))))`);
    const script = (work: string): Task =>
      sql(`SET 'restart-strategy.type' = 'fixed-delay';
SET 'restart-strategy.fixed-delay.attempts' = '9';
SET 'restart-strategy.fixed-delay.delay' = '1 h';
${tables()}CREATE TEMPORARY TABLE counted (a INT) WITH ('connector' = 'datagen', 'rows-per-second' = '1', 'fields.a.kind' = 'sequence', 'fields.a.start' = '1', 'fields.a.end' = '1000000');
EXECUTE STATEMENT SET BEGIN
INSERT INTO sink_a SELECT ${work} FROM numbers;
INSERT INTO sink_b SELECT CASE WHEN a = 3 THEN CAST('x' || CAST(a AS STRING) AS INT) ELSE a END FROM counted;
END;`);
    const v1 = script(digits.join(' + '));
    await new StepRun(executor, name, { to: v1 }).run();
    const [former] = await active(name);
    await eventually(async () => (await manager.failures(former!.id)).times.length > 0, 'one half has failed');
    const abort = new AbortController();
    const upgrade = new StepRun(executor, name, { from: v1, to: script('a + 1') }, abort.signal);
    await upgrade.preview();
    let reverting: Promise<unknown> | undefined;
    managerProxy.cut('lose-answer', {
      request: /^PATCH \/jobs/,
      meanwhile: async () => {
        abort.abort(new Error('cancelled'));
        reverting = upgrade.revert();
      },
    });
    await expect(upgrade.apply()).rejects.toThrow();
    expect(await reverting).toEqual([]);
    await eventually(async () => !(await active(name)).some(({ id }) => id === former!.id), 'the former job has ended');
    expect((await active(name)).map((job) => job.name)).toEqual([former!.name]);
    await new StepRun(executor, name, { from: v1 }).run();
  });

  it('waits once for all starts that were noted and of which the cluster knows nothing', async () => {
    const name = product();
    const sinksOf = ['c', 'd', 'e', 'f', 'g', 'h'].map((each) => `sink_${each}`);
    const source = sinksOf.map(
      (sink) => `CREATE TEMPORARY TABLE ${sink} (a INT) WITH ('connector' = 'blackhole');\nINSERT INTO ${sink} SELECT a FROM numbers;\n`,
    );
    const run = new StepRun(executor, name, { to: sql(tables() + source.join('')) });
    const { changes } = await run.preview();
    const ledger = new JobLedger(world.deps.results, 'test', 'outputPort:thing:flink-sql');
    for (const { summary } of changes) await ledger.next(summary!, run.key);
    const looks = new NthRequest(/^GET \/jobs\/overview/);
    managerProxy.cut('pass', { request: looks });
    expect(await run.revert()).toEqual([]);
    // One wait looks ten times a second for three seconds.
    expect(looks.seen).toBeLessThan(60);
  });

  it('takes back a job that was being submitted when the run was cancelled', async () => {
    const name = product();
    const abort = new AbortController();
    const run = new StepRun(executor, name, { to: sql(tables() + insertA) }, abort.signal);
    await run.preview();
    const submission = new NthRequest(/^POST \/v1\/sessions\/[^/]+\/statements/, 3);
    proxy.cut('pass', { request: submission, meanwhile: async () => abort.abort(new Error('cancelled')) });
    await expect(run.apply()).rejects.toThrow('cancelled');
    expect((await manager.jobs()).filter((job) => job.name.includes(`:${name}:`))).toHaveLength(1);
    expect(await run.revert()).toEqual([]);
    expect(await active(name)).toEqual([]);
  });

  it('acts no more when another operation has taken over while the statements were prepared', async () => {
    const name = product();
    const run = new StepRun(executor, name, { to: sql(tables() + insertA) });
    await run.preview();
    const statements = new NthRequest(/^POST \/v1\/sessions\/[^/]+\/statements/);
    proxy.cut('lose-request', { request: statements });
    run.fenced = async () => {
      if (statements.seen >= 2) throw new Failure('Superseded', 'another operation has taken over');
    };
    await expect(run.apply()).rejects.toMatchObject({ type: 'Superseded' });
    expect((await manager.jobs()).filter((job) => job.name.includes(`:${name}:`))).toEqual([]);
  });

  it('stops waiting when it is cancelled, and closes its session', async () => {
    const name = product();
    const abort = new AbortController();
    const run = new StepRun(executor, name, { to: sql(tables() + insertA + insertB) }, abort.signal);
    await run.preview();
    proxy.cut('pass', {
      request: /^POST \/v1\/sessions\/[^/]+\/statements/,
      meanwhile: async () => abort.abort(new Error('cancelled')),
    });
    await expect(run.apply()).rejects.toThrow('cancelled');
    expect(await active(name)).toEqual([]);
  });
});
