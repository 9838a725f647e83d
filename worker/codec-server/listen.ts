import type { PayloadCodec } from '@temporalio/common';
import { groupsOf } from '../../activities/engine/people.js';
import { tokensReader } from '../../identity/index.js';
import type { TokenSettings } from '../../identity/index.js';
import type { Governance, SecretRef } from '../../lifecycle/environment.js';
import { isSuspended, knownAs } from '../../lifecycle/people.js';
import { EVERYBODY } from '../config/groups.js';
import type { CodecServerSettings } from '../config/index.js';
import { openServer } from '../http/index.js';
import type { HttpServer } from '../http/index.js';
import { logger } from '../log.js';
import { answering } from './answer.js';

interface Given {
  codec: PayloadCodec;
  /** Issuers of readers' tokens; left out: everybody on this machine may read. */
  tokens?: TokenSettings[];
  /** Whose groups and accounts readers are told by. */
  registration: Governance;
}

/** Opens the codec server (docs/encryption.md). Throws `InvalidInput` or `AccessDenied` for settings that it cannot use. */
export async function openCodecServer(
  { readers, origins, ...settings }: CodecServerSettings,
  { codec, tokens, registration }: Given,
  secret: (ref: SecretRef) => string,
): Promise<HttpServer> {
  const respond = answering({
    codec,
    origins,
    ...(tokens && { readToken: tokensReader(tokens) }),
    mayRead: (bearer) => {
      if (isSuspended(registration, bearer.name)) return false;
      const groups = groupsOf(registration, bearer);
      const isGroup = (reader: string): boolean => reader === EVERYBODY || Object.hasOwn(registration.groups, reader);
      // Nobody becomes a group by calling himself so.
      return readers.some((reader) => (isGroup(reader) ? groups.includes(reader) : knownAs(registration, bearer.name) === reader));
    },
  });
  const server = await openServer('encryption.codecServer', settings, respond, secret);
  logger.info({ url: server.url, origins, readers: tokens ? readers : 'everybody on this machine' }, 'codec server listens');
  return server;
}
