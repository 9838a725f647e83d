import { isSafePath } from './paths.js';

/** A URL as it is looked up: without its fragment. */
export function addressOf(url: URL): string {
  const whole = new URL(url);
  whole.hash = '';
  return whole.href;
}

/** The path in the bundle that an address of another host is mapped to: by the longest prefix that it begins with, or is. */
export function mappedPath(address: string, mapped: { readonly [prefix: string]: string }): string | undefined {
  // The longest prefix is the one meant.
  const prefix = Object.keys(mapped)
    .filter((start) => address === start || address.startsWith(start.endsWith('/') ? start : `${start}/`))
    .sort((one, two) => two.length - one.length)[0];
  if (prefix === undefined) return undefined;
  const rest = address.slice(prefix.length).replace(/^\//, '').replace(/\?.*$/, '');
  const folder = (mapped[prefix] ?? '').replace(/^\.?\/|\/$/g, '');
  const path = [folder, rest].filter((part) => part !== '' && part !== '.').join('/');
  return isSafePath(path) ? path : undefined;
}
