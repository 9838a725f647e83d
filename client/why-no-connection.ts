import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import type { TemporalSettings } from './temporal-settings.js';

/** What Temporal's client adds to a host alone. */
const DEFAULT_PORT = 7233;
/** Whoever answers at all answers at once; a person has waited already. */
const LOOK_MS = 3_000;
/** A server that misses a certificate of the client says so right after the handshake (TLS 1.3). */
const ALERT_MS = 500;

/**
 * Why a connection to Temporal has failed, in words: its client only says that time was up. Looks again, first without TLS, then with it.
 */
export async function whyNoConnection({ address, connectionOptions: { tls } }: TemporalSettings): Promise<string> {
  const written = `tcp://${address}`;
  if (!URL.canParse(written)) return 'it is not of the form host:port';
  const { hostname: host, port } = new URL(written);
  const at = { host: host.replace(/^\[|\]$/g, ''), port: Number(port || DEFAULT_PORT) };
  const tcp = await opened(connectTcp(at), 'connect');
  if (tcp !== undefined) return tcp;
  const wanted = tls === true ? {} : tls;
  if (!wanted) {
    const anyone = await opened(connectTls({ ...at, ALPNProtocols: ['h2'], rejectUnauthorized: false }), 'secureConnect');
    return anyone === undefined
      ? 'it speaks TLS: set TEMPORAL_TLS, or a TEMPORAL_TLS_... setting'
      : 'something listens there that is no Temporal';
  }
  const { serverNameOverride, serverRootCACertificate, clientCertPair } = wanted;
  const options: ConnectionOptions = {
    ...at,
    ALPNProtocols: ['h2'],
    ...(serverNameOverride ? { servername: serverNameOverride } : {}),
    ...(serverRootCACertificate && { ca: Buffer.from(serverRootCACertificate) }),
    ...(clientCertPair && { cert: Buffer.from(clientCertPair.crt), key: Buffer.from(clientCertPair.key) }),
  };
  const refused = await opened(connectTls(options), 'secureConnect', ALERT_MS);
  return refused === undefined ? 'TLS works, and no Temporal answers' : `TLS fails: ${refused}`;
}

/** What went wrong with opening a connection, or within a time after that; undefined for nothing. */
async function opened(socket: Socket, event: string, staysMs = 0): Promise<string | undefined> {
  try {
    await once(socket, event, { signal: AbortSignal.timeout(LOOK_MS) });
    if (staysMs > 0) {
      const closed = once(socket, 'close', { signal: AbortSignal.timeout(staysMs) });
      if (await closed.then(() => true, unlessInTime)) return 'it closes the connection after the handshake';
    }
    return undefined;
  } catch (error) {
    const { name, code, message } = error as NodeJS.ErrnoException;
    return name === 'AbortError' ? 'no answer' : (inWords[code ?? ''] ?? code ?? message);
  } finally {
    socket.on('error', () => undefined).destroy();
  }
}

/** What is still open when the time is up is well. */
function unlessInTime(error: Error): false {
  if (error.name === 'AbortError') return false;
  throw error;
}

/** Codes of Node and OpenSSL. */
const inWords: { [code: string]: string } = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EHOSTUNREACH: 'the host cannot be reached',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself; name it by TEMPORAL_TLS_SERVER_CA_CERT_PATH if it is to be trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not trusted; name it by TEMPORAL_TLS_SERVER_CA_CERT_PATH',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not trusted; name it by TEMPORAL_TLS_SERVER_CA_CERT_PATH',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not trusted; name it by TEMPORAL_TLS_SERVER_CA_CERT_PATH',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name; TEMPORAL_TLS_SERVER_NAME says which to expect',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    'it wants a certificate of the client: TEMPORAL_TLS_CLIENT_CERT_PATH, TEMPORAL_TLS_CLIENT_KEY_PATH',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
  EPROTO: 'it does not speak TLS',
};
