import { decodeJwt, errors, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { Failure } from '../lifecycle/failures.js';
import { keysOf } from './issuer.js';

/** How tokens of one issuer are taken. */
export interface TokenSettings {
  /** `iss` of its tokens, to the letter. */
  issuer: string;
  /** A token has to be meant for this: otherwise one that was given to any other application would do. */
  audience: string;
  /** Where the issuer's keys are; left out: as its metadata say. */
  jwksUri?: string;
  algorithms: TokenAlgorithm[];
  /** Claims that a token has to hold, each with one of these values: an issuer may vouch for more than this company. */
  requires?: { [claim: string]: string[] };
  /** The claim with the name that groups and accounts use. */
  nameClaim: string;
  /** The claim with the groups that the issuer vouches for. */
  groupsClaim: string;
  clockToleranceMs: number;
}

/** What a token may be signed with: nothing symmetric (the public key would be the secret), and never nothing. */
export const tokenAlgorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;
export type TokenAlgorithm = (typeof tokenAlgorithms)[number];

/** Whom a token is of. */
export interface Bearer {
  name: string;
  iss: string;
  /** What stays the same at the issuer, whatever name somebody has. */
  sub: string;
  groups: string[];
}

export type ReadToken = (token: string, now?: Date) => Promise<Bearer | { refused: string }>;

/** Tokens with many groups have some KiB; what is longer is not looked at. */
const LONGEST_TOKEN = 16 * 1024;
/** Issuers that would send more leave the groups out (Entra ID: more than 200 in a token). */
const MOST_GROUPS = 200;
/** Of a name, a subject or a group; an e-mail address has at most 254 characters. */
const LONGEST_NAME = 256;

/** Reads tokens of several issuers: each counts for its own, and what names none of them is refused. */
export function tokensReader(all: TokenSettings[]): ReadToken {
  const readers = new Map(all.map((settings) => [settings.issuer, tokenReader(settings)]));
  const [only] = readers.values();
  if (only && readers.size === 1) return only;
  return async (token, now) => {
    const reader = readers.get(issuerNamedIn(token) ?? '');
    return reader ? reader(token, now) : no('it is of none of the issuers that are known here');
  };
}

/** Not verified: only chooses who verifies. */
function issuerNamedIn(token: string): string | undefined {
  if (token.length > LONGEST_TOKEN) return undefined;
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

/**
 * Reads tokens of an issuer (OpenID Connect; RFC 7519, 8725, 9068): signature, issuer, audience, times. A token that is refused is refused in
 * words that hold nothing of it. Throws `SystemUnavailable` when the issuer's keys cannot be had: nobody is taken on trust meanwhile.
 */
export function tokenReader(settings: TokenSettings): ReadToken {
  const keys = keysOf(settings.issuer, settings.jwksUri);
  const clockTolerance = settings.clockToleranceMs / 1000;
  return async (token, now = new Date()) => {
    if (token.length > LONGEST_TOKEN) return no('it is too long');
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: settings.issuer,
        audience: settings.audience,
        algorithms: settings.algorithms,
        clockTolerance,
        currentDate: now,
        requiredClaims: ['sub', 'exp'],
      });
      if ((payload.iat ?? 0) > now.getTime() / 1000 + clockTolerance) return no('it was issued in the future: look at the clocks');
      return bearerOf(payload, settings);
    } catch (error) {
      if (error instanceof Failure) throw error;
      return no(reasonOf(error));
    }
  };
}

function bearerOf(claims: JWTPayload, { issuer: iss, nameClaim, groupsClaim, requires = {} }: TokenSettings): Bearer | { refused: string } {
  const { sub } = claims;
  const name = claims[nameClaim];
  const groups = claims[groupsClaim] ?? [];
  const lacking = Object.entries(requires).find(
    ([claim, values]) => !values.some((value) => Object.hasOwn(claims, claim) && claims[claim] === value),
  );
  if (lacking) return no(`its ${lacking[0]} is missing, or none that counts here`);
  if (!isName(sub)) return no('its sub is no name');
  if (!isName(name)) return no(`its ${nameClaim} is missing or no name`);
  // Anybody can enter the address of somebody else; the issuer says so when it has not looked.
  if (nameClaim === 'email' && 'email_verified' in claims && claims['email_verified'] !== true && claims['email_verified'] !== 'true')
    return no('its e-mail address is not verified');
  const listed: unknown[] = Array.isArray(groups) ? groups : [groups];
  if (listed.length > MOST_GROUPS) return no(`it names more than ${MOST_GROUPS} groups`);
  if (!listed.every(isName)) return no(`its ${groupsClaim} are no list of names`);
  return { name, iss, sub, groups: [...new Set(listed)] };
}

const isName = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME;

/** In words, without what it holds. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JWSSignatureVerificationFailed) return "its signature is not the issuer's";
  if (error instanceof errors.JWKSNoMatchingKey) return "it is signed by none of the issuer's keys";
  if (error instanceof errors.JWKSMultipleMatchingKeys) return "it does not say which of the issuer's keys it is signed by";
  if (error instanceof errors.JOSEAlgNotAllowed) return 'its algorithm is not allowed';
  if (error instanceof errors.JWTClaimValidationFailed)
    return error.claim === 'nbf' ? 'it does not hold yet' : `its ${error.claim} is missing or wrong`;
  return 'it is no signed token (JWT)';
}

const no = (why: string): { refused: string } => ({ refused: `the token is refused: ${why}` });
