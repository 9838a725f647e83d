import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { Failure } from '../../../../lifecycle/failures.js';
import { configPath, loadConfig, parseConfig, printRedacted } from '../../../../worker/config/index.js';
import { changed, faultsOf, smallest } from './smallest.js';

const example = join(import.meta.dirname, '../../../../worker/config/steward.example.yaml');

describe('worker configuration', () => {
  const folders: string[] = [];
  afterEach(() => {
    delete process.env['STEWARD_CONFIG'];
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  it('takes the example that is shipped', () => {
    const config = loadConfig(example);
    expect(Object.keys(config.environments)).toEqual(['local']);
    expect(config.environments['local']?.terraform?.mirror).toBe(join(example, '../.steward/parts/terraform-mirror'));
  });

  it('shows its own defaults in the example', () => {
    const { timeouts } = parseConfig(smallest, example);
    expect(loadConfig(example).timeouts).toEqual(timeouts);
    expect(timeouts).toMatchObject({ heartbeatMs: 10_000, shutdownGraceMs: 30_000, takeoverWaitMs: 40_000 });
  });

  it('reads descriptors as the command line does unless told otherwise, and fetches from nowhere', () => {
    const config = (descriptors: object) =>
      parseConfig(
        changed((written) => Object.assign(written, { descriptors })),
        '/etc/steward/steward.yaml',
      ).descriptors;
    expect(config({})).toEqual({ profile: 'tolerant', hosts: [], networks: [] });
    expect(parseConfig(smallest, example).descriptors).toEqual(loadConfig(example).descriptors);
    const all = { profile: 'strict', namespace: 'com.company', hosts: ['git.company.com', '10.1.2.3:8443'], networks: ['10.1.0.0/16'] };
    expect(config({ ...all, authorities: 'ca.pem' })).toEqual({ ...all, authorities: '/etc/steward/ca.pem' });
    for (const wrong of [
      { profile: 'lax' },
      { namespace: 'a:b' },
      { hosts: ['https://a.example'] },
      { networks: ['everywhere'] },
      { host: [] },
    ])
      expect(() => config(wrong)).toThrow(Failure);
  });

  it('tells no versions apart unless it is told to; then waiting runs go on under the next one', () => {
    const config = (versioning: object) =>
      parseConfig(
        changed((written) => Object.assign(written, { versioning })),
        'steward.yaml',
      ).versioning;
    expect(parseConfig(smallest, 'steward.yaml').versioning).toBeUndefined();
    expect(config({ deployment: 'steward' })).toEqual({ deployment: 'steward', behavior: 'auto-upgrade' });
    const all = { deployment: 'steward', buildId: '2026-03-01.1', behavior: 'pinned' };
    expect(config(all)).toEqual(all);
    for (const wrong of [{}, { deployment: 'a.b' }, { deployment: 'a', behavior: 'PINNED' }, { deployment: 'a', buildId: 'x y' }])
      expect(() => config(wrong)).toThrow(Failure);
  });

  it('fills in what is left out, the strict way', () => {
    const config = parseConfig(smallest, '/etc/steward/steward.yaml');
    expect(config.scratch).toBe('/etc/steward/.steward/scratch');
    expect(config.environments['dev']).toEqual({
      name: 'dev',
      stage: 'dev',
      kafka: { bootstrapServers: ['127.0.0.1:9092'] },
      commands: {},
      variables: {},
      secrets: {},
      services: {},
      identity: 'statement',
      groups: {},
      starters: [],
      approvers: [],
      deprecationPeriod: '30 days',
      bakeTime: '0 seconds',
      planUnregistered: false,
      approvalDeadline: '7 days',
      heldApprovalDeadline: '15 minutes',
      reminderEvery: '1 day',
      longestException: '90 days',
      expiryReminder: '7 days',
      accounts: {},
      suspended: [],
      delegations: [],
      keys: {},
    });
  });

  it('reads JSON too, and from where STEWARD_CONFIG says', () => {
    const folder = mkdtempSync(join(tmpdir(), 'steward-config-'));
    folders.push(folder);
    writeFileSync(join(folder, 'steward.json'), JSON.stringify(parse(smallest)));
    expect(configPath()).toBe('./steward.yaml');
    process.env['STEWARD_CONFIG'] = join(folder, 'steward.json');
    expect(loadConfig().scratch).toBe(join(folder, '.steward/scratch'));
  });

  it('tells all faults at once, each with its line, the next name and no value', () => {
    const { failure, findings } = faultsOf(`
catalog: { bucket: catalog, region: us-east-1, accesKeyId: env:ID, accessKeyId: hunter2-id, secretAccessKey: hunter2-key }
executors: { terraform: { slots: 0 }, "Flink SQL": { slots: 1 } }
uiUrl: http://hunter2:hunter2@host
timeouts: { heartbeat: soon }
environments:
  dev:
    kafka: { bootstrapServers: [] }
    schemaRegistry: { url: 'http://127.0.0.1:8081', password: hunter2-pw }
    identity: certainly
`);
    const told = findings.map(({ line, message, hint = '' }) => `${line}: ${message} | ${hint}`);
    expect(told).toEqual(
      expect.arrayContaining([
        '2: catalog.accesKeyId is not known | Did you mean accessKeyId?',
        expect.stringMatching(/^2: catalog\.secretAccessKey has a wrong form \| Expected: A reference/),
        '3: executors.terraform.slots must be >= 1 | ',
        expect.stringMatching(/^3: executors\.Flink SQL is no allowed name/),
        expect.stringMatching(/^4: uiUrl has a wrong form/),
        expect.stringMatching(/^5: timeouts\.heartbeat has a wrong form .*30 seconds/),
        expect.stringMatching(/^8: environments\.dev\.kafka\.bootstrapServers /),
        '10: environments.dev.identity must be one of statement, identity, claim | ',
      ]),
    );
    expect(JSON.stringify([failure.message, failure.details])).not.toContain('hunter2');
  });

  it.each([
    ['environments: { registry: {} }', /environments\.registry is no allowed name \(Expected: .*registry stands for registrations/],
    ['', /catalog is missing.*executors is missing/],
    ['[]', /must be object/],
    ['catalog: [', /line 1: is no valid YAML|is no valid YAML/],
    ['a: 1\na: 2', /is no valid YAML: Map keys must be unique/],
    ['a: *nothing', /is no valid YAML/],
  ])('refuses %j with words', (text, message) => {
    expect(faultsOf(text).failure.message).toMatch(message);
  });

  it('refuses groups that nobody is in, because nobody could ever approve', () => {
    const text = changed((config) => {
      Object.assign(config.environments.dev, {
        groups: { platform: ['ann'] },
        approvers: ['platfrom'],
        starters: [{ operations: ['*'], groups: ['everybody', 'nowhere'] }],
      });
    });
    const { findings } = faultsOf(text);
    expect(findings.map(({ pointer, hint }) => [pointer, hint])).toEqual([
      ['/environments/dev/approvers/0', 'Did you mean platform?'],
      ['/environments/dev/starters/0/groups/1', undefined],
    ]);
  });

  it('says what to do when there is no file', () => {
    expect(() => loadConfig('/does/not/exist.yaml')).toThrow(/\/does\/not\/exist\.yaml.*ENOENT.*STEWARD_CONFIG/);
  });

  it('names an OPA server by its address, and its token by a reference', () => {
    const opa = (value: object) => changed((config) => Object.assign(config, { policies: { opa: value } }));
    const named = { url: 'http://127.0.0.1:8181', token: 'env:OPA_TOKEN' };
    expect(parseConfig(opa(named), '/etc/steward/steward.yaml').policies).toEqual({ defaults: true, opa: named });
    for (const wrong of [{ ...named, token: 'hunter2' }, { url: 'http://me:hunter2@127.0.0.1:8181' }, {}]) {
      const { findings } = faultsOf(opa(wrong));
      expect(findings).toHaveLength(1);
      expect(JSON.stringify(findings)).not.toContain('hunter2');
    }
  });

  it('is printed without anything that looks like a secret', () => {
    const text = changed((config) => {
      Object.assign(config.environments.dev, {
        variables: { DB_PASSWORD: 'hunter2', PREFIX: 'dev.', ADDRESS: 'amqp://me:hunter2@host' },
        commands: { publish: { program: 'publish', arguments: ['--token=hunter2', '-v'], effects: 'none', timeoutSeconds: 5 } },
        terraform: {
          mirror: 'mirror',
          state: { bucket: 'state', region: 'us-east-1', accessKeyId: 'env:ID', secretAccessKey: 'env:KEY' },
          providers: {
            kafka: {
              source: 'mongey/kafka',
              version: '0.13.1',
              configuration: { sasl_password: 'hunter2', ca: { private_key: ['hunter2'] } },
            },
          },
        },
      });
    });
    const printed = printRedacted(parseConfig(text, 'steward.yaml'));
    expect(printed).not.toContain('hunter2');
    expect(printed).toContain('accessKeyId: env:ID');
    expect(printed).toContain('secretAccessKey: file:/run/secret');
    expect(printed).toContain('PREFIX: dev.');
    expect(printed).toContain('-v');
  });
});
