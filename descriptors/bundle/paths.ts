import { posix } from 'node:path';

/**
 * The path inside the bundle that a relative reference of a document means, or undefined when it leads out of the bundle,
 * is absolute, or is no path at all (a URL, a fragment, a placeholder).
 */
export function resolveInside(fromFile: string, reference: string): string | undefined {
  const path = decoded(reference.split('#', 1)[0] ?? '');
  if (path === undefined || path === '' || path.startsWith('/') || isUrl(path)) return undefined;
  const resolved = posix.normalize(posix.join(posix.dirname(fromFile), path)).replace(/\/$/, '');
  return isSafePath(resolved) ? resolved : undefined;
}

/** True for a plain relative path with forward slashes that stays below its root. */
export const isSafePath = (path: string): boolean =>
  path !== '' &&
  path !== '.' &&
  !path.startsWith('/') &&
  !/^[a-zA-Z]:/.test(path) &&
  // Control characters and backslashes mean something else on some system or terminal.
  // eslint-disable-next-line no-control-regex
  !/[\\\u0000-\u001f\u007f]/.test(path) &&
  !path.split('/').includes('..');

/** True when a reference names another host or scheme. */
export const isUrl = (reference: string): boolean => /^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(reference) || reference.startsWith('//');

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
