import { GetObjectCommand, ListObjectsV2Command, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { Admin } from '@platformatic/kafka';
import { readCredentials, type StackAddresses } from '../stack/index.js';
import { STATE_BUCKET } from './session.js';

/** What there is on the servers, by kind: names, sorted. Looked up by the servers' own interfaces, not by asking Steward. */
export type World = {
  topics: string[];
  subjects: string[];
  jobs: string[];
  'consumer groups': string[];
  'Terraform resources': string[];
};

/** Looks at every server. */
export async function lookAtWorld(addresses: StackAddresses): Promise<World> {
  const [kafka, subjects, jobs, resources] = await Promise.all([
    lookAtKafka(addresses.kafka),
    // An empty registry answers null.
    json<string[] | null>(`${addresses.schemaRegistry}/subjects`),
    json<{ jobs: { name: string; state: string }[] }>(`${addresses.flinkRest}/jobs/overview`),
    terraformResources(addresses),
  ]);
  const running = jobs.jobs.filter(({ state }) => !['FINISHED', 'CANCELED', 'FAILED'].includes(state));
  return {
    topics: kafka.topics,
    subjects: (subjects ?? []).sort(),
    jobs: running.map(({ name }) => name).sort(),
    'consumer groups': kafka.groups,
    'Terraform resources': resources.sort(),
  };
}

/** What is in one world and not in the other, by kind; kinds without any are left out. */
export function moreThan(before: World, now: World): [kind: string, names: string[]][] {
  return (Object.keys(now) as (keyof World)[])
    .map((kind): [string, string[]] => [kind, now[kind].filter((name) => !before[kind].includes(name))])
    .filter(([, names]) => names.length > 0);
}

async function lookAtKafka(address: string): Promise<{ topics: string[]; groups: string[] }> {
  const admin = new Admin({ clientId: 'quickstart', bootstrapBrokers: [address] });
  try {
    const topics = (await admin.listTopics()).filter((name) => !name.startsWith('__'));
    return { topics: topics.sort(), groups: [...(await admin.listGroups()).keys()].sort() };
  } finally {
    await admin.close();
  }
}

/** The addresses of the resources in every Terraform state. */
async function terraformResources({ s3 }: StackAddresses): Promise<string[]> {
  const client = new S3Client({
    endpoint: s3.endpoint,
    region: s3.region,
    forcePathStyle: true,
    credentials: await readCredentials(s3.credentialFiles),
  });
  try {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: STATE_BUCKET })).catch(whenNoBucket);
    const keys = Contents.flatMap(({ Key }) => (Key?.endsWith('.tfstate') ? [Key] : []));
    const states = await Promise.all(
      keys.map(async (Key) => {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: STATE_BUCKET, Key }));
        const state = JSON.parse(await Body!.transformToString()) as { resources?: { type: string; name: string; instances: unknown[] }[] };
        return (state.resources ?? []).filter(({ instances }) => instances.length > 0).map(({ type, name }) => `${type}.${name}`);
      }),
    );
    return states.flat();
  } finally {
    client.destroy();
  }
}

function whenNoBucket(error: unknown): { Contents?: { Key?: string }[] } {
  if (error instanceof S3ServiceException && error.name === 'NoSuchBucket') return {};
  throw error;
}

async function json<T>(address: string): Promise<T> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} answered HTTP ${answer.status}`);
  return (await answer.json()) as T;
}
