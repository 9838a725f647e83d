import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { createCatalog, type Catalog } from '../../catalog/index.js';
import { bootstrap } from '../../client/bootstrap.js';
import { residentMb } from '../../local/process-identity.js';
import { localConfig } from '../../local/steward-config.js';
import { startWorkerProcess } from '../../local/worker-process.js';
import { eventually } from '../support/eventually.js';
import { stackAddresses, stackCredentials, stackTools } from '../support/stack.js';

/** A Steward of its own on the running stack: default settings, and one environment for each round, alike but for the topic prefix. */
export interface BenchSteward {
  readonly id: string;
  readonly client: Client;
  readonly catalog: Catalog;
  /** Bucket of the Terraform states. */
  readonly stateBucket: string;
  readonly environments: { name: string; topicPrefix: string }[];
  workerMb(): number;
  close(): Promise<void>;
}

export async function openSteward(rounds: number): Promise<BenchSteward> {
  const id = randomBytes(4).toString('hex');
  const namespace = `bench-${id}`;
  const bucket = `bench-${id}`;
  const addresses = stackAddresses();
  const folder = await mkdtemp(join(tmpdir(), 'steward-bench-'));
  const connection = await Connection.connect({ address: addresses.temporal });
  await bootstrap(connection, namespace);
  const client = new Client({ connection, namespace });
  const { endpoint, region } = addresses.s3;
  const catalog = createCatalog({ bucket, endpoint, region, ...stackCredentials() });
  await catalog.ensureBucket();
  await eventually(() => client.workflow.count('AwaitingApproval=true'), 'the namespace is ready');

  const config = localConfig({ addresses, tools: stackTools(), scratch: join(folder, 'scratch'), namespace, bucket });
  const { local } = config['environments'] as { local: object };
  const environments = Array.from({ length: rounds }, (_, round) => ({ name: `bench-${id}-${round}`, topicPrefix: `${id}-s${round}-` }));
  const alike = environments.map(({ name, topicPrefix }) => [name, { ...local, variables: { TOPIC_PREFIX: topicPrefix } }]);
  const worker = await startWorkerProcess(folder, {
    data: join(folder, 'worker'),
    client,
    temporal: addresses.temporal,
    namespace,
    config: Object.assign(config, { environments: Object.fromEntries(alike) as object }),
  });
  return {
    id,
    client,
    catalog,
    stateBucket: `${bucket}-terraform`,
    environments,
    workerMb: () => residentMb(worker.identity.pid),
    async close() {
      await worker.stop();
      catalog.close();
      await connection.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
