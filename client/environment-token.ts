import { githubToken, tokenAudience } from './github-token.js';
import { assertToken } from './safe-address.js';

/** A job's token holds for some minutes. */
const KEPT_MS = 60_000;

const hostOf = (address: string): string | undefined => (URL.canParse(address) ? new URL(address).hostname : undefined);

/** What the header `Authorization` says for the token that the environment names, as for all of steward; undefined where it names none, or where the
 * codec server is on another host than the endpoint that the token is for: whoever has it could sign with it. Throws `InvalidInput`. */
export function environmentAuthorization(codecServer: string): () => Promise<string | undefined> {
  const { STEWARD_TOKEN: token, STEWARD_TOKEN_FROM: source, STEWARD_ENDPOINT: endpoint = '' } = process.env;
  if (hostOf(codecServer) !== hostOf(endpoint)) return () => Promise.resolve(undefined);
  if (token) {
    assertToken(token);
    return () => Promise.resolve(`Bearer ${token}`);
  }
  if (source !== 'github') return () => Promise.resolve(undefined);
  let got: { at: number; token: string } | undefined;
  return async () => {
    if (!got || Date.now() - got.at > KEPT_MS) {
      const token = await githubToken(tokenAudience());
      assertToken(token);
      got = { at: Date.now(), token };
    }
    return `Bearer ${got.token}`;
  };
}
