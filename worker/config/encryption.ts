import type { Finding } from '../../descriptors/finding.js';
import { isLoopback } from '../../identity/index.js';
import type { WrittenConfig } from './complete.js';
import { findingAt, type Source } from './findings.js';
import { EVERYBODY } from './groups.js';

/** Encryption without keys, and codec servers that would show everything to anybody, or nothing to anybody. */
export function unsafeEncryption({ encryption, identity: { tokens } }: WrittenConfig, source: Source): Finding[] {
  if (!encryption) return [];
  const findings: Finding[] = [];
  const say = (path: string, message: string): void => void findings.push(findingAt(source, `/encryption${path}`, message));
  const { key, formerKeys, codecServer } = encryption;
  if (key === undefined && formerKeys.length === 0) say('', 'names no key');
  if (!codecServer) return findings;
  if (!isLoopback(codecServer.host)) {
    if (codecServer.certificate === undefined)
      say('/codecServer', 'is reached from other machines and has no certificate and key: what it decrypts would be read on its way');
    if (!tokens) say('/codecServer', 'is reached from other machines and could ask nobody who he is: it needs identity.tokens');
  } else if (!tokens && !codecServer.readers.includes(EVERYBODY))
    say('/codecServer/readers', `could be told from nobody without identity.tokens: it needs them, or ${EVERYBODY} on this machine`);
  return findings;
}
