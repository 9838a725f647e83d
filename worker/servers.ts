import type { Client } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import type { Catalog } from '../catalog/index.js';
import type { Place, SecretRef } from '../lifecycle/environment.js';
import { openCodecServer } from './codec-server/index.js';
import type { WorkerConfig } from './config/index.js';
import type { Encryption } from './encryption.js';
import { listen } from './endpoint/index.js';
import type { WorkerKeys } from './identity.js';
import { checksOf, openGauges, openHealth } from './monitoring/index.js';

interface Given {
  client: Client;
  catalog: Catalog;
  /** Filled when they are made. */
  workers: Worker[];
  places: Place[];
  keys: WorkerKeys;
  encryption: Encryption;
  redact(text: string): string;
}

interface Closable {
  close(): Promise<void>;
}

/** Opens everything of a worker that listens or is looked at, as far as the configuration wants it. Whatever was opened is closed when another cannot be. */
export async function openServers(config: WorkerConfig, given: Given, secret: (ref: SecretRef) => string): Promise<Closable> {
  const { identity, monitoring, registration, encryption: { codecServer } = {} } = config;
  const { codec } = given.encryption;
  const opened: Closable[] = [];
  const close = async (): Promise<void> => void (await Promise.all(opened.map((server) => server.close())));
  const keep = (server: Closable | undefined): void => void (server && opened.push(server));
  try {
    keep(await listen(identity, given.keys, given, secret));
    const checks = checksOf(given.workers, given);
    keep(await openHealth(monitoring, checks));
    keep(openGauges(monitoring, checks, given.client));
    if (codecServer && codec) keep(await openCodecServer(codecServer, { codec, tokens: identity.tokens, registration }, secret));
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}
