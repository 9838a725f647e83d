/** A reference to a secret, never the secret itself: `env:NAME` or `file:/absolute/path`. Resolved on the worker only. */
export type SecretRef = `env:${string}` | `file:${string}`;

export interface KafkaSystem {
  bootstrapServers: string[];
}

export interface SchemaRegistrySystem {
  url: string;
  username?: string;
  password?: SecretRef;
}

export interface FlinkSystem {
  /** The SQL gateway's REST endpoint. */
  gatewayUrl: string;
  /** The JobManager's REST endpoint. */
  jobManagerUrl: string;
  /** Where savepoints go: a folder or URL that the cluster can write. */
  savepoints: string;
}

export interface KsqlDbSystem {
  url: string;
  username?: string;
  password?: SecretRef;
}

export interface TerraformSystem {
  /** `terraform` or `tofu`, by name on the PATH or absolute path. */
  binary: string;
  /** Filesystem mirror of providers: the only place they come from. */
  mirror: string;
  /** Provider configurations, by local name: templates bring none of their own. Strings that are secret references are resolved. */
  providers: { [name: string]: { source: string; version: string; configuration: { [key: string]: unknown } } };
  /** Where states are kept. */
  state: { bucket: string; region: string; endpoint?: string; accessKeyId: SecretRef; secretAccessKey: SecretRef };
}

/** A command that descriptors may name: program and fixed arguments are the platform's, never the descriptor's. */
export interface CommandDefinition {
  program: string;
  arguments: string[];
  /** Takes back what the command did. Without it the step cannot be undone, unless `effects` is `none`. */
  undo?: { program: string; arguments: string[] };
  /** `none`: the command only makes files in its own folder. */
  effects: 'none' | 'external';
  timeoutSeconds: number;
}

/** How sure Steward is of who somebody is: signed statement, Temporal's identity in history, or a bare claim (local only). */
export type IdentityLevel = 'statement' | 'identity' | 'claim';

/** A public key that somebody signs with: JWK, or PEM (SPKI). */
export type PublicKey = { [member: string]: unknown } | string;

/** Somebody stands in for somebody else, until an ISO time. */
export interface Delegation {
  from: string;
  to: string;
  until: string;
}

/** Who may ask for what, and who decides: for one environment, or for registrations, which belong to none. */
export interface Governance {
  identity: IdentityLevel;
  /** Groups and the people (identities) in them. */
  groups: { [group: string]: string[] };
  /** Other names that one person comes under: all of them are that person, who decides once and never on a request of his own. */
  accounts: { [person: string]: string[] };
  /** People who count for nothing any more, whatever group or token says otherwise. */
  suspended: string[];
  /** Who decides for whom, e.g. during an absence. */
  delegations: Delegation[];
  /** Public keys of the people who sign their own statements. */
  keys: { [person: string]: PublicKey[] };
  /** Who may start what: operation or `*`, groups, domains or `*`. No entry = nobody; on `local` usually everybody. */
  starters: { operations: string[]; groups: string[]; domains: string[] }[];
  /** Groups that may grant an exception where the policy names none. */
  approvers: string[];
  /** How long a request for an exception stays open, where the policy does not say. */
  approvalDeadline: string;
  /** The same for a request that is waited for while the product is held (after an apply). */
  heldApprovalDeadline: string;
  /** How often the approvers of an open request are reminded. */
  reminderEvery: string;
  /** Who may decide, too, when nobody has for a while, where the policy does not say. */
  escalation?: { after: string; groups: string[] };
  /** The longest life of an exception, whatever its policy allows. */
  longestException: string;
  /** How long before the end of an exception people are reminded of it. */
  expiryReminder: string;
}

/** The rules of one place: an environment, or the registry of versions. */
export type Place = Governance & { name: string };

/** A named target of operations, configured on the worker, never in a descriptor. */
export interface Environment extends Governance {
  name: string;
  /** The stage of `lifecycleInfo` that is run here; default: the environment's name. */
  stage: string;
  kafka: KafkaSystem;
  schemaRegistry?: SchemaRegistrySystem;
  flink?: FlinkSystem;
  ksqldb?: KsqlDbSystem;
  terraform?: TerraformSystem;
  commands: { [name: string]: CommandDefinition };
  /** Values of `${env:NAME}`. */
  variables: { [name: string]: string };
  /** References of `${secret:NAME}`. */
  secrets: { [name: string]: SecretRef };
  /** Which executor serves a service name of a descriptor, where they differ, e.g. `{ "sql": "flink-sql" }`. */
  services: { [service: string]: string };
  /** How long an announced retirement waits before anything is removed. ISO 8601 duration or `5 seconds`. */
  deprecationPeriod: string;
  /** How long what was changed has to stay healthy before a deploy or an upgrade is final: until then it is taken back as a whole. */
  bakeTime: string;
  /** Whether versions that are not registered may be planned here: their templates are read by Terraform with the environment's credentials. */
  planUnregistered?: boolean;
}
