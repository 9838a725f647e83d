import type { KeyObject } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { hasCanonicalForm } from '../descriptors/digest.js';
import type { Digest } from '../lifecycle/digest.js';
import type { Person } from '../lifecycle/engine.js';
import type { Place } from '../lifecycle/environment.js';
import { knownAs } from '../lifecycle/people.js';
import { STATEMENT_AUDIENCE, statementTypes } from '../lifecycle/statements.js';
import type { DecisionClaims, DecisionVerb, RequestClaims } from '../lifecycle/statements.js';
import { algorithmsOf, readPublicKey, thumbprintOf } from './keys.js';

/** Far above what a statement needs; longer ones are not looked at. */
const LONGEST_STATEMENT = 8 * 1024;
/** Clocks of laptops and servers differ by seconds. */
const SKEW_S = 60;
/** Ids are kept for good. */
const LONGEST_ID = 128;
/** A statement says something now. */
const LONGEST_LIFETIME_S = 3600;

export type ExpectedDecision = { exception: Digest; request: string; environment: string; decision: DecisionVerb };
export type ExpectedRequest = { operation: RequestClaims['operation']; environment: string; input: Digest };
export type Verified<C> = { person: Person; claims: C } | { refused: string };

/**
 * Verifies that a statement was signed by who it names, for this place, about exactly this. Whether it was used before is the caller's to
 * see to (catalog/statements.ts).
 * @param workers public keys of the workers, who sign for bearers of tokens; the first is the one in use
 */
export const verifyDecision = (
  place: Place,
  workers: KeyObject[],
  statement: string,
  expected: ExpectedDecision,
  now = new Date(),
): Promise<Verified<DecisionClaims>> => verify<DecisionClaims>(statementTypes.decision, place, workers, statement, expected, now);

/** The same for the request that starts an operation. */
export const verifyRequest = (
  place: Place,
  workers: KeyObject[],
  statement: string,
  expected: ExpectedRequest,
  now = new Date(),
): Promise<Verified<RequestClaims>> => verify<RequestClaims>(statementTypes.request, place, workers, statement, expected, now);

async function verify<C extends DecisionClaims | RequestClaims>(
  typ: string,
  place: Place,
  workers: KeyObject[],
  statement: string,
  expected: object,
  now: Date,
): Promise<Verified<C>> {
  if (statement.length > LONGEST_STATEMENT) return no('it is too long');
  const named = isExact(statement) ? peek(statement) : undefined;
  if (!named) return no('it is no signed statement (JWS in compact form)');
  const signer = await signerOf(place, workers, named);
  if ('refused' in signer) return signer;
  let claims: JWTPayload;
  try {
    ({ payload: claims } = await jwtVerify(statement, signer.key, {
      algorithms: algorithmsOf(signer.key),
      typ,
      audience: STATEMENT_AUDIENCE,
      clockTolerance: SKEW_S,
      currentDate: now,
      requiredClaims: ['sub', 'iat', 'exp', 'jti', 'aud'],
    }));
  } catch (error) {
    return no(reasonOf(error));
  }
  const wrong = faultOf(claims, expected, now, signer.isWorker);
  if (wrong !== undefined) return no(wrong);
  const said = claims as unknown as C;
  const name = knownAs(place, said.sub);
  const { token } = said;
  const person: Person = {
    name,
    subject: token ? `${token.iss}#${token.sub}` : name,
    groups: token?.groups ?? [],
    level: 'statement',
    statement,
  };
  return { person, claims: said };
}

interface Named {
  sub: string;
  kid?: string;
}

/**
 * Readers of base64url pass over what does not belong there, and over the last bits of the last character: another text of the same
 * signature would be taken for another statement by whoever compares texts.
 */
const isExact = (statement: string): boolean =>
  statement.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);

/** Who it claims to be of: only to find the key that it has to be signed with. */
function peek(statement: string): Named | undefined {
  try {
    const { kid } = decodeProtectedHeader(statement);
    const { sub } = decodeJwt(statement);
    return typeof sub === 'string' && sub !== '' ? { sub, ...(typeof kid === 'string' && { kid }) } : undefined;
  } catch {
    return undefined;
  }
}

type Signer = { key: KeyObject; isWorker: boolean };

/** The worker's key where the statement names it; else a key of the very person that it names, and of nobody else. */
async function signerOf(place: Place, workers: KeyObject[], { sub, kid }: Named): Promise<Signer | { refused: string }> {
  for (const key of workers) if (kid !== undefined && kid === (await thumbprintOf(key))) return { key, isWorker: true };
  const person = knownAs(place, sub);
  // Somebody may come under the name of what every object has.
  const own = Object.hasOwn(place.keys, person) ? place.keys[person]! : [];
  if (own.length === 0) return no(`${place.name} knows no key of ${shown(sub)}`);
  const keys = own.map(readPublicKey);
  for (const key of keys) if (kid !== undefined && kid === (await thumbprintOf(key))) return { key, isWorker: false };
  const [only] = keys;
  if (kid === undefined && keys.length === 1 && only) return { key: only, isWorker: false };
  return no(`it names none of the keys of ${shown(sub)}`);
}

function faultOf(claims: JWTPayload, expected: object, now: Date, isWorker: boolean): string | undefined {
  const { iat = 0, exp = 0, token } = claims as JWTPayload & { token?: unknown };
  if (iat > now.getTime() / 1000 + SKEW_S) return 'it was signed in the future: look at the clocks';
  if (exp - iat > LONGEST_LIFETIME_S) return `it holds for longer than ${LONGEST_LIFETIME_S / 60} minutes`;
  if (token !== undefined && !isWorker) return 'it vouches for a token, which only a worker may';
  if (isWorker && !isToken(token)) return 'it is signed by a worker and names no token';
  if (!isText(claims.jti, LONGEST_ID) || claims.jti === '') return wrongly('jti');
  for (const name of ['comment', 'to', 'until']) if (claims[name] !== undefined && !isText(claims[name])) return wrongly(name);
  for (const [name, value] of Object.entries(expected)) if (claims[name] !== value) return `it is about another ${words[name] ?? name}`;
  return undefined;
}

/** Text that has a canonical form: it is kept, and compared. */
const isText = (value: unknown, longest = LONGEST_STATEMENT): value is string =>
  typeof value === 'string' && value.length <= longest && hasCanonicalForm(value);

const wrongly = (claim: string): string => `its ${claim} is missing or wrong`;

const words: { [claim: string]: string } = { request: 'request (an earlier or later one)', input: 'input' };

const isToken = (token: unknown): boolean => {
  const { iss, sub, groups } = (token ?? {}) as { [name: string]: unknown };
  return typeof iss === 'string' && typeof sub === 'string' && Array.isArray(groups) && groups.every((group) => typeof group === 'string');
};

/** In words, without what it holds: it may be anything. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is not of who it names';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'its algorithm is not one of its key';
  if (error instanceof errors.JWTClaimValidationFailed) return wrongly(error.claim);
  return 'it is no signed statement (JWS in compact form)';
}

const no = (why: string): { refused: string } => ({ refused: `the statement is refused: ${why}` });

/** A name that a stranger wrote, as far as it helps to see which. */
const shown = (name: string): string => (name.length > 80 ? `${name.slice(0, 80)}…` : name);
