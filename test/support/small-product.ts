import type { StewardWorld } from './steward-world.js';

/** What a small product is made of; each part is one step of its deployment. */
export interface SmallParts {
  version?: string;
  /** HCL of its infrastructure, e.g. `topicsModule(...)`. */
  terraform?: string;
  /** Further infrastructures, by name. */
  more?: { [name: string]: FurtherInfrastructure };
  /** Avro fields of its output port; registered under `<prefix><name>-out-value`. */
  fields?: object[];
  /** Flink SQL of its application. */
  sql?: string;
  /** Name of a command of the environment that its application is built by. */
  command?: string;
}

export interface FurtherInfrastructure {
  terraform: string;
  /** Name of the infrastructure that it depends on; that of `terraform` is called `store`. */
  after: string;
  /** E.g. `TF_VAR_<name>`. */
  configurations: object;
}

/** A product with the parts that a test asks for, and no other: deployed in seconds, on the real systems. */
export interface SmallProduct {
  name: string;
  line: string;
  fqn: string;
  version: string;
  /** The topic that its output port names, with the world's prefix. */
  topic: string;
  subject: string;
  /** By path, for `world.uploadFiles`. */
  files: Record<string, string>;
}

const json = (value: unknown): string => JSON.stringify(value, undefined, 2);

/** @param name letters and digits; made unique by the world's id */
export function smallProduct(world: Pick<StewardWorld, 'id' | 'topicPrefix'>, name: string, parts: SmallParts): SmallProduct {
  const { version = '1.0.0', terraform, more = {}, fields = [{ name: 'id', type: 'string' }], sql, command } = parts;
  const line = `urn:dpds:org.test:dataproducts:${name}${world.id}`;
  const fqn = `${line}:1`;
  const prefix = { TF_VAR_topic_prefix: '${env:TOPIC_PREFIX}' };
  const infrastructureNamed = (name: string, folder: string, configurations: object, after?: string): object => ({
    fullyQualifiedName: `${fqn}:infrastructure:${name}`,
    entityType: 'infrastructure',
    name,
    version,
    description: 'Where the records are kept.',
    platform: 'local:kafka',
    infrastructureType: 'storage-resource',
    ...(after !== undefined && { dependsOn: [`${fqn}:infrastructure:${after}`] }),
    provisionInfo: { service: 'terraform', template: { mediaType: 'text/terraform', $href: folder }, configurations },
  });
  const infrastructures = [
    ...(terraform === undefined ? [] : [infrastructureNamed('store', 'terraform', prefix)]),
    ...Object.entries(more).map(([name, { after, configurations }]) => infrastructureNamed(name, name, configurations, after)),
  ];
  const application = (sql !== undefined || command !== undefined) && {
    fullyQualifiedName: `${fqn}:applications:app`,
    entityType: 'application',
    name: 'app',
    version,
    description: 'What turns records into others.',
    platform: 'local:stream-sql',
    applicationType: 'stream-processing',
    providesTo: [`${fqn}:outputports:out`],
    dependsOn: terraform ? [`${fqn}:infrastructure:store`] : [],
    ...(command && { buildInfo: { service: 'command', configurations: { command } } }),
    ...(sql && { deployInfo: { service: 'stream-sql', template: { mediaType: 'application/sql', $href: 'sql' }, configurations: {} } }),
  };
  const port = {
    fullyQualifiedName: `${fqn}:outputports:out`,
    entityType: 'outputport',
    name: 'out',
    version,
    displayName: 'Out',
    description: 'What comes out.',
    promises: {
      platform: 'local:kafka',
      servicesType: 'streaming-services',
      api: {
        name: 'outApi',
        version,
        specification: 'asyncapi',
        specificationVersion: '2.5.0',
        definition: { $ref: 'out-api.json' },
      },
    },
  };
  const descriptor = {
    dataProductDescriptor: '1.0.0',
    info: {
      name: `${name}${world.id}`,
      fullyQualifiedName: fqn,
      displayName: name,
      description: 'A product of the tests of faults.',
      version,
      domain: 'Testing',
      owner: { id: 'testing@test.org', name: 'Testing' },
    },
    interfaceComponents: { outputPorts: [port] },
    internalComponents: {
      applicationComponents: application ? [application] : [],
      infrastructuralComponents: infrastructures,
    },
  };
  return {
    name,
    line,
    fqn,
    version,
    topic: `${world.topicPrefix}${name}-out`,
    subject: `${world.topicPrefix}${name}-out-value`,
    files: {
      'data-product-descriptor.json': json(descriptor),
      'out-api.json': json(asyncApi(name, version, fields)),
      ...(terraform && { 'terraform/main.tf': terraform }),
      ...Object.fromEntries(Object.entries(more).map(([name, each]) => [`${name}/main.tf`, each.terraform])),
      ...(sql && { 'sql/flink/10-app.sql': sql }),
    },
  };
}

const asyncApi = (name: string, version: string, fields: object[]): object => ({
  asyncapi: '2.5.0',
  info: { title: name, version },
  defaultContentType: 'application/vnd.apache.avro',
  channels: {
    [`${name}-out`]: {
      subscribe: {
        message: {
          messageId: 'out',
          name: 'Out',
          contentType: 'application/vnd.apache.avro',
          schemaFormat: 'application/vnd.apache.avro;version=1.9.0',
          payload: { type: 'record', name: 'Out', namespace: 'org.test', fields },
        },
      },
    },
  },
});

/** Topics, each made after the one before it, so that an apply has a middle. @param last replication factor of the last; one broker cannot give 3 */
export function topicsModule(names: string[], last: 1 | 3 = 1): string {
  const topics = names.map(
    (name, at) => `resource "kafka_topic" "t${at}" {
  name               = "\${var.topic_prefix}${name}"
  partitions         = 1
  replication_factor = ${at === names.length - 1 ? last : 1}
  ${at === 0 ? '' : `depends_on = [kafka_topic.t${at - 1}]`}
}`,
  );
  return `terraform {
  required_providers {
    kafka = {
      source = "Mongey/kafka"
    }
  }
}
variable "topic_prefix" {
  type = string
}
${topics.join('\n')}
output "topics" {
  value = [${names.map((_, at) => `kafka_topic.t${at}.name`).join(', ')}]
}
`;
}

/** Resources that live in the state alone: Terraform at its quickest. */
export const dataModule = (value: string): string => `variable "topic_prefix" {
  type = string
}
resource "terraform_data" "thing" {
  input = "\${var.topic_prefix}${value}"
}
output "thing" {
  value = terraform_data.thing.output
}
`;

/** Jobs without Kafka, one for each sink. */
export const jobsSql = (...sinks: string[]): string =>
  [
    "CREATE TEMPORARY TABLE numbers (a INT) WITH ('connector' = 'datagen', 'rows-per-second' = '1');",
    ...sinks.map((sink) => `CREATE TEMPORARY TABLE ${sink} (a INT) WITH ('connector' = 'blackhole');`),
    ...sinks.map((sink) => `INSERT INTO ${sink} SELECT a FROM numbers;`),
  ].join('\n');
