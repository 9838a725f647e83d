import { request as httpRequest } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { defaultPayloadConverter } from '@temporalio/common';
import type { Payload } from '@temporalio/common';
import proto from '@temporalio/proto';
import { isEncrypted } from '../../../../encryption/index.js';
import { codecServer, ORIGIN } from '../../../support/codec-server.js';
import { openIssuer } from '../../../support/oidc-provider.js';
import type { Issuer } from '../../../support/oidc-provider.js';

const { Payloads } = proto.temporal.api.common.v1;
const toJson = (payloads: Payload[]): string => JSON.stringify(Payloads.toObject(Payloads.fromObject({ payloads }), { bytes: String }));
const fromJson = (body: object): Payload[] => Payloads.fromObject(body as { [member: string]: unknown }).payloads;
const secret = defaultPayloadConverter.toPayload({ comment: 'because of the merger' });

/** Proves that whoever may read has payloads encrypted and decrypted as Temporal's own tools ask for it, and that nobody else has. */
describe('the codec server', () => {
  let server: Awaited<ReturnType<typeof codecServer>>;
  let issuer: Issuer;
  beforeAll(async () => {
    issuer = await openIssuer();
  });
  afterEach(() => server.close());
  afterAll(() => issuer.stop());

  const ask = async (path: string, body: string | undefined, headers: Record<string, string> = {}, method = 'POST') => {
    const answer = await fetch(`${server.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'x-namespace': 'default', ...headers },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: (text ? JSON.parse(text) : {}) as { error?: { message: string } } };
  };
  /** With the header `Origin` or `Host`, which `fetch` does not send as told. */
  const askAsPage = (method: string, path: string, headers: Record<string, string>, body = '') =>
    new Promise<{ status?: number; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      const sent = httpRequest({ hostname, port, method, path, headers }, (answer) => {
        answer.resume().on('end', () => resolve({ status: answer.statusCode, headers: answer.headers }));
      });
      sent.on('error', reject).end(body);
    });

  it('encrypts and decrypts, at whatever path it is asked', async () => {
    server = await codecServer();
    const encoded = await ask('/encode', toJson([secret]));
    expect(encoded.status).toBe(200);
    expect(fromJson(encoded.body).every(isEncrypted)).toBe(true);
    const decoded = await ask('/behind/a/proxy/decode', JSON.stringify(encoded.body));
    expect(fromJson(decoded.body).map((payload) => defaultPayloadConverter.fromPayload(payload))).toEqual([
      { comment: 'because of the merger' },
    ]);
    expect((await ask('/decode', '{}')).body).toEqual({});
  });

  it('leaves as it is what it cannot read, and reads the rest', async () => {
    server = await codecServer();
    const other = await codecServer();
    await other.close();
    const [foreign] = await other.codec.encode([secret]);
    const [own] = await server.codec.encode([secret]);
    const decoded = fromJson((await ask('/decode', toJson([foreign!, own!]))).body);
    expect(isEncrypted(decoded[0]!)).toBe(true);
    expect(defaultPayloadConverter.fromPayload(decoded[1]!)).toEqual({ comment: 'because of the merger' });
  });

  it.each<[string, string, string, Record<string, string>, number]>([
    ['no JSON', '/decode', '{', {}, 400],
    ['other JSON', '/decode', '{"payloads":[1]}', {}, 400],
    ['no base64', '/decode', '{"payloads":[{"data":"%%%"}]}', {}, 400],
    ['a text, as any page could send it', '/decode', '{}', { 'content-type': 'text/plain' }, 415],
    ['another verb', '/encrypt', '{}', {}, 404],
  ])('refuses %s', async (_, path, body, headers, status) => {
    server = await codecServer();
    expect(await ask(path, body, headers)).toMatchObject({ status, body: { error: { message: expect.any(String) } } });
  });

  it('refuses what is too long, and what is not sent by POST', async () => {
    server = await codecServer();
    expect((await ask('/encode', JSON.stringify({ payloads: [{ data: 'a'.repeat(9 * 1024 * 1024) }] }))).status).toBe(413);
    expect((await ask('/decode', undefined, {}, 'GET')).status).toBe(405);
  });

  it('lets pages of the Temporal UI ask, and no others', async () => {
    server = await codecServer();
    const asks = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,x-namespace,authorization' };
    const may = await askAsPage('OPTIONS', '/decode', { origin: ORIGIN, ...asks });
    expect(may).toMatchObject({
      status: 204,
      headers: { 'access-control-allow-origin': ORIGIN, 'access-control-allow-headers': expect.stringContaining('authorization') },
    });
    const json = { 'content-type': 'application/json' };
    expect(await askAsPage('POST', '/decode', { origin: ORIGIN, ...json }, '{}')).toMatchObject({
      status: 200,
      headers: { 'access-control-allow-origin': ORIGIN, vary: 'Origin' },
    });
    for (const origin of ['https://evil.example', 'null', `${ORIGIN}0`]) {
      const refused = await askAsPage('POST', '/decode', { origin, ...json }, '{}');
      expect(refused.status).toBe(403);
      expect(refused.headers['access-control-allow-origin']).toBeUndefined();
    }
    // A page whose own name was bent to this machine: its origin is still its own.
    expect(await askAsPage('POST', '/decode', { host: 'evil.example', origin: 'http://evil.example', ...json }, '{}')).toMatchObject({
      status: 403,
    });
  });

  it('answers those only whose token says that they may read', async () => {
    server = await codecServer(
      issuer,
      { readers: ['ann@example.org', 'stewards', 'auditors'] },
      {
        groups: { stewards: ['ben@example.org'], auditors: [] },
        suspended: ['cleo@example.org'],
      },
    );
    const bearer = async (claims: object) => ({ authorization: `Bearer ${await issuer.issue({ sub: 'x', ...claims })}` });
    const status = async (headers: Record<string, string>) => (await ask('/decode', '{}', headers)).status;
    expect(await status(await bearer({ email: 'ann@example.org' }))).toBe(200);
    expect(await status(await bearer({ email: 'ben@example.org' }))).toBe(200);
    expect(await status(await bearer({ email: 'dan@example.org', groups: ['auditors'] }))).toBe(200);
    expect(await status(await bearer({ email: 'eve@example.org', groups: ['others', 'ann@example.org'] }))).toBe(403);
    expect(await status(await bearer({ email: 'stewards' }))).toBe(403);
    expect(await status(await bearer({ email: 'cleo@example.org', groups: ['auditors'] }))).toBe(403);
    expect(await status(await bearer({ email: 'ann@example.org', aud: 'something else' }))).toBe(401);
    expect(await status({})).toBe(401);
    expect(await status({ authorization: 'Bearer nonsense' })).toBe(401);
  });
});
