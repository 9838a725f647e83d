import { stringify } from 'yaml';
import { MASK } from '../../activities/support/redaction.js';
import type { WorkerConfig } from './config.js';

/** Names under which people write secrets although they should write references. */
const SECRET_NAME = /passw|secret|token|credential|private|api[-_]?key|access[-_]?key|sasl.*jaas/i;
const REFERENCE = /^(env:[A-Za-z_][A-Za-z0-9_]*|file:\/.+)$/;
/** `--password=x`, `token: x` inside a longer text such as an argument. */
const ASSIGNMENT = /((?:passw\w*|secret|token|api[-_]?key)\s*[=:]\s*)\S+/gi;
const USER_INFO = /(\w+:\/\/)[^/@\s]+@/g;

/** The configuration as YAML for the log: references are shown, whatever looks like a secret in plain text is not. */
export function printRedacted(config: WorkerConfig): string {
  return stringify(redact(config, false));
}

function redact(value: unknown, isSecret: boolean): unknown {
  if (typeof value === 'string') {
    if (REFERENCE.test(value)) return value;
    return isSecret ? MASK : value.replace(USER_INFO, `$1${MASK}@`).replace(ASSIGNMENT, `$1${MASK}`);
  }
  if (Array.isArray(value)) return value.map((entry) => redact(entry, isSecret));
  if (value === null || typeof value !== 'object') return isSecret ? MASK : value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, redact(entry, isSecret || SECRET_NAME.test(key))]));
}
