import { tokensReader } from '../../identity/index.js';
import type { SecretRef } from '../../lifecycle/environment.js';
import type { EndpointSettings, IdentitySettings } from '../config/index.js';
import type { WorkerKeys } from '../identity.js';
import { logger } from '../log.js';
import { openServer } from '../http/index.js';
import type { HttpServer } from '../http/index.js';
import { answering } from './answer.js';
import type { EndpointDeps } from './deps.js';

/** Opens the endpoint where the configuration has one, with keys to sign with and tokens to read. */
export async function listen(
  { tokens, endpoint: settings }: IdentitySettings,
  keys: WorkerKeys,
  deps: Pick<EndpointDeps, 'client' | 'places' | 'redact'>,
  secret: (ref: SecretRef) => string,
): Promise<HttpServer | undefined> {
  if (!settings || !tokens || !keys.signing) return undefined;
  const { signing: signingKey, known: knownKeys } = keys;
  const endpoint = await openEndpoint(settings, { ...deps, readToken: tokensReader(tokens), signingKey, knownKeys }, secret);
  logger.info({ url: endpoint.url, issuers: tokens.map(({ issuer }) => issuer) }, 'endpoint listens');
  return endpoint;
}

/** Throws `InvalidInput` or `AccessDenied` for settings that it cannot use. */
export const openEndpoint = (settings: EndpointSettings, deps: EndpointDeps, secret: (ref: SecretRef) => string): Promise<HttpServer> =>
  openServer('identity.endpoint', settings, answering(deps), secret);
