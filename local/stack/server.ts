import type { PartName } from '../parts/index.js';
import type { CredentialFiles } from './credentials.js';
import type { PortName, Ports } from './ports.js';

export const serverNames = ['s3', 'temporal', 'kafka', 'schema-registry', 'flink'] as const;
export type ServerName = (typeof serverNames)[number];

/** What a server is started from. */
export type ServerContext = {
  /** The server's own folder in the stack home: its data and configuration. */
  readonly data: string;
  /** Where its part lies. */
  readonly part: string;
  readonly ports: Ports;
  readonly credentialFiles: CredentialFiles;
};

export type Command = { readonly file: string; readonly args: readonly string[]; readonly env?: Record<string, string> };

/** One server of the stack: how to start it, how to know that it serves, how to end it. */
export type Server = {
  readonly name: ServerName;
  readonly title: string;
  readonly part: PartName;
  readonly ports: readonly PortName[];
  /** Servers of one stage start together, after those of the stages before; they stop in the opposite order. */
  readonly stage: 1 | 2 | 3;
  /** Time between start and the first good answer before the start counts as failed. */
  readonly readyWithinMs: number;
  /** Time between SIGTERM and SIGKILL. */
  readonly stopWithinMs: number;
  /** Writes configuration and formats storage; may run any number of times on the same folder. */
  prepare?(context: ServerContext): Promise<void>;
  command(context: ServerContext): Promise<Command>;
  /** Makes a real request. @throws while the server does not serve. */
  probe(context: ServerContext): Promise<void>;
  /** Brings back what the server itself does not keep; before anybody is told that it is there. */
  afterStart?(context: ServerContext): Promise<void>;
  /** Saves what the server itself does not keep; called before a stop and every few seconds. */
  save?(context: ServerContext): Promise<void>;
};
