import { describe, expect, it } from '@jest/globals';
import { readDescriptor } from '../../../../descriptors/index.js';
import { rules } from '../../../../descriptors/validate/index.js';
import { bundle, example, minimal } from '../example.js';

import { app, cases, custom, FQN, infra, PORT, port, promises, stage, task, type Root } from './cases.js';

describe('the rules', () => {
  it.each(cases)('%s (%s at %s)', (rule, severity, pointer, change) => {
    const root = minimal();
    change(root);
    const found = readDescriptor(bundle({ 'data-product-descriptor.json': root }));
    expect(found.findings).toContainEqual(
      expect.objectContaining({ rule, severity, pointer, file: 'data-product-descriptor.json', line: expect.any(Number) }),
    );
    // One finding a defect: nothing else is an error because of it.
    const others = found.findings.filter(
      (finding) => finding.severity === 'error' && !(finding.rule === rule && finding.pointer === pointer),
    );
    expect(others).toEqual([]);
    expect(found.product === undefined).toBe(severity === 'error');
  });

  it('each have a case here', () => {
    const tested = new Set(cases.map(([rule]) => rule));
    expect(rules.map(({ id }) => id).filter((id) => !tested.has(id))).toEqual([]);
  });

  it('are named once, and say what must hold', () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    expect(rules.filter(({ says }) => !/^.+\.$/.test(says))).toEqual([]);
  });

  it('have nothing to say about a good descriptor', () => {
    expect(readDescriptor(bundle({ 'data-product-descriptor.json': minimal() })).findings).toEqual([]);
  });

  it.each(['1.0.0', '1.1.0', '2.0.0'])('have two things to say about version %s of the example, as its article writes them', (version) => {
    const { findings, product } = example(version);
    expect(product?.info.version).toBe(version);
    expect(findings.map(({ rule, severity }) => [rule, severity])).toEqual([
      ['R16', 'warning'],
      ['R27', 'warning'],
    ]);
  });

  it.each(rules.filter(({ strict }) => strict).map(({ id }) => id))('%s weighs more in the strict profile', (id) => {
    const [, , pointer, change] = cases.find(([rule, severity]) => rule === id && severity === 'warning') ?? cases[0]!;
    const root = minimal();
    change(root);
    const files = bundle({ 'data-product-descriptor.json': root });
    const at = (profile: 'tolerant' | 'strict') =>
      readDescriptor(files, { profile }).findings.find((found) => found.rule === id && found.pointer === pointer)?.severity;
    expect([at('tolerant'), at('strict')]).toEqual(['warning', 'error']);
  });

  it('guess what was meant', () => {
    const root: Root = { ...minimal(), interfaceComponent: {} };
    const [finding] = readDescriptor(bundle({ 'data-product-descriptor.json': root })).findings;
    expect(finding).toMatchObject({ rule: 'R22', hint: 'Did you mean "interfaceComponents"?' });
  });

  it('speak once about a part that several places refer to', () => {
    const root: Root = minimal();
    const shared = { name: 'policy', version: 'none', specification: 'custom', definition: {} };
    const other = { ...structuredClone(port(root)), name: 'other' };
    root.interfaceComponents.outputPorts.push(other);
    for (const each of [port(root), other]) each.promises.deprecationPolicy = { $ref: 'policy.json' };
    const { findings } = readDescriptor(bundle({ 'data-product-descriptor.json': root, 'policy.json': shared }));
    expect(findings.filter(({ file }) => file === 'policy.json')).toHaveLength(1);
  });

  it('stop telling after five hundred findings, and do not repeat endless keys', () => {
    const root: Root = {
      ...minimal(),
      ...Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`key${index}`, 1])),
      ['z'.repeat(10_000)]: 1,
    };
    const { findings } = readDescriptor(bundle({ 'data-product-descriptor.json': root }));
    expect(findings).toHaveLength(501);
    expect(findings.at(-1)?.message).toBe('and 4501 findings more');
    expect(Math.max(...findings.map(({ message }) => message.length))).toBeLessThan(200);
  });

  it('tell the line where a mistake stands', () => {
    const [finding] = readDescriptor(
      bundle({ 'data-product-descriptor.yaml': 'dataProductDescriptor: 1.0.0\ninfo:\n  name: a b\n' }),
    ).findings.filter(({ rule }) => rule === 'R23');
    expect(finding).toMatchObject({ file: 'data-product-descriptor.yaml', line: 3, pointer: '/info/name' });
  });
});

/** Every finding on a changed descriptor, as rule, weight and place. */
function findingsOn(change: (root: Root) => void, profile: 'tolerant' | 'strict' = 'tolerant'): string[] {
  const root = minimal();
  change(root);
  const { findings } = readDescriptor(bundle({ 'data-product-descriptor.json': root }), { profile });
  return findings.map(({ rule, severity, pointer }) => `${rule} ${severity} ${pointer}`);
}

describe('one defect, one finding', () => {
  it.each<[what: string, finding: string, change: (root: Root) => void]>([
    ['a section that is missing', 'R20 error /interfaceComponents', (r) => delete r.interfaceComponents],
    ['a section of another case', 'R2 error /Info', (r) => ((r.Info = r.info), delete r.info)],
    [
      'a mistyped list',
      'R48 error /interfaceComponents/outputPorts',
      (r) => ((r.interfaceComponents.outputPort = r.interfaceComponents.outputPorts), delete r.interfaceComponents.outputPorts),
    ],
    ['a port without a name', `R50 error ${PORT}/name`, (r) => delete port(r).name],
    ['a port under a wrong fqn', `R39 error ${PORT}/fullyQualifiedName`, (r) => (port(r).fullyQualifiedName = `${FQN}:outputports:other`)],
    ['a product under a wrong fqn', 'R30 error /info/fullyQualifiedName', (r) => (r.info.fullyQualifiedName = 'orders')],
    [
      'a port twice',
      'R50 error /interfaceComponents/outputPorts/1/name',
      (r) => ((port(r).displayName = 'O'), r.interfaceComponents.outputPorts.push(structuredClone(port(r)))),
    ],
    ['mistyped promises', `R56 warning ${PORT}/promisses`, (r) => ((port(r).promisses = port(r).promises), delete port(r).promises)],
    ['promises of another type', `R55 error ${PORT}/promises`, (r) => (port(r).promises = [])],
    [
      'a name that has a hyphen, and so has the fqn',
      'R23 warning /info/name',
      (r) => (
        (r.info.name = 'my-orders'),
        (r.info.fullyQualifiedName = FQN.replace('orders', 'my-orders')),
        (app(r).providesTo = [`${FQN.replace('orders', 'my-orders')}:outputports:placed`])
      ),
    ],
    [
      'an API in the older form',
      `T6 warning ${PORT}/promises/api/version`,
      (r) => Object.assign(promises(r).api, { name: undefined, specificationVersion: undefined, version: '2.5.0' }),
    ],
    ['info behind a reference', 'R20 error /info', (r) => (r.info = { $ref: 'info.json' })],
    ['tags behind a reference', 'R21 error /tags', (r) => (r.tags = { $ref: 'tags.json' })],
    ['ports behind a reference to nothing', 'R99 error /interfaceComponents/$ref', (r) => (r.interfaceComponents = { $ref: 'ports.json' })],
    [
      'internals behind a reference to nothing',
      'R99 error /internalComponents/$ref',
      (r) => (r.internalComponents = { $ref: 'internals.json' }),
    ],
    ['an owner behind a reference', 'R28 error /info/owner', (r) => (r.info.owner = { $ref: 'owner.json' })],
    ['a contact behind a reference', 'R38 warning /info/contactPoints/0/$ref', (r) => (r.info.contactPoints = [{ $ref: 'contact.json' }])],
    ['a link behind a reference', 'R109 error /externalDocs/$href', (r) => (r.externalDocs = { $ref: 'docs.json' })],
    [
      'applications that nobody says to provide anything',
      'R94 warning /internalComponents/applicationComponents/0/providesTo',
      (r) => {
        delete app(r).providesTo;
        r.internalComponents.applicationComponents.push({ name: 'other', version: '1.0.0' });
        r.interfaceComponents.outputPorts.push({ ...structuredClone(port(r)), name: 'other' });
      },
    ],
    [
      'mistyped links',
      'R95 warning /internalComponents/applicationComponents/0/provideTo',
      (r) => ((app(r).provideTo = app(r).providesTo), delete app(r).providesTo),
    ],
    ['infrastructure without a name', 'R88 warning /internalComponents/infrastructuralComponents/0/name', (r) => delete infra(r).name],
    [
      'infrastructure with a mistyped name',
      'R88 error /internalComponents/infrastructuralComponents/0/name',
      (r) => ((infra(r).nmae = infra(r).name), delete infra(r).name),
    ],
    ['an application without a name', 'R88 error /internalComponents/applicationComponents/0/name', (r) => delete app(r).name],
    ['a reference that is none', `R99 error ${PORT}/$ref`, (r) => (r.interfaceComponents.outputPorts = [{ $ref: 3 }])],
    [
      'a definition behind nothing',
      `R99 error ${PORT}/promises/api/definition/$ref`,
      (r) => (promises(r).api.definition = { $ref: 'none.json' }),
    ],
    [
      'infrastructure that depends on an application that depends on it',
      'R92 error /internalComponents/infrastructuralComponents/0/dependsOn/0',
      (r) => {
        app(r).dependsOn = [`${FQN}:infrastructure:store`];
        infra(r).dependsOn = [`${FQN}:applications:writer`];
      },
    ],
    [
      'a link that leads nowhere',
      'R91 error /internalComponents/applicationComponents/0/providesTo/0',
      (r) => (app(r).providesTo = [`${FQN}:outputports:plcaed`]),
    ],
  ])('%s', (_what, finding, change) => {
    expect(findingsOn(change)).toEqual([finding]);
  });

  it.each<[what: string, change: (root: Root) => void]>([
    ['code in a description', (r) => (r.info.description = 'Write `<script>` like this, or < that.')],
    ['another type of services', (r) => (promises(r).servicesType = 'grpc-services')],
    [
      'equal levels in other units',
      (r) => {
        promises(r).slo = custom({ 'x-qualitySlo': { freshness: '5m' } });
        port(r).obligations = { sla: custom({ 'x-qualitySla': { freshness: '300s' } }) };
      },
    ],
    [
      'a definition that several ports have in common',
      (r) => {
        r.interfaceComponents.outputPorts.push({ ...structuredClone(port(r)), name: 'other' });
        app(r).providesTo.push(`${FQN}:outputports:other`);
      },
    ],
    ['the address of the schema for editors', (r) => (r.$schema = './data-product-descriptor.schema.json')],
    [
      'a document as text, its version in it',
      (r) => {
        delete promises(r).api.specificationVersion;
        promises(r).api.definition = JSON.stringify(promises(r).api.definition);
      },
    ],
  ])('nothing is said of %s', (_what, change) => {
    expect(findingsOn(change)).toEqual([]);
    expect(findingsOn(change, 'strict')).toEqual([]);
  });

  it('names that are made, of ports of one name in two kinds, are no names that stand twice', () => {
    const found = findingsOn((root) => {
      const input = structuredClone(port(root));
      for (const each of [input, port(root)]) delete each.promises.api.name;
      input.promises.api.definition.info.title = 'Others';
      root.interfaceComponents.inputPorts.push(input);
    });
    expect(found.map((finding) => finding.split(' ')[2])).toEqual([
      '/interfaceComponents/inputPorts/0/promises/api/name',
      '/interfaceComponents/outputPorts/0/promises/api/name',
    ]);
  });

  it('infrastructure without a name is called by its place, and by no name that another has', () => {
    const root: Root = minimal();
    delete infra(root).name;
    root.internalComponents.infrastructuralComponents.push({ version: '1.0.0' }, { name: 'infrastructure2', version: '1.0.0' });
    const { product } = readDescriptor(bundle({ 'data-product-descriptor.json': root }));
    const all = product?.internalComponents.infrastructuralComponents ?? [];
    expect(all.map(({ name }) => name)).toEqual(['infrastructure1', 'infrastructure3', 'infrastructure2']);
    expect(all[0]?.fullyQualifiedName).toBe(`${FQN}:infrastructure:infrastructure1`);
  });

  it('a component may be linked by its older name', () => {
    const change = (root: Root): void => void (app(root).providesTo = [`${FQN.replace(/:1$/, '')}:outputports:placed`]);
    expect(findingsOn(change)).toEqual(['T3 warning /internalComponents/applicationComponents/0/providesTo']);
  });

  it('what the specification itself writes weighs no more in the strict profile', () => {
    const change = (root: Root): void => void (app(root).deployInfo.service = { $href: 'sql' });
    expect(findingsOn(change, 'strict')).toEqual(['T11 info /internalComponents/applicationComponents/0/deployInfo/service']);
  });
});

describe('secrets', () => {
  const SECRET = 'Zx9-secret-value';
  const RANDOM = 'q8Zr1LmN0pVt5XwYb2CdE4fG7hJk';
  const places: [what: string, change: (root: Root) => void][] = [
    ['a password', (r) => (task(r).configurations.PASSWORD = SECRET)],
    ['a key of an API', (r) => (task(r).configurations.TF_VAR_schema_registry_key = SECRET)],
    ['a list of tokens', (r) => (task(r).configurations.tokens = [SECRET])],
    ['an object inside', (r) => (task(r).configurations.kafka = { credentials: { user: 'a', secret: SECRET } })],
    ['an address', (r) => (task(r).configurations.url = `https://user:${SECRET}@example.com`)],
    ['a private key', (r) => (task(r).configurations.pem = `-----BEGIN RSA PRIVATE KEY-----\n${SECRET}`)],
    ['an inline template', (r) => (task(r).template = { definition: { password: SECRET } })],
    ['a server of an API', (r) => (promises(r).api.definition.servers = { prod: { bindings: { kafka: { password: SECRET } } } })],
    ['a random text under a harmless key', (r) => (task(r).configurations.setting = RANDOM)],
    ['an access key of a cloud', (r) => (task(r).configurations.user = 'AKIA' + 'IOSFODNN7EXAMPLE')],
    ['a token of a forge', (r) => (task(r).configurations.user = `ghp_${'a1B2'.repeat(10)}`)],
    ['a task of a stage', stage([{ service: 'x', configurations: { secret: SECRET } }])],
    ['a key in camel case', (r) => (task(r).configurations.kafkaKey = SECRET)],
    ['a short word for it', (r) => (task(r).configurations.db_pass = SECRET)],
    ['a number', (r) => (task(r).configurations.secret = 90210555)],
    ['part of a text beside a reference', (r) => (task(r).configurations.secret = `${SECRET}\${env:X}`)],
    ['a list of names and values', (r) => (task(r).configurations.env = [{ name: 'DB_PASSWORD', value: SECRET }])],
    [
      'a login module',
      (r) => (task(r).configurations['sasl.jaas.config'] = `PlainLoginModule required username="u" password="${SECRET}";`),
    ],
    ['a connection string', (r) => (task(r).configurations.connection = `Server=db;User Id=sa;Password=${SECRET};`)],
    ['the query of an address', (r) => (task(r).configurations.url = `https://example.com/?token=${SECRET}`)],
    ['JSON as text', (r) => (task(r).configurations.settings = JSON.stringify({ db: { password: SECRET } }))],
    ['YAML as text', (r) => (task(r).configurations.settings = `user: a\npassword: ${SECRET}\n`)],
    ['a header', (r) => (task(r).configurations.header = `Bearer ${SECRET}`)],
    ['a template as text', (r) => (task(r).template = { definition: `provider "x" {\n  sasl_password = "${SECRET}"\n}` })],
    ['a variable of a server', (r) => (promises(r).api.definition.servers = { prod: { variables: { password: { default: SECRET } } } })],
    [
      'a server of an API that is written as text',
      (r) =>
        (promises(r).api.definition = JSON.stringify({
          ...promises(r).api.definition,
          servers: { prod: { bindings: { kafka: { password: SECRET } } } },
        })),
    ],
    ['a link', (r) => (r.externalDocs = { $href: `https://user:${SECRET}@example.com/` })],
    ['a description', (r) => (r.info.description = `ghp_${'a1B2'.repeat(10)}`)],
  ];

  it.each(places)('in %s are found and not repeated', (_what, change) => {
    const root = minimal();
    change(root);
    const { findings, product } = readDescriptor(bundle({ 'data-product-descriptor.json': root }));
    expect(findings).toContainEqual(expect.objectContaining({ rule: 'R114', severity: 'error' }));
    const told = JSON.stringify(findings);
    for (const secret of [SECRET, RANDOM, 'IOSFODNN', 'a1B2']) expect(told).not.toContain(secret);
    expect(product).toBeUndefined();
  });

  it.each([
    ...['${secret:KAFKA_KEY}', '${env:KEY}', '{key}', 'secret://vault/key', 'ABC', '', '<password>', '********', 'xxx', '{{ vault.db }}'],
    ...['$PASSWORD', '%PASSWORD%', 'changeme', 'your-password-here', 'arn:aws:secretsmanager:eu-south-1:1:secret:db', 'true'],
  ])('are not seen in the reference %j', (value) => {
    const root: Root = minimal();
    task(root).configurations.api_key = value;
    expect(readDescriptor(bundle({ 'data-product-descriptor.json': root })).findings).toEqual([]);
  });

  it.each([
    ...['partition_key', 'primary_key', 'max_tokens', 'tokenUrl', 'key', 'cache_key', 'tokenizer', 'secretary', 'monkey', 'bypass'],
    ...['passwordFile', 'secretArn', 'password_length', 'token_count', 'kms_key_id', 'ssh_public_key', 'compass'],
  ])('are not seen under %s', (key) => {
    const root: Root = minimal();
    task(root).configurations[key] = 'trip';
    expect(readDescriptor(bundle({ 'data-product-descriptor.json': root })).findings).toEqual([]);
  });

  it.each([
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    '80a9dca8-e4cd-5a31-a66b-d39137760649',
    'com.company.orders.OrdersProcessingApplicationV2',
    'io.confluent.kafka.serializers.KafkaAvroSerializer2',
    'https://registry.company.example/subjects/Orders2024-value/versions/1',
    'org/apache/kafka/common/Serialization2Deserializer',
    'PROCESSING_GUARANTEE_EXACTLY_ONCE_V2',
  ])('are not seen in %s', (value) => {
    const root: Root = minimal();
    task(root).configurations.setting = value;
    expect(readDescriptor(bundle({ 'data-product-descriptor.json': root })).findings).toEqual([]);
  });

  it.each([
    ['terraform/main.tf', 'variable "x" {}\nprovider "kafka" {\n  sasl_password = "hunter2"\n}', 3],
    ['terraform/prod.tfvars', 'api_secret="hunter2"', 1],
    ['terraform/deep/values.yaml', "a: 1\npassword: 'hunter2'", 2],
    ['terraform/key.pem', `-----BEGIN RSA ${'PRIVATE'} KEY-----\nhunter2`, 1],
    ['terraform/a.sql', "CREATE TABLE t WITH ('connector' = 'kafka',\n 'registry.password' = 'hunter2');", 2],
  ])('in the template %s are found with their line', (file, text, line) => {
    const root: Root = minimal();
    task(root).template = { $href: 'terraform' };
    const { findings, product } = readDescriptor(bundle({ 'data-product-descriptor.json': root, [file]: text }));
    expect(findings).toEqual([expect.objectContaining({ rule: 'R114', severity: 'error', file, line })]);
    expect(JSON.stringify(findings)).not.toContain('hunter2');
    expect(product).toBeUndefined();
  });

  it.each([
    'password = var.password',
    'password = "${var.password}"',
    '  description = "The password of the registry"',
    'key = "states/orders"',
    "'value.format' = 'avro', 'key.fields' = 'id'",
    'variable "api_secret" {',
    'password: "{{ password }}"',
  ])('are not seen in the line of a template %j', (line) => {
    const root: Root = minimal();
    task(root).template = { $href: 'terraform' };
    expect(readDescriptor(bundle({ 'data-product-descriptor.json': root, 'terraform/main.tf': line })).findings).toEqual([]);
  });
});
