import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { FaultWorld, NthRequest } from '../support/fault-world.js';
import { begin, outcomeOf, register, terraformOf } from '../support/operations.js';
import { dataModule, jobsSql, topicsModule } from '../support/small-product.js';
import { jobsOf, renamed, topicNames } from '../support/world-snapshot.js';

const statement = /^POST \/v1\/sessions\/[^/]+\/statements/;

describe('a worker killed by SIGKILL', () => {
  let faults: FaultWorld;
  beforeAll(async () => void (faults = await FaultWorld.open()));
  afterAll(() => faults.close());

  const topics = (name: string) => faults.product(name, { terraform: topicsModule(['a', 'b', 'c'].map((topic) => `${name}-${topic}`)) });
  const jobs = (name: string) => faults.product(name, { terraform: dataModule(name), sql: jobsSql('sink_a', 'sink_b') });

  it('in the middle of Terraform applies, one Terraform left running and one killed too, brings another worker to the same end', async () => {
    const { world } = faults;
    const [calm, left, dead] = [topics('calm'), topics('left'), topics('dead')];
    await register(world, calm, left, dead);
    expect(await outcomeOf(await begin(world, 'deploy', calm))).toMatchObject({ ended: 'deployed' });
    const undisturbed = await faults.snapshot(calm);
    expect(Object.keys(undisturbed.topics)).toHaveLength(3);

    const runs = [await begin(world, 'deploy', left), await begin(world, 'deploy', dead)];
    await eventually(async () => {
      const made = await topicNames(world);
      return [left, dead].every(({ name }) => made.includes(`${world.topicPrefix}${name}-a`));
    }, 'both applies are under way');
    const children = await terraformOf(world, dead);
    expect(children).not.toEqual([]);
    await faults.kill();
    for (const pid of children) process.kill(-pid, 'SIGKILL');
    expect(await terraformOf(world, left)).not.toEqual([]);

    await faults.restart();
    for (const run of runs) expect(await outcomeOf(run)).toMatchObject({ ended: 'deployed' });
    for (const each of [left, dead]) expect(renamed(await faults.snapshot(each), each, calm)).toEqual(undisturbed);
  });

  it('between the submission of a job and its answer, and between a schema and its answer, brings one job a name and one version', async () => {
    const { world, gateway, registry } = faults;
    const [quiet, job, schema] = [jobs('quiet'), jobs('job'), jobs('schema')];
    await register(world, quiet, job, schema);
    const count = new NthRequest(statement);
    gateway.cut('lose-answer', { request: count });
    expect(await outcomeOf(await begin(world, 'deploy', quiet))).toMatchObject({ ended: 'deployed' });
    const undisturbed = await faults.snapshot(quiet);
    expect(undisturbed.jobs).toHaveLength(2);
    // A run ends with two tables and the INSERT of its first job, two tables and the INSERT of its second.
    const firstInsert = count.seen - 3;

    registry.cut('lose-answer', { request: new RegExp(`^POST /subjects/${schema.subject}/versions `), meanwhile: () => faults.kill() });
    const runs = [await begin(world, 'deploy', schema)];
    await faults.worker.ended;
    await faults.restart();
    gateway.cut('lose-answer', { request: new NthRequest(statement, firstInsert), meanwhile: () => faults.kill() });
    runs.push(await begin(world, 'deploy', job));
    await faults.worker.ended;
    await faults.restart();
    for (const run of runs) expect(await outcomeOf(run)).toMatchObject({ ended: 'deployed' });
    for (const each of [job, schema]) {
      expect(renamed(await faults.snapshot(each), each, quiet)).toEqual(undisturbed);
      expect(new Set(await jobsOf([each])).size).toBe(2);
    }
  });

  it('in the middle of an undo brings the world of before', async () => {
    const { world, registry } = faults;
    const sql = jobsSql('sink_a', 'sink_b').replace('INTO sink_b SELECT a FROM', 'INTO sink_b SELECT a / (a - a) FROM');
    const undone = faults.product('undone', { terraform: dataModule('undone'), sql });
    await register(world, undone);
    const before = await faults.snapshot(undone);
    registry.cut('lose-answer', { request: new RegExp(`^DELETE /subjects/${undone.subject}`), meanwhile: () => faults.kill() });
    const run = await begin(world, 'deploy', undone);
    await faults.worker.ended;
    await faults.restart();
    expect(await outcomeOf(run)).toMatchObject({
      ended: expect.stringMatching(/JobFailed|VerificationFailed/),
      report: { ended: 'compensated' },
    });
    expect(await faults.snapshot(undone)).toEqual(before);
  });
});
