import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tools } from '../parts/index.js';
import { isAlive, type ProcessIdentity } from '../process-identity.js';
import type { CredentialFiles } from './credentials.js';
import type { Ports } from './ports.js';
import type { ServerName } from './server.js';
import { S3_REGION, TEMPORAL_NAMESPACE } from './servers/index.js';

/** Where everything is: what a worker, a client or a test needs to use the stack. Holds no secret, only the files that do. */
export type StackAddresses = {
  /** host:port of the Temporal frontend. */
  readonly temporal: string;
  readonly temporalNamespace: string;
  readonly temporalUi: string;
  /** host:port of the broker. */
  readonly kafka: string;
  readonly schemaRegistry: string;
  readonly s3: { readonly endpoint: string; readonly region: string; readonly credentialFiles: CredentialFiles };
  readonly flinkRest: string;
  readonly flinkGateway: string;
  /** Folders that Flink writes to, as file: addresses. */
  readonly flinkCheckpoints: string;
  readonly flinkSavepoints: string;
};

export type RunningProcess = ProcessIdentity & { readonly name: ServerName };

/** The content of `<home>/stack.json`. */
export type StackDescription = {
  readonly home: string;
  readonly owner: ProcessIdentity;
  readonly addresses: StackAddresses;
  readonly tools?: Tools;
  readonly processes: readonly RunningProcess[];
};

export function addressesOf(home: string, ports: Ports, credentialFiles: CredentialFiles): StackAddresses {
  const http = (port: number): string => `http://127.0.0.1:${port}`;
  return {
    temporal: `127.0.0.1:${ports.temporal}`,
    temporalNamespace: TEMPORAL_NAMESPACE,
    temporalUi: http(ports.temporalUi),
    kafka: `127.0.0.1:${ports.kafka}`,
    schemaRegistry: http(ports.schemaRegistry),
    s3: { endpoint: http(ports.s3), region: S3_REGION, credentialFiles },
    flinkRest: http(ports.flinkRest),
    flinkGateway: http(ports.flinkGateway),
    flinkCheckpoints: `file://${join(home, 'flink', 'checkpoints')}`,
    flinkSavepoints: `file://${join(home, 'flink', 'savepoints')}`,
  };
}

const fileOf = (home: string): string => join(home, 'stack.json');

/** Writes the description, whole or not at all: its presence says that every server has answered. */
export async function writeDescription(description: StackDescription): Promise<void> {
  const file = fileOf(description.home);
  await writeFile(`${file}.new`, `${JSON.stringify(description, undefined, 2)}\n`);
  await rename(`${file}.new`, file);
}

export async function removeDescription(home: string): Promise<void> {
  await rm(fileOf(home), { force: true });
}

/** The stack that runs in a home right now, or nothing (a description left by a dead owner counts as nothing). */
export async function describeStack(home: string): Promise<StackDescription | undefined> {
  const text = await readFile(fileOf(home), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const description = JSON.parse(text) as StackDescription;
  return isAlive(description.owner) ? description : undefined;
}
