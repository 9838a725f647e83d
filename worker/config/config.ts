import type { NotificationSettings } from '../../activities/notifications/index.js';
import type { TokenSettings } from '../../identity/index.js';
import type { Settings } from '../../lifecycle/engine.js';
import type { Environment, Governance, PublicKey, SecretRef } from '../../lifecycle/environment.js';

/** What one worker is told: read once at its start. Where Temporal is comes from Temporal's own configuration (@temporalio/envconfig). */
export interface WorkerConfig {
  catalog: { bucket: string; region: string; endpoint?: string; accessKeyId: SecretRef; secretAccessKey: SecretRef };
  /** Absolute path of a folder for working files; nothing in it outlives an attempt. */
  scratch: string;
  /** What this worker serves: as many calls at a time as slots. */
  executors: { [name: string]: { slots: number } };
  /** Absolute path of the folder; whether the policies that come with Steward count, too; who evaluates those in Rego. */
  policies: { folder?: string; defaults: boolean; opa?: { url: string; token?: SecretRef } };
  /** Who may register versions, and who decides where that needs approval. */
  registration: Governance;
  environments: { [name: string]: Environment };
  identity: IdentitySettings;
  /** Base of links into the Temporal UI, with the namespace, e.g. `http://127.0.0.1:8233/namespaces/default`. */
  uiUrl: string;
  descriptors: DescriptorSettings;
  notifications: NotificationSettings;
  timeouts: WorkerTimeouts;
  monitoring: MonitoringSettings;
  /** Left out: nothing is encrypted. */
  encryption?: EncryptionSettings;
  /** Left out: any worker takes any run. */
  versioning?: VersioningSettings;
}

/** What is left out is not served. */
export interface MonitoringSettings {
  /** Prometheus: `/metrics`. */
  metrics?: { host: string; port: number };
  /** `/live` and `/ready`; port 0: any that is free. */
  health?: { host: string; port: number };
  /** Where a collector takes traces (OTLP over HTTP), and what it wants to have in the headers. */
  traces?: { url: string; headers: { [name: string]: SecretRef } };
}

/** Which version of the workflow code this worker has, where Temporal is to tell versions apart (Worker Deployments). */
export interface VersioningSettings {
  deployment: string;
  /** Left out: digest of the workflow code. */
  buildId?: string;
  /** Whether runs that are under way go on under the next version when it becomes current, or end under the one that they began with. */
  behavior: 'auto-upgrade' | 'pinned';
}

/** How descriptors are read when they are registered, and where they may be fetched from. */
export interface DescriptorSettings {
  profile: 'tolerant' | 'strict';
  /** Namespace of products that do not write their fully qualified name. */
  namespace?: string;
  /** Hosts, with the port unless it is 443, that `descriptorUrl` and references may name. */
  hosts: string[];
  /** Private networks in which these hosts may lie. */
  networks: string[];
  /** Absolute path of a PEM file with the authorities to trust instead of the system's. */
  authorities?: string;
}

/** How people are established by tokens, for whom the worker then signs. */
export interface IdentitySettings {
  /** What statements for bearers of tokens are signed with. */
  signingKey?: SecretRef;
  /** Public keys of before: what was signed with them still counts. */
  formerKeys: PublicKey[];
  /** One for each issuer. */
  tokens?: TokenSettings[];
  endpoint?: EndpointSettings;
}

/** Where bearers of tokens are listened to. */
export interface EndpointSettings {
  host: string;
  /** 0: any that is free. */
  port: number;
  /** Absolute path of a PEM file. */
  certificate?: string;
  key?: SecretRef;
}

/** Whether what Temporal keeps of runs is encrypted. */
export interface EncryptionSettings {
  /** Left out: nothing is encrypted any more. */
  key?: SecretRef;
  /** What was encrypted with them is still read. */
  formerKeys: SecretRef[];
  codecServer?: CodecServerSettings;
}

/** Where the Temporal UI and command lines have payloads encrypted and decrypted. */
export interface CodecServerSettings extends EndpointSettings {
  /** Names, and groups that the registration defines. */
  readers: string[];
  /** Whose pages may ask: scheme, host and port. */
  origins: string[];
}

/** Milliseconds; in the file they are durations such as `30 seconds`. Tests shorten them. */
export interface WorkerTimeouts extends Settings {
  /** How long a worker that was told to stop lets running effects come to a safe point. */
  shutdownGraceMs: number;
  /** How long a target of notifications that is down is tried. */
  notificationPatienceMs: number;
}
