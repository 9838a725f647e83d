import { ConfigResourceTypes } from '@platformatic/kafka';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { isActive, JobManager } from '../../activities/executors/flink-sql/job-manager.js';
import { withKafkaAdmin } from '../../activities/support/kafka.js';
import { createObjectStore } from '../../catalog/object-store.js';
import type { InstanceRecord } from '../../lifecycle/records.js';
import type { SmallProduct } from './small-product.js';
import { stackAddresses, stackCredentials } from './stack.js';
import type { StewardWorld } from './steward-world.js';

/** Everything of a world that an operation may change, without what no two runs have in common: ids, times, fences. */
export interface WorldSnapshot {
  /** Partitions and own configuration, by topic. */
  topics: { [name: string]: { partitions: number; config: { [key: string]: string } } };
  /** Live versions and own level, by subject. */
  subjects: { [name: string]: { versions: string[]; level?: string } };
  /** Names of the active Flink jobs, one entry each, so that a job that runs twice is seen. */
  jobs: string[];
  groups: string[];
  /** Addresses in each Terraform state; locks that were left are seen too. */
  states: { [key: string]: string[] };
  /** What the catalog says runs, by product and major. */
  instances: { [line: string]: { [major: string]: Pick<InstanceRecord, 'version' | 'state'> & { sunset?: string } } };
  /** Operations that hold the record. */
  open: { [line: string]: string };
}

type Named = Pick<SmallProduct, 'line' | 'name'>;

/** What belongs to these products, as it is now: topics, subjects and groups by the world's prefix and the product's name. */
export async function snapshot(world: StewardWorld, products: Named[]): Promise<WorldSnapshot> {
  const belongs = (name: string): boolean => products.some((product) => name.startsWith(`${world.topicPrefix}${product.name}-`));
  const [topics, groups, subjects, jobs, states, records] = await Promise.all([
    topicsOf(belongs),
    groupsOf(belongs),
    subjectsOf(belongs),
    jobsOf(products),
    statesOf(world, products),
    Promise.all(products.map(async ({ line }) => [line, (await world.catalog.environments.read(line, 'local'))?.record] as const)),
  ]);
  const instances = records.flatMap(([line, record]) => {
    const all = Object.entries(record?.instances ?? {}).map(
      ([major, { version, state, deprecation }]) =>
        [major, { version, state, ...(deprecation && { sunset: deprecation.sunset }) }] as const,
    );
    return all.length > 0 ? [[line, Object.fromEntries(all)] as const] : [];
  });
  const open = records.flatMap(([line, record]) => (record?.operation ? [[line, record.operation.phase] as const] : []));
  return { topics, groups, subjects, jobs, states, instances: Object.fromEntries(instances), open: Object.fromEntries(open) };
}

/** The same snapshot as if it were of another product of the same parts. */
export const renamed = (seen: WorldSnapshot, from: Named, to: Named): WorldSnapshot =>
  JSON.parse(JSON.stringify(seen).replaceAll(from.line, to.line).replaceAll(`-${from.name}-`, `-${to.name}-`)) as WorldSnapshot;

/** Names of the world's topics. */
export const topicNames = (world: StewardWorld): Promise<string[]> =>
  withKafkaAdmin([stackAddresses().kafka], async (admin) =>
    (await admin.listTopics()).filter((name) => name.startsWith(world.topicPrefix)).sort(),
  );

/** Names of the products' active jobs. */
export async function jobsOf(products: Pick<SmallProduct, 'line'>[]): Promise<string[]> {
  const { flinkGateway: gatewayUrl, flinkRest: jobManagerUrl, flinkSavepoints: savepoints } = stackAddresses();
  const jobs = await new JobManager({ gatewayUrl, jobManagerUrl, savepoints }).jobs();
  return jobs
    .filter(({ name, state }) => isActive(state) && products.some(({ line }) => name.startsWith(`${line}:`)))
    .map(({ name }) => name)
    .sort();
}

/** One GET of the schema registry. */
export async function registry<T>(path: string, init: RequestInit = {}): Promise<T | undefined> {
  const answer = await fetch(`${stackAddresses().schemaRegistry}${path}`, {
    ...init,
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
  });
  return answer.ok ? ((await answer.json()) as T) : undefined;
}

/** Ends and deletes what a world has left in the systems, so that a failed test does not cost the next one its slots. */
export async function clearWorld(world: StewardWorld, products: Pick<SmallProduct, 'line'>[]): Promise<void> {
  const { flinkGateway: gatewayUrl, flinkRest: jobManagerUrl, flinkSavepoints: savepoints } = stackAddresses();
  const manager = new JobManager({ gatewayUrl, jobManagerUrl, savepoints });
  for (const { id, name, state } of await manager.jobs())
    if (isActive(state) && products.some(({ line }) => name.startsWith(`${line}:`))) await manager.cancel(id);
  const topics = await topicNames(world);
  if (topics.length > 0) await withKafkaAdmin([stackAddresses().kafka], (admin) => admin.deleteTopics({ topics }));
  for (const subject of Object.keys(await subjectsOf((name) => name.startsWith(world.topicPrefix))))
    for (const query of ['', '?permanent=true']) await registry(`/subjects/${subject}${query}`, { method: 'DELETE' });
}

const topicsOf = (belongs: (name: string) => boolean): Promise<WorldSnapshot['topics']> =>
  withKafkaAdmin([stackAddresses().kafka], async (admin) => {
    const names = (await admin.listTopics()).filter(belongs).sort();
    if (names.length === 0) return {};
    const { topics } = await admin.metadata({ topics: names });
    const described = await admin.describeConfigs({
      resources: names.map((resourceName) => ({ resourceType: ConfigResourceTypes.TOPIC, resourceName })),
    });
    return Object.fromEntries(
      described.map(({ resourceName, configs }) => {
        const own = configs.filter(({ configSource }) => configSource === OWN_CONFIGURATION);
        const config = Object.fromEntries(own.map(({ name, value }) => [name, value ?? '']));
        return [resourceName, { partitions: topics.get(resourceName)?.partitionsCount ?? 0, config }];
      }),
    );
  });

/** Kafka's DYNAMIC_TOPIC_CONFIG: set on the topic itself. */
const OWN_CONFIGURATION = 1;

const groupsOf = (belongs: (name: string) => boolean): Promise<string[]> =>
  withKafkaAdmin([stackAddresses().kafka], async (admin) => [...(await admin.listGroups()).keys()].filter(belongs).sort());

async function subjectsOf(belongs: (name: string) => boolean): Promise<WorldSnapshot['subjects']> {
  const names = ((await registry<string[]>('/subjects')) ?? []).filter(belongs).sort();
  const all = names.map(async (name) => {
    const numbers = (await registry<number[]>(`/subjects/${name}/versions`)) ?? [];
    const versions = numbers.map(async (number) => {
      const { schema = '' } = (await registry<{ schema: string }>(`/subjects/${name}/versions/${number}`)) ?? {};
      return `${number}: ${schema}`;
    });
    const level = (await registry<{ compatibilityLevel: string }>(`/config/${name}`))?.compatibilityLevel;
    return [name, { versions: await Promise.all(versions), ...(level && { level }) }] as const;
  });
  return Object.fromEntries(await Promise.all(all));
}

async function statesOf(world: StewardWorld, products: Pick<SmallProduct, 'line'>[]): Promise<WorldSnapshot['states']> {
  const { endpoint, region } = stackAddresses().s3;
  const store = createObjectStore({ bucket: `steward-${world.id}-terraform`, region, endpoint, ...stackCredentials() });
  try {
    const listed = await store.client.send(new ListObjectsV2Command({ Bucket: store.bucket }));
    const keys = (listed.Contents ?? []).flatMap(({ Key }) => Key ?? []);
    const own = keys.filter((key) => products.some(({ line }) => key.includes(`/${line}:`)));
    const states = own.map(async (key) => {
      if (!key.endsWith('.tfstate')) return [key, []] as const;
      const { resources = [] } = JSON.parse(Buffer.from((await store.get(key))!.bytes).toString('utf8')) as {
        resources?: { type: string; name: string; instances: { status?: string }[] }[];
      };
      const addresses = resources.map(({ type, name, instances }) => `${type}.${name}${instances[0]?.status ?? ''}`);
      return [key, addresses.sort()] as const;
    });
    return Object.fromEntries(await Promise.all(states));
  } finally {
    store.close();
  }
}
