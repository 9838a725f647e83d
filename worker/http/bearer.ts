import type { IncomingMessage } from 'node:http';
import type { Bearer, ReadToken } from '../../identity/index.js';
import { Refusal } from './refusal.js';

/** Who asks, by the token that the request bears (RFC 6750). Throws a `Refusal` (401), or `SystemUnavailable` when the issuer is down. */
export async function bearerOf(request: IncomingMessage, readToken: ReadToken): Promise<Bearer> {
  const [, token] = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? [];
  if (token === undefined) throw new Refusal(401, 'a token is missing (Authorization: Bearer ...)', { 'www-authenticate': 'Bearer' });
  const bearer = await readToken(token);
  if ('refused' in bearer) throw new Refusal(401, bearer.refused, { 'www-authenticate': 'Bearer error="invalid_token"' });
  return bearer;
}
