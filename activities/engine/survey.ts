import { ConfigResourceTypes } from '@platformatic/kafka';
import type { Environment } from '../../lifecycle/environment.js';
import { PREFIX_VARIABLE } from '../../lifecycle/twin.js';
import type { Survey } from '../../lifecycle/rehearsal.js';
import { withKafkaAdmin } from '../support/kafka.js';
import type { EngineDeps } from './deps.js';

/** Everything of one product in its twin, asked of the systems themselves: what no plan speaks of is seen, too. */
export async function surveyTwin(
  deps: Pick<EngineDeps, 'catalog' | 'executors'>,
  line: string,
  twin: Environment,
  signal: AbortSignal,
): Promise<Survey> {
  const prefix = twin.variables[PREFIX_VARIABLE]!;
  const place = { environment: twin.name, line, prefix };
  const asked = [...deps.executors.values()].map(async ({ rehearsal }) => (await rehearsal?.survey(place, signal)) ?? {});
  const parts = await Promise.all([topicsIn(twin.kafka.bootstrapServers, prefix), instancesIn(deps, line, twin.name), ...asked]);
  return Object.assign({}, ...parts) as Survey;
}

/** Partitions and own configuration of the topics under a prefix. Consumer groups end by themselves with the topics that they read. */
const topicsIn = (bootstrapServers: string[], prefix: string): Promise<Survey> =>
  withKafkaAdmin(bootstrapServers, async (admin) => {
    const names = (await admin.listTopics()).filter((name) => name.startsWith(prefix)).sort();
    if (names.length === 0) return {};
    const { topics } = await admin.metadata({ topics: names });
    const described = await admin.describeConfigs({
      resources: names.map((resourceName) => ({ resourceType: ConfigResourceTypes.TOPIC, resourceName })),
    });
    const survey: Survey = {};
    for (const { resourceName, configs } of described) {
      const own = configs.filter(({ configSource }) => configSource === OWN_CONFIGURATION);
      const config = own.map(({ name, value }) => `${name}=${value ?? ''}`).sort();
      survey[`topic ${resourceName}`] = [`${topics.get(resourceName)?.partitionsCount ?? 0} partitions`, ...config].join(', ');
    }
    return survey;
  });

/** Kafka's DYNAMIC_TOPIC_CONFIG: set on the topic itself. */
const OWN_CONFIGURATION = 1;

async function instancesIn({ catalog }: Pick<EngineDeps, 'catalog'>, line: string, twin: string): Promise<Survey> {
  const record = (await catalog.environments.read(line, twin))?.record;
  const running = Object.entries(record?.instances ?? {}).filter(([, { state }]) => state !== 'retired');
  return {
    ...Object.fromEntries(running.map(([major, { version, state }]) => [`instance of major ${major}`, `${version}, ${state}`])),
    ...(record?.operation && { 'operation record': record.operation.phase }),
  };
}
