import { join } from 'node:path';
import type { StackAddresses } from './stack/index.js';
import type { Tools } from './parts/index.js';

export interface LocalConfigOptions {
  addresses: StackAddresses;
  tools: Tools;
  /** Folder for the worker's working files. */
  scratch: string;
  /** Temporal namespace. */
  namespace: string;
  /** Bucket of the catalog; Terraform states lie in `<bucket>-terraform`. */
  bucket: string;
  topicPrefix?: string;
  /** Version of the Kafka provider in the mirror. */
  kafkaProvider?: string;
  timeouts?: { [name: string]: string };
  /** How many verbs of each executor run at a time, where all are to have as many. */
  slots?: number;
  /** How descriptors are judged, and where they may be fetched from. */
  descriptors?: object;
  /** Changes of the environment `local`. */
  environment?: object;
  /** Changes of who may register. */
  registration?: object;
  /** Keys, tokens and the endpoint of the worker. */
  identity?: object;
  /** Policies beside those that come with Steward. */
  policies?: object;
  /** Who is told of requests and decisions. */
  notifications?: object;
  /** Where the worker is watched. */
  monitoring?: object;
  /** Whether what Temporal keeps is encrypted; left out: it is not. */
  encryption?: object;
  /** Which version of the workflow code the worker has. */
  versioning?: object;
}

/** Which identity asks and which decides on the local stack: two, because nobody grants an exception to himself. */
export const localPeople = { developer: 'developer@localhost', approver: 'approver@localhost' } as const;

/** The provider that local/go builds (local/go/kafka-provider). */
const KAFKA_PROVIDER = '0.13.1';

/** A worker's configuration (worker/config) for the stack of this machine, with one environment, `local`. */
export function localConfig(options: LocalConfigOptions): { executors: object; [part: string]: unknown } {
  const {
    addresses,
    tools,
    scratch,
    namespace,
    bucket,
    topicPrefix = '',
    kafkaProvider = KAFKA_PROVIDER,
    timeouts = {},
    slots,
    descriptors = {},
    environment = {},
    registration = {},
    identity = {},
    policies = {},
    notifications = {},
    monitoring = {},
    encryption,
    versioning,
  } = options;
  const { accessKeyId, secretAccessKey } = addresses.s3.credentialFiles;
  const store = {
    region: addresses.s3.region,
    endpoint: addresses.s3.endpoint,
    accessKeyId: `file:${accessKeyId}`,
    secretAccessKey: `file:${secretAccessKey}`,
  };
  const governance = {
    identity: 'claim',
    groups: { platform: [localPeople.approver] },
    starters: [{ operations: ['*'], groups: ['everybody'], domains: ['*'] }],
    approvers: ['platform'],
    approvalDeadline: '7 days',
  };
  return {
    catalog: { bucket, ...store },
    scratch: join(scratch),
    executors: {
      terraform: { slots: slots ?? 2 },
      'schema-registry': { slots: slots ?? 4 },
      'flink-sql': { slots: slots ?? 2 },
      command: { slots: slots ?? 2 },
      ...('ksqldb' in environment && { ksqldb: { slots: slots ?? 2 } }),
    },
    uiUrl: `${addresses.temporalUi}/namespaces/${namespace}`,
    descriptors,
    timeouts,
    identity,
    policies,
    notifications,
    monitoring,
    ...(encryption && { encryption }),
    ...(versioning && { versioning }),
    registration: { ...governance, ...registration },
    environments: {
      local: {
        kafka: { bootstrapServers: [addresses.kafka] },
        schemaRegistry: { url: addresses.schemaRegistry },
        flink: { gatewayUrl: addresses.flinkGateway, jobManagerUrl: addresses.flinkRest, savepoints: addresses.flinkSavepoints },
        terraform: {
          binary: tools.provisioner.binary,
          mirror: tools.providerMirror,
          providers: {
            kafka: {
              source: 'mongey/kafka',
              version: kafkaProvider,
              configuration: { bootstrap_servers: [addresses.kafka], tls_enabled: false },
            },
          },
          state: { bucket: `${bucket}-terraform`, ...store },
        },
        // Packs the SQL that is going to run, so that what was built can be looked at later.
        commands: {
          'package-sql': {
            program: 'tar',
            arguments: [
              '--create',
              '--file',
              'sql.tar',
              '--sort=name',
              '--mtime=@0',
              '--owner=0',
              '--group=0',
              '--numeric-owner',
              '--exclude=sql.tar',
              '.',
            ],
            effects: 'none',
            timeoutSeconds: 60,
          },
        },
        variables: { TOPIC_PREFIX: topicPrefix },
        services: { 'stream-sql': 'flink-sql' },
        ...governance,
        deprecationPeriod: '30 days',
        ...environment,
      },
    },
  };
}
