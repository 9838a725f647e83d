import { githubToken, tokenAudience } from './github-token.js';
import { assertToken } from './safe-address.js';

/** A job's token holds for some minutes. */
const KEPT_MS = 60_000;

/** What the header `Authorization` says for the token that the environment names, as for all of steward; undefined where it names none. Throws `InvalidInput`. */
export function environmentAuthorization(): () => Promise<string | undefined> {
  const { STEWARD_TOKEN: token, STEWARD_TOKEN_FROM: source } = process.env;
  if (token) {
    assertToken(token);
    return () => Promise.resolve(`Bearer ${token}`);
  }
  if (source !== 'github') return () => Promise.resolve(undefined);
  let got: { at: number; token: Promise<string> } | undefined;
  return async () => {
    if (!got || Date.now() - got.at > KEPT_MS) got = { at: Date.now(), token: githubToken(tokenAudience()) };
    return `Bearer ${await got.token}`;
  };
}
