import { Client, Connection } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { Failure } from '../lifecycle/failures.js';
import { noCodec, remoteCodec } from './codec.js';
import { environmentAuthorization } from './environment-token.js';
import { temporalSettings } from './temporal-settings.js';
import type { TemporalSettings } from './temporal-settings.js';
import { uiUrlOf } from './ui-url.js';
import { whyNoConnection } from './why-no-connection.js';

export interface Connected {
  client: Client;
  namespace: string;
  /** Base of links into the Temporal UI, with the namespace. */
  uiUrl: string;
  close(): Promise<void>;
}

/** A person waits for the first answer. */
const CONNECT_TIMEOUT = '5 seconds';

/**
 * Connects as Temporal's own tools do (temporal-settings.ts). Throws `SystemUnavailable` that names the address and why it does not answer,
 * `AccessDenied` where the credentials are refused, `InvalidInput` for settings that cannot be used.
 */
export async function connect(): Promise<Connected> {
  const settings = temporalSettings();
  const dataConverter = { payloadCodecs: [codecOf(settings)] };
  const { connection, namespace } = await connectToServer(settings);
  return {
    client: new Client({ connection, namespace, dataConverter }),
    namespace,
    uiUrl: uiUrlOf(settings),
    close: () => connection.close(),
  };
}

const codecOf = ({ codec, namespace }: TemporalSettings): PayloadCodec =>
  codec ? remoteCodec(codec, namespace, environmentAuthorization(codec.endpoint)) : noCodec;

/** The connection alone, to a namespace that need not exist yet. */
export async function connectToServer(settings = temporalSettings()): Promise<{ connection: Connection; namespace: string }> {
  const { address, namespace, connectionOptions } = settings;
  try {
    return { connection: await Connection.connect({ ...connectionOptions, connectTimeout: CONNECT_TIMEOUT }), namespace };
  } catch (error) {
    const { code, details } = ((error as Error).cause ?? {}) as { code?: number; details?: string };
    if (isRefusal(code))
      throw new Failure('AccessDenied', `Temporal at ${address} refuses the credentials: ${details ?? 'it does not say why'}`, {
        cause: error,
        next: 'Correct TEMPORAL_API_KEY or the client certificate (TEMPORAL_TLS_CLIENT_CERT_PATH, TEMPORAL_TLS_CLIENT_KEY_PATH).',
      });
    const why = await whyNoConnection(settings);
    throw new Failure('SystemUnavailable', `Temporal does not answer at ${address} (TEMPORAL_ADDRESS): ${why}`, { cause: error });
  }
}

/** PERMISSION_DENIED and UNAUTHENTICATED of gRPC. */
export const isRefusal = (code: number | undefined): boolean => code === 7 || code === 16;
