import type { FailureType } from './failures.js';
import type { Finding } from './finding.js';

/** A literal secret (docs/descriptors.md): such an input is refused under its own name, so that it gets rotated. */
const SECRET_RULE = 'R114';

/** How a descriptor with errors is refused: with all of them in the message, which is all that some pages show. @param type when none is a secret */
export function refusalOf<T extends FailureType>(errors: readonly Finding[], type: T): { type: T | 'SecretInInput'; message: string } {
  const lines = errors.map(
    ({ rule, file, line, pointer, message }) => `${rule} ${file ? `${file}:${line ?? 1} ` : ''}${pointer}: ${message}`,
  );
  return { type: errors.some(({ rule }) => rule === SECRET_RULE) ? 'SecretInInput' : type, message: lines.join('\n') };
}
