import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../descriptors/product.js';
import { defaultPolicies, evaluate, type DecisionPoint, type PolicyFacts, type PolicyFinding } from '../../../policies/index.js';
import { change, exampleApi, facts, product, streamingPort } from './policy-samples.js';

const bundle = defaultPolicies();

/** Findings of one policy; the others must be silent or are not asked about. */
async function findings(policy: string, point: DecisionPoint, changes: Partial<PolicyFacts>): Promise<PolicyFinding[]> {
  const all = await evaluate(bundle, point, facts(changes));
  expect(all.filter(({ rule }) => rule.endsWith('/broken'))).toEqual([]);
  return all.filter((finding) => finding.policy === policy);
}

describe('default policies', () => {
  it('have nothing to say about the example at any decision point but its retirement', async () => {
    for (const point of ['register', 'plan', 'deployed', 'upgraded', 'retire', 'retired', 'expired', 'drift'] as const) {
      const found = await evaluate(bundle, point, facts({ changes: [change('kafka_topic.a')] }));
      // A draft is shown, and asks nothing yet.
      expect(found.filter(({ severity }) => severity !== 'info')).toEqual([]);
    }
  });

  it('retire-needs-approval: one blocking finding whose evidence is the changes, with an exception by the environment’s approvers', async () => {
    const changes = [
      change('kafka_topic.a', { action: 'delete', dataLoss: true, phase: 'finalise' }),
      change('subject a-value', { action: 'delete' }),
    ];
    const [finding, ...more] = await findings('retire-needs-approval', 'retire', { operation: 'retire', changes });
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      rule: 'policy/retire-needs-approval',
      severity: 'error',
      blocking: true,
      exception: { roles: [], expiresAfter: '7 days' },
      evidence: [
        { address: 'kafka_topic.a', action: 'delete', dataLoss: true },
        { address: 'subject a-value', action: 'delete', dataLoss: false },
      ],
    });
    expect(finding?.message).toContain('delete kafka_topic.a, delete subject a-value');
    await expect(findings('retire-needs-approval', 'retire', { operation: 'retire', changes: [] })).resolves.toEqual([]);
    await expect(findings('retire-needs-approval', 'retire', { operation: 'deploy', changes })).resolves.toEqual([]);
  });

  it('data-loss-needs-approval: one finding a change that loses data, by its address, and none in a retirement', async () => {
    const changes = [
      change('kafka_topic.a'),
      change('kafka_topic.b', { action: 'replace', dataLoss: true }),
      change('x/y', { dataLoss: true }),
    ];
    const found = await findings('data-loss-needs-approval', 'plan', { operation: 'upgrade', changes });
    expect(found.map(({ pointer }) => pointer)).toEqual(['/changes/kafka_topic.b', '/changes/x~1y']);
    expect(found[0]).toMatchObject({
      blocking: true,
      message: 'The replace of kafka_topic.b can lose data.',
      evidence: [{ address: 'kafka_topic.b', action: 'replace' }],
      exception: { roles: [] },
    });
    await expect(findings('data-loss-needs-approval', 'plan', { operation: 'retire', changes })).resolves.toEqual([]);
  });

  it('change-needs-approval: one finding for all that needs approval in a version, whose evidence is version, bundle, places and values', async () => {
    const change = { variant: 'any', bump: 'minor' as const, message: 'gone', part: 'info' };
    const comparison = {
      verdict: 'needs-approval' as const,
      declaredBump: 'minor' as const,
      requiredBump: 'minor' as const,
      against: '0.9.0',
      findings: [
        { ...change, rule: 'C19', class: 'needs-approval' as const, pointer: '/info/domain', before: 'transport', after: 'travel' },
        { ...change, rule: 'C8', class: 'non-breaking' as const, pointer: '/info/description' },
        { ...change, rule: 'C74', class: 'needs-approval' as const, message: 'shorter' },
      ],
    };
    const [finding, ...more] = await findings('change-needs-approval', 'register', {
      operation: 'register',
      bundle: 'sha256:1',
      comparison,
    });
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      blocking: true,
      exception: { roles: [] },
      message: 'Version 1.0.0 changes against 0.9.0 what somebody has to agree to: C19 gone; C74 shorter',
      evidence: [
        'version 1.0.0 (sha256:1)',
        { rule: 'C19', pointer: '/info/domain', before: 'transport', after: 'travel' },
        { rule: 'C74', pointer: '', before: '', after: '' },
      ],
    });
    const harmless = { ...comparison, findings: comparison.findings.slice(1, 2) };
    await expect(findings('change-needs-approval', 'register', { operation: 'register', comparison: harmless })).resolves.toEqual([]);
  });

  it.each([undefined, { specification: 'openapi', definition: {} }])(
    'streaming-ports-asyncapi: refuses %j without an exception',
    async (api) => {
      const ports = [streamingPort('good', { specification: 'AsyncAPI', definition: exampleApi() }), streamingPort('bad', api)];
      const found = await findings('streaming-ports-asyncapi', 'register', { product: product(ports) });
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject({
        blocking: true,
        pointer: '/interfaceComponents/outputPorts/1',
        message: expect.stringContaining('bad'),
      });
      expect(found[0]).not.toHaveProperty('exception');
    },
  );

  it('streaming-ports-asyncapi: leaves ports alone that offer no stream', async () => {
    const port = { ...streamingPort('table'), promises: { servicesType: 'datastore-services' } };
    await expect(findings('streaming-ports-asyncapi', 'register', { product: product([port]) })).resolves.toEqual([]);
    const bare = streamingPort('bare');
    delete bare.promises;
    await expect(findings('streaming-ports-asyncapi', 'register', { product: product([bare]) })).resolves.toEqual([]);
  });

  const json = { payload: { type: 'object' } };
  const avro = { schemaFormat: 'application/vnd.apache.avro;version=1.9.0', payload: {} };
  it.each<[string, JsonObject, number]>([
    ['the example', exampleApi(), 0],
    ['a JSON message in components', { components: { messages: { a: avro, b: json } } }, 1],
    ['an inline JSON message', { channels: { t: { subscribe: { message: json } } } }, 1],
    ['an inline Avro message', { channels: { t: { subscribe: { message: avro } }, u: {} } }, 0],
    ['one of several', { channels: { t: { publish: { message: { oneOf: [avro, json] } } } } }, 1],
    ['references only', { channels: { t: { publish: { message: { oneOf: [{ $ref: '#/x' }] } } } } }, 0],
    ['AsyncAPI 3, JSON', { channels: { t: { messages: { a: json } } } }, 1],
    ['AsyncAPI 3, Avro', { channels: { t: { messages: { a: { payload: { schemaFormat: avro.schemaFormat, schema: {} } } } } } }, 0],
    ['an operation without a message', { channels: { t: { subscribe: { summary: 'x' } } } }, 0],
  ])('avro-payloads: tells about %s', async (_, definition, count) => {
    const ports = [streamingPort('port', { specification: 'asyncapi', definition })];
    const found = await findings('avro-payloads', 'register', { product: product(ports) });
    expect(found).toHaveLength(count);
    for (const finding of found)
      expect(finding).toMatchObject({ severity: 'warning', blocking: false, pointer: '/interfaceComponents/outputPorts/0' });
  });

  it('owner-present: refuses a product whose owner is blank', async () => {
    const owned = product();
    owned.info.owner.id = '  ';
    await expect(findings('owner-present', 'register', { product: owned })).resolves.toMatchObject([{ blocking: true }]);
  });
});
