import { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { tokenReader } from '../identity/index.js';
import type { Place, SecretRef } from '../lifecycle/environment.js';
import type { IdentitySettings } from './config/index.js';
import { openEndpoint } from './endpoint/index.js';
import type { Endpoint } from './endpoint/index.js';
import type { WorkerKeys } from './identity.js';
import { logger } from './log.js';

interface Surroundings {
  places: Place[];
  keys: WorkerKeys;
  connection: NativeConnection;
  namespace: string;
  secret: (ref: SecretRef) => string;
  redact: (text: string) => string;
}

/** Opens the endpoint for bearers of tokens, where one is configured. Throws `InvalidInput` or `AccessDenied` for what it cannot use. */
export async function listen(
  { tokens, endpoint: settings }: IdentitySettings,
  { places, keys, connection, namespace, secret, redact }: Surroundings,
): Promise<Endpoint | undefined> {
  if (!settings || !tokens || !keys.signing) return undefined;
  const client = new Client({ connection, namespace });
  const deps = { readToken: tokenReader(tokens), signingKey: keys.signing, knownKeys: keys.known, places, client, redact };
  const endpoint = await openEndpoint(settings, deps, secret);
  logger.info({ url: endpoint.url, issuer: tokens.issuer, audience: tokens.audience }, 'endpoint listens');
  return endpoint;
}
