import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FaultWorld } from '../support/fault-world.js';
import { begin, outcomeOf, register } from '../support/operations.js';
import { eventually } from '../support/eventually.js';
import { dataModule, jobsSql, topicsModule } from '../support/small-product.js';
import { registry, topicNames } from '../support/world-snapshot.js';

describe('a deployment that cannot be finished', () => {
  let faults: FaultWorld;
  beforeAll(async () => void (faults = await FaultWorld.open()));
  afterAll(() => faults.close());

  it('is undone to the former world, says who must do what, and leaves evidence: job, statement, Terraform and schema at once', async () => {
    const { world } = faults;
    const job = faults.product('job', {
      terraform: dataModule('job'),
      sql: jobsSql('sink_a', 'sink_b').replace('INTO sink_b SELECT a FROM', 'INTO sink_b SELECT a / (a - a) FROM'),
    });
    const statement = faults.product('statement', {
      terraform: dataModule('statement'),
      sql: jobsSql('sink_a', 'sink_b').replace('INTO sink_b SELECT a FROM', 'INTO sink_b SELECT nothing FROM'),
    });
    const topic = faults.product('topic', { terraform: topicsModule(['topic-a', 'topic-b', 'topic-c'], 3) });
    const schema = faults.product('schema', { terraform: topicsModule(['schema-a', 'schema-b', 'schema-c']) });
    const cases = [
      // It depends on its first row whether the job fails while it starts or after.
      { product: job, ended: /JobFailed|VerificationFailed/, step: /deploy app/, system: /job .*sink_b/, report: 'compensated' },
      { product: statement, ended: /StatementRefused/, step: /preview|app/, system: /10-app\.sql:\d+/, report: 'refused' },
      { product: topic, ended: /TerraformFailed/, step: /provision store/, system: /kafka_topic\.t2/, report: 'compensated' },
      { product: schema, ended: /PlanChanged/, step: /register schema of out/, system: /schema-out-value/, report: 'compensated' },
    ];
    await register(world, ...cases.map(({ product }) => product));
    const before = await faults.snapshot(job, statement, topic);

    const runs = await Promise.all(cases.map(({ product }) => begin(world, 'deploy', product)));
    await eventually(async () => (await topicNames(world)).includes(`${world.topicPrefix}schema-a`), 'the apply is under way');
    const foreign = JSON.stringify({ type: 'record', name: 'Other', fields: [{ name: 'other', type: 'int' }] });
    await registry(`/subjects/${schema.subject}/versions`, { method: 'POST', body: JSON.stringify({ schema: foreign }) });

    for (const [index, { product, ended, step, system, report }] of cases.entries()) {
      const outcome = await outcomeOf(runs[index]!);
      expect(outcome.ended).toMatch(ended);
      expect(outcome).toMatchObject({ report: { product: product.name, environment: 'local', ended: report, remains: [] } });
      for (const told of [step, system]) expect(outcome.message).toMatch(told);
      expect(outcome.message).toMatch(/Next: ./);
      expect(outcome.message).toContain(product.name);
      if (report === 'compensated') {
        const key = (await world.catalog.evidence.list(product.line)).find((each) => each.endsWith('-deploy.json'));
        expect(await world.catalog.evidence.read(key!)).toMatchObject({ ended: 'compensated', cause: { type: outcome.ended }, left: [] });
      }
    }
    expect(await faults.snapshot(job, statement, topic)).toEqual(before);
    const left = await faults.snapshot(schema);
    expect(left).toMatchObject({ topics: {}, states: {}, jobs: [], open: {}, instances: {} });
    expect(left.subjects[schema.subject]?.versions).toEqual([expect.stringContaining('Other')]);
  });
});
