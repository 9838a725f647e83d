import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createOpa, evaluate, readPolicies, runCases, type Opa } from '../../policies/index.js';
import { startOpa, type OpaServer } from '../support/opa.js';
import { change, facts, regoBundle } from '../unit/policies/policy-samples.js';

const root = join(import.meta.dirname, '../..');

describe('what is shown of policies in Rego', () => {
  let server: OpaServer;
  let opa: Opa;
  beforeAll(async () => {
    server = await startOpa();
    opa = createOpa({ url: server.url });
  });
  afterAll(() => server.stop());

  it('in examples/policies-rego says what its cases say, and each policy has some', async () => {
    const folder = join(root, 'examples/policies-rego');
    const { results, untested } = await runCases(folder, readPolicies(folder), opa);
    expect(results.length).toBeGreaterThan(0);
    expect(results.filter(({ found }) => found !== undefined)).toEqual([]);
    expect(untested).toEqual([]);
  });

  it('in docs/policies.md says what it seems to say', async () => {
    const page = readFileSync(join(root, 'docs/policies.md'), 'utf8');
    const [, module] = /```rego\npackage [^\n]*\n([^]*?)```/.exec(page)!;
    const topic = (name: string) => change(`kafka_topic.${name}`, { values: { type: 'kafka_topic', name } });
    const found = await evaluate(regoBundle(module!), 'plan', facts({ changes: [topic('transport-a'), topic('b'), change('c')] }), opa);
    expect(found).toMatchObject([{ message: 'The topic b does not begin with transport-.', evidence: ['kafka_topic.b'] }]);
  });
});
