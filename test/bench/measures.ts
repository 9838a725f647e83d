import { randomBytes } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { lineOf, openBundle, packBundle, readDescriptor } from '../../descriptors/index.js';
import { join } from 'node:path';
import { JobManager, isActive } from '../../activities/executors/flink-sql/job-manager.js';
import { withKafkaAdmin } from '../../activities/support/kafka.js';
import { ENGINE_QUEUE, operationWorkflowId, registerWorkflowId } from '../../lifecycle/ids.js';
import type { OperationResult } from '../../lifecycle/operations.js';
import { projectRoot } from '../../local/project-root.js';
import { localPeople } from '../../local/steward-config.js';
import { stackAddresses } from '../support/stack.js';
import type { BenchSteward } from './steward.js';

const VERSION = '1.0.0';
const requestedBy = localPeople.developer;

/** Registers the example. Returns its line. */
export async function registerExample({ client, catalog }: BenchSteward): Promise<string> {
  const packed = await packBundle(join(projectRoot, 'examples', 'track-and-trace', VERSION));
  const { product } = readDescriptor(await openBundle(packed.bytes));
  const line = lineOf(product!.info.fullyQualifiedName)!;
  const bundle = await catalog.blobs.putBytes(packed.bytes);
  await client.workflow.execute('registerDataProduct', {
    workflowId: registerWorkflowId(line, VERSION),
    taskQueue: ENGINE_QUEUE,
    args: [{ bundle, requestedBy }],
  });
  return line;
}

/** Deploys the example and waits for the result, as a person at a command line would. */
export async function deploy(
  { client }: BenchSteward,
  line: string,
  environment: string,
): Promise<{ ms: number; handle: WorkflowHandle; result: OperationResult }> {
  const began = performance.now();
  const handle = await client.workflow.start('deployDataProduct', {
    workflowId: operationWorkflowId('deploy', environment, line),
    taskQueue: ENGINE_QUEUE,
    args: [{ product: line, version: VERSION, environment, requestedBy }],
  });
  const result = (await handle.result()) as OperationResult;
  return { ms: performance.now() - began, handle, result };
}

/** Small products of different names, registered by so many clients at once. Returns registrations a second and the time of each. */
export async function registrations({ client, id }: BenchSteward, clients: number, count: number) {
  const times: number[] = [];
  let next = 0;
  const began = performance.now();
  const one = async (): Promise<void> => {
    for (let number = next++; number < count; number = next++) {
      const name = `small${id}${number}`;
      const line = `urn:dpds:org.bench:dataproducts:${name}`;
      const started = performance.now();
      await client.workflow.execute('registerDataProduct', {
        workflowId: `${registerWorkflowId(line, VERSION)}-${randomBytes(3).toString('hex')}`,
        taskQueue: ENGINE_QUEUE,
        args: [{ descriptor: smallDescriptor(name, `${line}:1`), requestedBy }],
      });
      times.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: clients }, one));
  return { perSecond: (count * 1000) / (performance.now() - began), times };
}

export const topicsOf = (prefix: string): Promise<string[]> =>
  withKafkaAdmin([stackAddresses().kafka], async (admin) => (await admin.listTopics()).filter((name) => name.startsWith(prefix)));

export const deleteTopics = (topics: string[]): Promise<void> =>
  withKafkaAdmin([stackAddresses().kafka], async (admin) => void (await admin.deleteTopics({ topics })));

/** Frees the cluster of what a round has made, so that every round finds the same. @param jobs what is in the names of its jobs */
export async function clear(prefix: string, jobs: string): Promise<void> {
  const { flinkGateway: gatewayUrl, flinkRest: jobManagerUrl, flinkSavepoints: savepoints } = stackAddresses();
  const manager = new JobManager({ gatewayUrl, jobManagerUrl, savepoints });
  for (const { id, name, state } of await manager.jobs()) if (isActive(state) && name.includes(jobs)) await manager.cancel(id);
  const topics = await topicsOf(prefix);
  if (topics.length > 0) await deleteTopics(topics);
}

const smallDescriptor = (name: string, fqn: string) => ({
  dataProductDescriptor: '1.0.0',
  info: {
    name,
    fullyQualifiedName: fqn,
    displayName: name,
    description: 'A small product of the benchmark.',
    version: VERSION,
    domain: 'Benchmark',
    owner: { id: 'benchmark@example.org', name: 'Benchmark' },
  },
  interfaceComponents: {
    outputPorts: [
      {
        fullyQualifiedName: `${fqn}:outputports:out`,
        entityType: 'outputport',
        name: 'out',
        version: VERSION,
        displayName: 'Out',
        description: 'What comes out.',
        promises: {
          platform: 'local:kafka',
          servicesType: 'streaming-services',
          api: {
            name: 'outApi',
            version: VERSION,
            specification: 'asyncapi',
            specificationVersion: '2.5.0',
            definition: {
              asyncapi: '2.5.0',
              info: { title: name, version: VERSION },
              defaultContentType: 'application/vnd.apache.avro',
              channels: {
                [`${name}-out`]: {
                  subscribe: {
                    message: {
                      name: 'Out',
                      contentType: 'application/vnd.apache.avro',
                      schemaFormat: 'application/vnd.apache.avro;version=1.9.0',
                      payload: { type: 'record', name: 'Out', namespace: 'org.bench', fields: [{ name: 'id', type: 'string' }] },
                    },
                  },
                },
              },
            },
          },
        },
      },
    ],
  },
});
