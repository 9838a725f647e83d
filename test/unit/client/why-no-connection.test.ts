import { readFileSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TlsOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TemporalSettings } from '../../../client/temporal-settings.js';
import { whyNoConnection } from '../../../client/why-no-connection.js';
import { makeCertificate } from '../../support/certificate.js';
import type { Certificate } from '../../support/certificate.js';

/** Proves that whoever cannot reach Temporal is told why, and what to set; on real sockets. */
describe('why there is no connection', () => {
  let certificate: Certificate;
  const servers: Server[] = [];
  beforeAll(async () => {
    certificate = await makeCertificate();
  });
  afterAll(async () => {
    servers.forEach((server) => server.close());
    await certificate.remove();
  });
  const listening = async (server: Server): Promise<number> => {
    servers.push(server);
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
  const withTls = (options: TlsOptions = {}) =>
    listening(
      createTlsServer(
        { key: readFileSync(certificate.key), cert: readFileSync(certificate.authority), ALPNProtocols: ['h2'], ...options },
        (socket) => void socket.on('error', () => undefined),
      ),
    );
  const plain = () =>
    listening(
      createTcpServer(
        (socket) => void socket.on('error', () => undefined).once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
      ),
    );
  const trusted = () => ({ serverRootCACertificate: readFileSync(certificate.authority) });
  const why = (port: number, tls?: TemporalSettings['connectionOptions']['tls'], host = 'localhost') => {
    const address = `${host}:${port}`;
    return whyNoConnection({ address, namespace: 'default', connectionOptions: { address, ...(tls !== undefined && { tls }) } });
  };

  it('nothing listens, or there is no such host', async () => {
    expect(await why(1, undefined, '127.0.0.1')).toBe('nothing listens there');
    expect(await why(7233, undefined, 'no-such-host.invalid')).toMatch(/no such host|EAI_AGAIN/);
  });

  it('one side speaks TLS, the other does not', async () => {
    expect(await why(await withTls())).toContain('set TEMPORAL_TLS');
    expect(await why(await plain(), true)).toBe('TLS fails: it does not speak TLS');
    expect(await why(await plain())).toBe('something listens there that is no Temporal');
  });

  it('the certificate is not trusted, or is for another name, or all is well', async () => {
    const port = await withTls();
    expect(await why(port, true)).toContain('TEMPORAL_TLS_SERVER_CA_CERT_PATH');
    expect(await why(port, { ...trusted(), serverNameOverride: 'temporal.example' })).toContain('TEMPORAL_TLS_SERVER_NAME');
    expect(await why(port, trusted())).toBe('TLS works, and no Temporal answers');
  });

  it('a certificate of the client is missing', async () => {
    const port = await withTls({ requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' });
    expect(await why(port, trusted())).toContain('TEMPORAL_TLS_CLIENT_CERT_PATH');
  });
});
