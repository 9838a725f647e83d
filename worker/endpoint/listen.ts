import { tokensReader } from '../../identity/index.js';
import type { SecretRef } from '../../lifecycle/environment.js';
import type { IdentitySettings } from '../config/index.js';
import type { WorkerKeys } from '../identity.js';
import { logger } from '../log.js';
import type { EndpointDeps } from './deps.js';
import { openEndpoint } from './server.js';
import type { Endpoint } from './server.js';

/** Opens the endpoint where the configuration has one, with keys to sign with and tokens to read. */
export async function listen(
  { tokens, endpoint: settings }: IdentitySettings,
  keys: WorkerKeys,
  deps: Pick<EndpointDeps, 'client' | 'places' | 'redact'>,
  secret: (ref: SecretRef) => string,
): Promise<Endpoint | undefined> {
  if (!settings || !tokens || !keys.signing) return undefined;
  const { signing: signingKey, known: knownKeys } = keys;
  const endpoint = await openEndpoint(settings, { ...deps, readToken: tokensReader(tokens), signingKey, knownKeys }, secret);
  logger.info({ url: endpoint.url, issuers: tokens.map(({ issuer }) => issuer) }, 'endpoint listens');
  return endpoint;
}
