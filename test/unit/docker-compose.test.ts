import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ms from 'ms';
import type { StringValue } from 'ms';
import { parse } from 'yaml';
import { workerProcess } from '../../lifecycle/worker-process.js';
import { searchAttributes } from '../../lifecycle/search-attributes.js';
import { composeServers } from '../../local/quickstart/compose.js';
import { ENVIRONMENT } from '../../local/quickstart/operate.js';
import { CATALOG_BUCKET, DEPRECATION_PERIOD } from '../../local/quickstart/session.js';
import { loadConfig } from '../../worker/config/index.js';

interface Service {
  image: string;
  command?: string[];
  ports?: string[];
  environment?: Record<string, string>;
  stop_grace_period?: string;
}

const pathOf = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const read = (name: string): string => readFileSync(pathOf(name), 'utf8');
const compose = parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, Service> };
const services = Object.entries(compose.services);

/** A tag that names a version, not a channel. */
const PINNED = /^[^:@]+:v?\d+\.\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?$/;

describe('docker-compose.yml, which cannot be run without a container engine', () => {
  it('is what the Compose Specification allows, and the check refuses what it does not', () => {
    // Its formats are those of its Go implementation, not those of JSON Schema.
    const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
    const isValid = ajv.compile(JSON.parse(read('test/unit/docker-compose/compose-spec.json')) as object);
    isValid(compose);
    expect(isValid.errors ?? []).toEqual([]);
    expect(isValid({ services: { worker: { image: 'worker:1.0.0', port: '80' } } })).toBe(false);
    expect(isValid({ services: { worker: { image: 'worker:1.0.0', ports: '80:80' } } })).toBe(false);
  });

  it.each(services)('pins the image of %s, and publishes its ports on the loopback only', (_, { image, ports = [] }) => {
    expect(image).toMatch(PINNED);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it('builds the worker from pinned images, and copies only what is there', () => {
    const stages = [...read('Dockerfile').matchAll(/^FROM (\S+)(?: AS (\S+))?/gm)];
    const names = stages.map(([, , name]) => name);
    expect(stages.length).toBeGreaterThan(2);
    for (const [, image] of stages) if (!names.includes(image)) expect(image).toMatch(PINNED);
    for (const [, sources] of read('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm))
      for (const source of sources!.split(' ')) expect([source, existsSync(pathOf(source))]).toEqual([source, true]);
    expect(read('Dockerfile')).toMatch(/^USER node$/m);
  });

  it('holds no secret: credentials come from the environment of whoever starts it', () => {
    const credentials = services.flatMap(([, { environment = {} }]) =>
      Object.entries(environment).filter(([name]) => /KEY|SECRET|PASSWORD|TOKEN/.test(name)),
    );
    expect(credentials.length).toBeGreaterThan(3);
    for (const [, value] of credentials) expect(value).toMatch(/^\$\{[A-Z0-9_]+:\?.+\}$/);
    for (const [, value] of read('docker/steward.yaml').matchAll(/(?:accessKeyId|secretAccessKey|password): (.+)/g))
      expect(value).toMatch(/^(env|file):/);
  });

  it('gives the worker a configuration that it takes, and time to stop', async () => {
    const config = await loadConfig(pathOf('docker/steward.yaml'));
    expect(config.environments['local']!.ksqldb).toBeDefined();
    expect(ms(compose.services['worker']!.stop_grace_period as StringValue)).toBeGreaterThan(config.timeouts.shutdownGraceMs);
    const mirrored = /version = "(.+)"/.exec(read('docker/providers.tf'))![1];
    expect(config.environments['local']!.terraform!.providers['kafka']!.version).toBe(mirrored);
  });

  it('is what the quickstart finds with --compose: ports, buckets and a short deprecation', () => {
    const published = services.flatMap(([, { ports = [] }]) => ports.map((port) => port.slice(0, port.lastIndexOf(':')))).sort();
    const { temporal, temporalUi, kafka, schemaRegistry, s3, engine } = composeServers;
    const used = [temporal, kafka, ...[temporalUi, schemaRegistry, s3.endpoint, engine.url].map((url) => new URL(url).host)];
    expect(used.sort()).toEqual(published);
    const worker = parse(read('docker/steward.yaml')) as {
      catalog: { bucket: string; region: string };
      environments: Record<string, { deprecationPeriod: string; terraform: { state: { bucket: string } } }>;
    };
    expect(worker.catalog).toMatchObject({ bucket: CATALOG_BUCKET, region: s3.region });
    const { deprecationPeriod, terraform } = worker.environments[ENVIRONMENT]!;
    expect([deprecationPeriod, terraform.state.bucket]).toEqual([DEPRECATION_PERIOD, composeServers.stateBucket]);
  });

  it('starts the worker as every other place does', () => {
    const [, command] = /^CMD (\[.*\])$/m.exec(read('Dockerfile'))!;
    expect(JSON.parse(command!)).toEqual(['node', ...workerProcess.nodeArguments, 'dist/worker/main.js']);
    for (const [name, value] of Object.entries(workerProcess.environment)) expect(read('Dockerfile')).toContain(`ENV ${name}=${value}`);
  });

  it('registers every search attribute that runs are found by', () => {
    const asked = compose.services['temporal']!.command!.filter((argument) => argument.startsWith('--search-attribute='));
    expect(asked.sort()).toEqual(
      Object.entries(searchAttributes)
        .map(([name, type]) => `--search-attribute=${name}=${type}`)
        .sort(),
    );
  });
});
