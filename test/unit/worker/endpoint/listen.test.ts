import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { get } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '@temporalio/client';
import { createKey, readPrivateKey, tokenReader } from '../../../../identity/index.js';
import { openEndpoint } from '../../../../worker/endpoint/index.js';
import type { HttpServer } from '../../../../worker/http/index.js';
import { makeCertificate } from '../../../support/certificate.js';
import type { Certificate } from '../../../support/certificate.js';

/** Proves that other machines reach the endpoint by TLS only, and that it ends. */
describe('the endpoint with a certificate', () => {
  let certificate: Certificate;
  let endpoint: HttpServer;
  beforeAll(async () => {
    certificate = await makeCertificate();
    const secret = await readFile(certificate.key, 'utf8');
    const deps = {
      readToken: tokenReader({
        issuer: 'https://login.example.org',
        audience: 'steward',
        algorithms: ['ES256'],
        nameClaim: 'email',
        groupsClaim: 'groups',
        clockToleranceMs: 0,
      }),
      signingKey: readPrivateKey(JSON.stringify(createKey().privateKey)),
      knownKeys: [],
      places: [],
      // Nothing here gets as far as Temporal.
      client: undefined as unknown as Client,
      redact: (text: string) => text,
    };
    const settings = { host: '127.0.0.1', port: 0, certificate: certificate.authority, key: 'env:KEY' as const };
    endpoint = await openEndpoint(settings, deps, () => secret);
  });
  afterAll(() => certificate.remove());

  it('answers by https, not by http, not by TLS of before 1.2, and not any more when it is closed', async () => {
    const { hostname: host, port, protocol } = new URL(endpoint.url);
    expect(protocol).toBe('https:');
    const ca = await readFile(certificate.authority);
    const [answer] = (await once(get(`${endpoint.url}/health`, { ca, agent: false }), 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(200);
    answer.resume();
    await expect(fetch(`http://${host}:${port}/health`)).rejects.toThrow();
    const old = connect({ host, port: Number(port), ca, maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' });
    const [error] = (await once(old, 'error')) as [Error];
    expect(error.message).toMatch(/version|protocol/i);
    await endpoint.close();
    const [refused] = (await once(get(`${endpoint.url}/health`, { ca, agent: false }), 'error')) as [NodeJS.ErrnoException];
    expect(refused.code).toBe('ECONNREFUSED');
  });
});
