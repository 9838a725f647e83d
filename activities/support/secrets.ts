import { readFileSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { SecretRef } from '../../lifecycle/environment.js';
import { Failure } from '../../lifecycle/failures.js';
import type { Redactor } from './redaction.js';

/** A key or token is a few KiB; a larger file is a wrong path. */
const LARGEST_SECRET_FILE = 64 * 1024;

/**
 * Resolves references to secrets (`env:NAME`, `file:/absolute/path`) on each call, so that a rotated file counts at once, and teaches the
 * redactor each value before anybody else has it. Throws InvalidInput for a malformed reference, AccessDenied for one that cannot be
 * resolved; messages name the reference, never a value. One line break at the end of a file does not belong to the secret.
 */
export function createSecrets(redactor: Redactor): (ref: SecretRef) => string {
  return (ref) => {
    const secret = resolve(ref);
    if (secret === '') throw new Failure('AccessDenied', `The secret ${ref} is empty.`);
    try {
      redactor.learn(secret);
    } catch (cause) {
      throw new Failure('InvalidInput', `The secret ${ref} cannot be used: ${(cause as Error).message}`, { cause });
    }
    return secret;
  };
}

function resolve(ref: string): string {
  const [, scheme, name] = /^(env|file):(.+)$/s.exec(ref) ?? [];
  if (scheme === 'env' && name !== undefined) {
    const value = process.env[name];
    if (value === undefined)
      throw new Failure('AccessDenied', `The secret ${ref} cannot be read: the worker's environment has no variable of this name.`);
    return value;
  }
  if (scheme === 'file' && name !== undefined && isAbsolute(name)) return readSecretFile(ref, name);
  // What was written there may be the secret itself: it is not repeated.
  throw new Failure(
    'InvalidInput',
    'A secret is given as a reference, env:NAME or file:/absolute/path. The value given is neither (not shown).',
  );
}

function readSecretFile(ref: string, path: string): string {
  try {
    if (statSync(path).size > LARGEST_SECRET_FILE)
      throw new Failure('AccessDenied', `The secret ${ref} is larger than ${LARGEST_SECRET_FILE} bytes: wrong path?`);
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure('AccessDenied', `The secret ${ref} cannot be read: ${(cause as NodeJS.ErrnoException).code ?? 'unknown reason'}.`, {
      cause,
    });
  }
}
