import { GetObjectCommand, ListObjectsV2Command, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { Admin } from '@platformatic/kafka';
import type { Session, StreamEngine } from './session.js';

/** What there is on the servers, by kind: names, sorted. Looked up by the servers' own interfaces, not by asking Steward. */
export type World = { [kind: string]: string[] };

type Ways = Pick<Session, 'servers' | 'credentials'>;

/** Looks at every server. */
export async function lookAtWorld(ways: Ways): Promise<World> {
  const { kafka, schemaRegistry, engine } = ways.servers;
  const [{ topics, groups }, subjects, ofEngine, resources] = await Promise.all([
    lookAtKafka(kafka),
    // An empty registry answers null.
    json<string[] | null>(`${schemaRegistry}/subjects`),
    engine.name === 'ksqldb' ? lookAtKsqlDb(engine) : lookAtFlink(engine),
    terraformResources(ways),
  ]);
  return {
    topics: topics.sort(),
    subjects: (subjects ?? []).sort(),
    ...ofEngine,
    // ksqlDB makes and clears away groups of its own, at its own time.
    ...(engine.name !== 'ksqldb' && { 'consumer groups': groups.sort() }),
    'Terraform resources': resources.sort(),
  };
}

async function lookAtFlink({ url }: StreamEngine): Promise<World> {
  const { jobs } = await json<{ jobs: { name: string; state: string }[] }>(`${url}/jobs/overview`);
  const running = jobs.filter(({ state }) => !['FINISHED', 'CANCELED', 'FAILED'].includes(state));
  return { jobs: running.map(({ name }) => name).sort() };
}

type KsqlDbLists = { streams?: { name: string }[]; tables?: { name: string }[]; queries?: { id: string }[] }[];

async function lookAtKsqlDb({ url }: StreamEngine): Promise<World> {
  const lists = await json<KsqlDbLists>(`${url}/ksql`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.ksql.v1+json' },
    body: JSON.stringify({ ksql: 'LIST STREAMS; LIST TABLES; LIST QUERIES;', streamsProperties: {} }),
  });
  return {
    'streams and tables': lists.flatMap(({ streams = [], tables = [] }) => [...streams, ...tables].map(({ name }) => name)).sort(),
    queries: lists.flatMap(({ queries = [] }) => queries.map(({ id }) => id)).sort(),
  };
}

/** What is in one world and not in the other, by kind; kinds without any are left out. */
export function moreThan(before: World, now: World): [kind: string, names: string[]][] {
  return Object.entries(now)
    .map(([kind, names]): [string, string[]] => [kind, names.filter((name) => !before[kind]?.includes(name))])
    .filter(([, names]) => names.length > 0);
}

/** Topics of the broker, the registry and ksqlDB that they need for themselves. */
const internal = /^(__|_schemas$|_confluent)/;

async function lookAtKafka(address: string): Promise<{ topics: string[]; groups: string[] }> {
  const admin = new Admin({ clientId: 'quickstart', bootstrapBrokers: [address] });
  try {
    const topics = (await admin.listTopics()).filter((name) => !internal.test(name));
    return { topics, groups: [...(await admin.listGroups()).keys()] };
  } finally {
    await admin.close();
  }
}

/** The addresses of the resources in every Terraform state. */
async function terraformResources({ servers: { s3, stateBucket: Bucket }, credentials }: Ways): Promise<string[]> {
  const client = new S3Client({
    ...s3,
    forcePathStyle: true,
    credentials,
  });
  try {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket })).catch(whenNoBucket);
    const keys = Contents.flatMap(({ Key }) => (Key?.endsWith('.tfstate') ? [Key] : []));
    const states = await Promise.all(
      keys.map(async (Key) => {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
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

async function json<T>(address: string, init?: RequestInit): Promise<T> {
  const answer = await fetch(address, init);
  if (!answer.ok) throw new Error(`${address} answered HTTP ${answer.status}`);
  return (await answer.json()) as T;
}
