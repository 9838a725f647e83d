import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { parse } from 'yaml';
import { fetchTools } from '../../local/parts/index.js';
import { projectRoot, stewardFolder } from '../../local/project-root.js';
import { composeServers, useCompose } from '../../local/quickstart/compose.js';
import { liveThroughExample } from '../../local/quickstart/life.js';
import { createNarrator } from '../../local/quickstart/narrator.js';
import type { Servers } from '../../local/quickstart/session.js';
import { readCredentials, startStack, type Stack } from '../../local/stack/index.js';
import { startWorkerProcess, type WorkerContext } from '../../local/worker-process.js';
import { KsqlDbStandIn } from '../support/ksqldb/stand-in.js';

/** Where the next test run looks for what a killed one has left (test/support/global-setup.ts). */
const homes = join(stewardFolder, 'test-stacks');

const signal = new AbortController().signal;

describe('the quickstart with the servers and the worker of docker-compose.yml', () => {
  let home: string;
  let told: string;
  const closers: (() => Promise<unknown>)[] = [];
  const narrator = createNarrator((line) => (told += `${line}\n`));

  beforeEach(async () => {
    await mkdir(homes, { recursive: true });
    home = await mkdtemp(join(homes, 'compose-'));
    told = '';
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
    await rm(home, { recursive: true, force: true });
  });

  /** The worker's file in docker/, with what lies inside of containers replaced by what is here. */
  async function workerOf(stack: Stack, ksqldb: string): Promise<WorkerContext['config']> {
    const { kafka, schemaRegistry, s3 } = stack.addresses;
    const { provisioner, providerMirror } = await fetchTools({ signal });
    const places: [inContainers: string, here: string][] = [
      ['kafka:19092', kafka],
      ['http://schema-registry:8081', schemaRegistry],
      ['http://ksqldb:8088', ksqldb],
      ['http://s3:7070', s3.endpoint],
      ['/usr/local/bin/terraform', provisioner.binary],
      ['/opt/terraform-mirror', providerMirror],
      ['/var/lib/steward', join(home, 'scratch')],
    ];
    let text = await readFile(join(projectRoot, 'docker', 'steward.yaml'), 'utf8');
    for (const [inContainers, here] of places) {
      expect(text).toContain(inContainers);
      text = text.replaceAll(inContainers, here);
    }
    return parse(text) as WorkerContext['config'];
  }

  it('takes the example through its life on ksqlDB (the STAND-IN for it: no event is processed)', async () => {
    const stack = await startStack({ home, ports: 'free', only: ['temporal', 'kafka', 'schema-registry', 's3'] });
    closers.push(() => stack.stop());
    const ksqldb = await new KsqlDbStandIn().start();
    closers.push(() => ksqldb.kill());
    // The stand-in sees no broker: it is told what Terraform makes there.
    for (const topic of ['trip-events', 'trip-status', 'trip-position']) ksqldb.state.topics.set(topic, 3);
    const { temporal, temporalNamespace, temporalUi, kafka, schemaRegistry, s3 } = stack.addresses;
    const servers: Servers = {
      stateBucket: composeServers.stateBucket,
      temporal,
      temporalNamespace,
      temporalUi,
      kafka,
      schemaRegistry,
      s3,
      engine: { name: 'ksqldb', url: ksqldb.url },
    };
    const { accessKeyId, secretAccessKey } = await readCredentials(s3.credentialFiles);
    Object.assign(process.env, { STEWARD_S3_ACCESS_KEY_ID: accessKeyId, STEWARD_S3_SECRET_ACCESS_KEY: secretAccessKey });
    const credentialsFile = join(home, '.env');
    await writeFile(credentialsFile, `STEWARD_S3_ACCESS_KEY_ID=${accessKeyId}\nSTEWARD_S3_SECRET_ACCESS_KEY=${secretAccessKey}\n`, {
      mode: 0o600,
    });

    // What compose does beside it: the session waits for the worker.
    const opening = useCompose({ narrator, signal, servers, credentialsFile });
    opening.catch(() => undefined);
    const config = await workerOf(stack, ksqldb.url);
    const client = await stackClient(stack);
    const worker = await startWorkerProcess(home, { data: join(home, 'worker'), client, temporal, namespace: temporalNamespace, config });
    closers.push(() => worker.stop());
    const session = await opening;
    const used: string[] = [];
    await liveThroughExample(session, narrator, {
      first: async () => void used.push(...ksqldb.state.sources.keys()),
      later: async () => void used.push(...ksqldb.state.queries.keys()),
    });
    await session.close();

    expect(used).toEqual(expect.arrayContaining(['TRIP_EVENTS', 'TRIP_STATUS', 'TRIP_POSITION']));
    expect(used).toHaveLength(5);
    expect(ksqldb.state.sources.size + ksqldb.state.queries.size).toBe(0);
    expect(told).toMatch(/queries: CSAS_TRIP_POSITION\w*, CTAS_TRIP_STATUS/);
    expect(told).toContain('as before the first deploy: no topics, no subjects, no streams and tables, no queries, no Terraform resources');
    expect(told).toContain('docker compose down');
    expect(told).not.toContain(secretAccessKey);
  });

  it.each([
    ['no credentials', { credentialsFile: '/nowhere/.env' }, /\/nowhere\/\.env cannot be read\. Start them first/],
    ['no servers', {}, /Nothing answers at http:\/\/127\.0\.0\.1:1\. Start them first.*docker compose up/],
  ])('says what to do where there are %s', async (_, options, message) => {
    const credentialsFile = join(home, '.env');
    await writeFile(credentialsFile, 'STEWARD_S3_ACCESS_KEY_ID=one\nSTEWARD_S3_SECRET_ACCESS_KEY=two\n');
    const servers: Servers = { ...composeServers, engine: { name: 'ksqldb', url: 'http://127.0.0.1:1' } };
    await expect(useCompose({ narrator, signal, servers, credentialsFile, ...options })).rejects.toThrow(message);
  });

  async function stackClient({ addresses }: Stack): Promise<Client> {
    const connection = await Connection.connect({ address: addresses.temporal });
    closers.push(() => connection.close());
    return new Client({ connection, namespace: addresses.temporalNamespace });
  }
});
