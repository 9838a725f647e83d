import { isTrustworthy } from '../identity/index.js';
import { Failure } from '../lifecycle/failures.js';

/**
 * An address that secrets may be sent to: https, or this machine. Throws `InvalidInput`.
 * @param what it is the address of
 */
export function safeAddress(address: string, what: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url) throw new Failure('InvalidInput', `${what} ${address} is no URL`);
  if (url.username || url.password || url.search || url.hash)
    throw new Failure('InvalidInput', `the ${what} is an address only: no user, password, query or fragment`);
  if (!isTrustworthy(address))
    throw new Failure('InvalidInput', `${what} ${url.origin} is not https: what is sent would be readable on its way`);
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** What is no token would be quoted by whoever cannot send it. Throws `InvalidInput`, without it. */
export function assertToken(token: string): void {
  if (!/^[\x21-\x7e]+$/.test(token)) throw new Failure('InvalidInput', 'the token is empty, or not one line of visible characters');
}

/** Why `fetch` has thrown: `fetch failed` says nothing; its cause does. */
export function whyNoAnswer(error: Error, timeoutMs: number): string {
  if (error.name === 'TimeoutError') return `not within ${timeoutMs / 1000} s`;
  const { code, message } = (error.cause ?? {}) as Partial<NodeJS.ErrnoException>;
  return code || message || error.message;
}
