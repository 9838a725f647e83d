import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { Failure } from '../lifecycle/failures.js';

export interface Connected {
  client: Client;
  namespace: string;
  /** Base of links into the Temporal UI, with the namespace. */
  uiUrl: string;
  close(): Promise<void>;
}

/** Where the Temporal UI is; it is not part of Temporal's own client configuration. */
const UI_VARIABLE = 'TEMPORAL_UI_URL';
const DEFAULT_UI = 'http://127.0.0.1:8233';
/** A person waits for the first answer. */
const CONNECT_TIMEOUT = '5 seconds';

/**
 * Connects as Temporal's own tools do: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, ..., or the profile in temporal.toml.
 * Throws `SystemUnavailable` that names the address.
 */
export async function connect(): Promise<Connected> {
  const { connection, namespace } = await connectToServer();
  return {
    client: new Client({ connection, namespace }),
    namespace,
    uiUrl: uiUrlOf(namespace),
    close: () => connection.close(),
  };
}

/** Base of links into the Temporal UI: needs no server. */
export const uiUrlOf = (namespace = loadClientConnectConfig().namespace ?? 'default'): string =>
  `${process.env[UI_VARIABLE] ?? DEFAULT_UI}/namespaces/${namespace}`;

/** The connection alone, to a namespace that need not exist yet. */
export async function connectToServer(): Promise<{ connection: Connection; namespace: string }> {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const address = connectionOptions.address ?? '127.0.0.1:7233';
  try {
    return { connection: await Connection.connect({ ...connectionOptions, connectTimeout: CONNECT_TIMEOUT }), namespace };
  } catch (error) {
    throw new Failure('SystemUnavailable', `Temporal does not answer at ${address} (TEMPORAL_ADDRESS)`, { cause: error });
  }
}
