import { createRemoteJWKSet, errors } from 'jose';
import type { JWTVerifyGetKey } from 'jose';
import { Failure } from '../lifecycle/failures.js';

/** An issuer answers at once; a person waits for the answer of the endpoint meanwhile. */
const ISSUER_TIMEOUT_MS = 5_000;
/** Metadata of an issuer is a few KiB. */
const LONGEST_METADATA = 256 * 1024;

/**
 * The issuer's public keys: fetched at the first use, kept for ten minutes, and looked up anew (every half a minute at most) for a key that
 * is not among them, so that an issuer may change its keys (what `jose` does).
 * @param jwksUri where the keys are, when that is not to be asked from the issuer (OpenID Connect Discovery 1.0, section 4)
 * @returns a function that throws `SystemUnavailable` when the issuer does not answer, and an error of `jose` when no key fits
 */
export function keysOf(issuer: string, jwksUri?: string): JWTVerifyGetKey {
  let finding: Promise<JWTVerifyGetKey> | undefined;
  const found = (): Promise<JWTVerifyGetKey> => {
    finding ??= (jwksUri === undefined ? discover(issuer) : Promise.resolve(jwksUri)).then((uri) =>
      createRemoteJWKSet(new URL(uri), { timeoutDuration: ISSUER_TIMEOUT_MS }),
    );
    // An answer is kept, a failure is not.
    finding.catch(() => (finding = undefined));
    return finding;
  };
  return async (header, token) => {
    try {
      return await (
        await found()
      )(header, token);
    } catch (error) {
      if (error instanceof Failure || noKeyFits.some((kind) => error instanceof kind)) throw error;
      throw unavailable(issuer, error);
    }
  };
}

/** True for an address that a token may be trusted by: https, or http on this machine. */
export function isTrustworthy(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

/** True for a host name or address that only this machine reaches. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/.test(host);

const noKeyFits = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];

async function discover(issuer: string): Promise<string> {
  const metadata = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (metadata['issuer'] !== issuer) throw new Error('its metadata is of another issuer');
  const uri = metadata['jwks_uri'];
  if (typeof uri !== 'string' || !URL.canParse(uri) || !isTrustworthy(uri)) throw new Error('its metadata names no place of keys by https');
  return uri;
}

async function fetchJson(address: string): Promise<{ [member: string]: unknown }> {
  const answer = await fetch(address, {
    headers: { accept: 'application/json' },
    // Wherever a redirect led to would be trusted like the issuer.
    redirect: 'error',
    signal: AbortSignal.timeout(ISSUER_TIMEOUT_MS),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`it answers ${answer.status}`);
  if (text.length > LONGEST_METADATA) throw new Error('its metadata is too long');
  const json = JSON.parse(text) as unknown;
  if (json === null || typeof json !== 'object') throw new Error('its metadata is no JSON object');
  return json as { [member: string]: unknown };
}

const unavailable = (issuer: string, cause: unknown): Failure =>
  new Failure('SystemUnavailable', `the issuer of tokens, ${issuer}, gives no keys (${(cause as Error).message})`, { cause });
