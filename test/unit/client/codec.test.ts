import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defaultPayloadConverter } from '@temporalio/common';
import { noCodec, remoteCodec } from '../../../client/codec.js';
import { isEncrypted } from '../../../encryption/index.js';
import { Failure } from '../../../lifecycle/failures.js';
import { codecServer } from '../../support/codec-server.js';
import { openIssuer } from '../../support/oidc-provider.js';
import type { Issuer } from '../../support/oidc-provider.js';

const payload = defaultPayloadConverter.toPayload({ comment: 'because of the merger' });
const nobody = () => Promise.resolve(undefined);
const failureOf = async (doing: () => Promise<unknown>): Promise<Failure> => {
  try {
    await doing();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it was done');
};

/** Proves that a command line has payloads encrypted and decrypted where it is told to, and says in words why it cannot. */
describe('the codec of a command line', () => {
  let server: Awaited<ReturnType<typeof codecServer>>;
  let guarded: Awaited<ReturnType<typeof codecServer>>;
  let issuer: Issuer;
  beforeAll(async () => {
    issuer = await openIssuer();
    server = await codecServer();
    guarded = await codecServer(issuer, { readers: ['ann@example.org'] });
  });
  afterAll(async () => {
    await Promise.all([server.close(), guarded.close(), issuer.stop()]);
  });

  it('has it done by the codec server, the namespace in its address if that is wanted', async () => {
    const codec = remoteCodec({ endpoint: `${server.url}/{namespace}/` }, 'my/products', nobody);
    const encoded = await codec.encode([payload, payload]);
    expect(encoded.map(isEncrypted)).toEqual([true, true]);
    expect((await codec.decode(encoded)).map((each) => defaultPayloadConverter.fromPayload(each))).toEqual(
      [payload, payload].map((each) => defaultPayloadConverter.fromPayload(each)),
    );
  });

  it('asks nobody about what is not encrypted', async () => {
    const codec = remoteCodec({ endpoint: 'http://127.0.0.1:9' }, 'default', nobody);
    expect(await codec.decode([payload])).toEqual([payload]);
    expect(await codec.encode([])).toEqual([]);
  });

  it('says who it is, by its own header or the token of the environment', async () => {
    const token = `Bearer ${await issuer.issue({ sub: 'ann', email: 'ann@example.org' })}`;
    const settings = { endpoint: guarded.url };
    const [encoded] = await remoteCodec(settings, 'default', () => Promise.resolve(token)).encode([payload]);
    expect(isEncrypted(encoded!)).toBe(true);
    const own = remoteCodec({ ...settings, auth: token }, 'default', () => Promise.resolve('Bearer nonsense'));
    expect(defaultPayloadConverter.fromPayload((await own.decode([encoded!]))[0]!)).toEqual({ comment: 'because of the merger' });
  });

  it('says in words what is in the way, never with the token', async () => {
    const [encoded] = await server.codec.encode([payload]);
    const strange = createServer((_, response) => response.end('hello'));
    await new Promise<void>((resolve) => strange.listen(0, '127.0.0.1', resolve));
    const strangeUrl = `http://127.0.0.1:${(strange.address() as AddressInfo).port}`;
    const stranger = `Bearer ${await issuer.issue({ sub: 'eve', email: 'eve@example.org' })}`;
    const gone = await codecServer();
    await gone.close();
    const cases: [() => Promise<unknown>, string, RegExp][] = [
      [async () => noCodec.decode([encoded!]), 'AccessDenied', /encrypted, and no codec server is named/],
      [() => remoteCodec({ endpoint: gone.url }, 'd', nobody).encode([payload]), 'SystemUnavailable', /does not answer: ECONNREFUSED/],
      [() => remoteCodec({ endpoint: guarded.url }, 'd', nobody).encode([payload]), 'AccessDenied', /a token is missing/],
      [
        () => remoteCodec({ endpoint: guarded.url, auth: stranger }, 'd', nobody).encode([payload]),
        'AccessDenied',
        /eve@example.org may not read/,
      ],
      [
        () => remoteCodec({ endpoint: guarded.url, auth: stranger.slice(0, -9) }, 'd', nobody).encode([payload]),
        'AccessDenied',
        /token is refused/,
      ],
      [() => remoteCodec({ endpoint: strangeUrl }, 'd', nobody).encode([payload]), 'SystemRefused', /it is no codec server/],
      [async () => remoteCodec({ endpoint: 'http://codec.example' }, 'd', nobody), 'InvalidInput', /is not https/],
      [async () => remoteCodec({ endpoint: 'nowhere' }, 'd', nobody), 'InvalidInput', /is no URL/],
      [async () => remoteCodec({ endpoint: server.url, auth: 'Bearer a\nb' }, 'd', nobody), 'InvalidInput', /not one line/],
    ];
    for (const [doing, type, says] of cases) {
      const failure = await failureOf(doing);
      expect({ type: failure.type, message: failure.message }).toEqual({ type, message: expect.stringMatching(says) });
      expect(failure.message + failure.next).not.toContain(stranger.slice(7, 40));
    }
    await new Promise((resolve) => strange.close(resolve));
  });

  it('says so when the codec server does not have the key either', async () => {
    const other = await codecServer();
    const [foreign] = await other.codec.encode([payload]);
    await other.close();
    const failure = await failureOf(() => remoteCodec({ endpoint: server.url }, 'd', nobody).decode([foreign!]));
    expect(failure).toMatchObject({ type: 'AccessDenied', message: expect.stringContaining('does not have the key') });
  });
});
