import { createEncryptionKey, encryptingCodec, readEncryptionKey } from '../../encryption/index.js';
import type { Governance } from '../../lifecycle/environment.js';
import { openCodecServer } from '../../worker/codec-server/index.js';
import type { CodecServerSettings } from '../../worker/config/index.js';
import type { Issuer } from './oidc-provider.js';
import type { WorkerProcess } from './steward-world.js';
import { plainGovernance } from './governance.js';

/** Whose pages may ask. */
export const ORIGIN = 'http://127.0.0.1:8233';

/** Where the codec server of a running worker listens, by its log; empty where it serves none. */
export const codecServerOf = (worker: Pick<WorkerProcess, 'log'>): string =>
  /"url":"(http:[^"]+)"[^\n]*codec server listens/.exec(worker.log())?.[1] ?? '';

/** A codec server as a worker opens it, with a key of its own. */
export async function codecServer(
  { issuer, audience }: Partial<Issuer> = {},
  settings: Partial<CodecServerSettings> = {},
  registration: Partial<Governance> = {},
) {
  const codec = encryptingCodec({ current: readEncryptionKey(createEncryptionKey()), former: [] });
  const token = issuer && audience && { issuer, audience, nameClaim: 'email', groupsClaim: 'groups', clockToleranceMs: 0 };
  const tokens = token && [{ ...token, algorithms: ['RS256' as const] }];
  const whole = { host: '127.0.0.1', port: 0, readers: ['everybody'], origins: [ORIGIN], ...settings };
  const given = { codec, ...(tokens && { tokens }), registration: plainGovernance(registration) };
  return { codec, ...(await openCodecServer(whole, given, () => '')) };
}
