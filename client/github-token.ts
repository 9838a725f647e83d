import { Failure } from '../lifecycle/failures.js';

/** GitHub answers at once. */
const ANSWER_TIMEOUT_MS = 30_000;

/** What stands for Steward at the issuer of a job's tokens, unless STEWARD_TOKEN_AUDIENCE says otherwise. */
const AUDIENCE = 'steward';
export const tokenAudience = (): string => process.env['STEWARD_TOKEN_AUDIENCE'] || AUDIENCE;

const TOO_MANY = 429;
const NOT_ALLOWED = 'the job has no right to identity tokens';

/**
 * A token of the job that runs in GitHub Actions, for an audience: a new one at each call, because it holds for minutes only
 * (https://docs.github.com/actions/reference/security/oidc#methods-for-requesting-the-oidc-token).
 * Throws `AccessDenied` where the job may not have one, `SystemUnavailable` when GitHub does not answer; never with a token.
 */
export async function githubToken(audience: string): Promise<string> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: address = '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: right = '' } = process.env;
  if (!URL.canParse(address) || right === '')
    throw new Failure('AccessDenied', NOT_ALLOWED, { next: 'Give it to the job: permissions: id-token: write.' });
  const url = new URL(address);
  url.searchParams.set('audience', audience);
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${right}`, accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new Failure('SystemUnavailable', `GitHub gives no identity token: it does not answer at ${url.origin}`, { cause });
  });
  const { value } = (await response.json().catch(() => ({}))) as { value?: unknown };
  if (response.ok && typeof value === 'string' && value !== '') return value;
  if (response.ok || response.status >= 500 || response.status === TOO_MANY)
    throw new Failure(
      'SystemUnavailable',
      `GitHub gives no identity token: it answered ${response.status}${response.ok ? ' without one' : ''}`,
    );
  throw new Failure('AccessDenied', `GitHub gives no identity token: it answered ${response.status}`, {
    next: 'See whether the job has permissions: id-token: write, and run it again.',
  });
}
