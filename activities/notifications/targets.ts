import type { SecretRef } from '../../lifecycle/environment.js';
import type { NotificationType } from '../../lifecycle/notifications.js';
import type { CloudEvent } from './cloud-event.js';

/** Who is told what, from the worker's configuration. */
export interface NotificationSettings {
  /** Who tells, as CloudEvents name it: a URI. */
  source: string;
  /** By name. */
  targets: { [name: string]: NotificationTarget };
}

export type NotificationTarget = WebhookTarget | KafkaTarget | EmailTarget;

interface Wants {
  /** What it wants to hear; left out: everything. */
  events?: NotificationType[];
}

export interface WebhookTarget extends Wants {
  type: 'webhook';
  /** https, or http on the loopback address. */
  url: string;
  /** What the signature is made with: `whsec_` and the key as base64. */
  secret: SecretRef;
}

export interface KafkaTarget extends Wants {
  type: 'kafka';
  bootstrapServers: string[];
  topic: string;
}

export interface EmailTarget extends Wants {
  type: 'email';
  host: string;
  /** Default: 587, for `implicit` 465. */
  port?: number;
  /** `starttls`: the connection is encrypted before anything is said, or not used at all (but for the loopback address). */
  tls?: 'starttls' | 'implicit';
  username?: string;
  password?: SecretRef;
  from: string;
  /** Addresses that are always told. */
  to?: string[];
  /** Addresses by group or person: those who may decide, and who asked. */
  recipients?: { [name: string]: string[] };
}

/** What targets are built with. */
export interface TargetDeps {
  /** Resolves a reference to a secret, and throws a `Failure` when it cannot. */
  secret(ref: SecretRef): string;
}

/** Makes one attempt. Throws `SystemUnavailable` for what may come right by itself, another `Failure` for what does not. */
export type Send = (event: CloudEvent, signal: AbortSignal) => Promise<{ note?: string }>;

/** No target has longer for one attempt: nobody can be told by a system that takes longer, and its slots are needed. Milliseconds. */
export const ATTEMPT_MS = 15_000;
