import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK } from 'jose';
import type { JWK } from 'jose';
import Provider from 'oidc-provider';
import { eventually } from './eventually.js';

/** A real issuer of tokens on the loopback address. */
export interface Issuer {
  issuer: string;
  /** What its tokens are for, unless told otherwise. */
  audience: string;
  /** Its public keys, as everybody may read them. */
  publicKeys: JWK[];
  /** How often its keys were asked for. */
  keyRequests(): number;
  /** A signed access token (RFC 9068) with these claims; a claim of `undefined` is left out. */
  issue(claims: Claims, algorithm?: Algorithm): Promise<string>;
  /** As if it were down. */
  stop(): Promise<void>;
  /** At the same address again. */
  start(): Promise<void>;
}

type Algorithm = 'RS256' | 'ES256';
type Claims = { [claim: string]: unknown };

const AUDIENCE = 'https://steward.test';
const CLIENT = { id: 'people', secret: 'of-a-test' };
/** Header of the request: which of the ordered claims the token is to have. */
const ORDER = 'x-order';
const ALGORITHM = 'x-algorithm';

/** Opens an issuer. Tokens come by the client credentials grant: who somebody is, is what the test says. */
export async function openIssuer(): Promise<Issuer> {
  let handle: RequestListener = (_, response) => response.writeHead(503).end();
  let asked = 0;
  const ordered: Claims[] = [];
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    if (request.url === '/jwks') asked++;
    handle(request, response);
  };
  let server = createServer(serve);
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const keys = await Promise.all([
    jwkOf(generateKeyPairSync('rsa', { modulusLength: 2048 }), 'RS256', 'rsa'),
    jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }), 'ES256', 'ec'),
  ]);
  handle = providerOf(
    issuer,
    keys.map(({ own }) => own),
    ordered,
  ).callback() as RequestListener;
  return {
    issuer,
    audience: AUDIENCE,
    publicKeys: keys.map(({ shown }) => shown),
    keyRequests: () => asked,
    async issue(claims, algorithm = 'RS256') {
      const answer = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64')}`,
          [ORDER]: String(ordered.push(claims) - 1),
          [ALGORITHM]: algorithm,
        },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource: AUDIENCE }),
      });
      const { access_token: token } = (await answer.json()) as { access_token?: string };
      if (token === undefined) throw new Error(`the issuer gave no token: ${answer.status}`);
      return token;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
    start: async () => {
      server = createServer(serve);
      await listen(port);
      // Connections of before are still in the pool of fetch.
      await eventually(() => fetch(`${issuer}/.well-known/openid-configuration`), 'the issuer is back');
    },
  };
}

/** Such tokens are not kept. */
const nothing = () => Promise.resolve(undefined);
const nowhere = {
  upsert: nothing,
  find: nothing,
  findByUserCode: nothing,
  findByUid: nothing,
  consume: nothing,
  destroy: nothing,
  revokeByGrantId: nothing,
};

function providerOf(issuer: string, keys: JWK[], ordered: Claims[]): Provider {
  return new Provider(issuer, {
    clients: [
      { client_id: CLIENT.id, client_secret: CLIENT.secret, grant_types: ['client_credentials'], redirect_uris: [], response_types: [] },
    ],
    jwks: { keys: keys as never },
    adapter: () => nowhere,
    ttl: { ClientCredentials: 600 },
    cookies: { keys: ['of a test'] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: ({ req }) => ({
          scope: '',
          accessTokenFormat: 'jwt',
          accessTokenTTL: 600,
          jwt: { sign: { alg: req.headers[ALGORITHM] as Algorithm } },
        }),
      },
    },
    formats: {
      customizers: {
        jwt: ({ req }, _, parts) => {
          Object.assign(parts.payload, ordered[Number(req.headers[ORDER])]);
        },
      },
    },
  });
}

async function jwkOf({ privateKey, publicKey }: ReturnType<typeof generateKeyPairSync>, alg: Algorithm, kid: string) {
  const members = { alg, kid, use: 'sig' };
  return {
    own: { ...(await exportJWK(privateKey as never)), ...members },
    shown: { ...(await exportJWK(publicKey as never)), ...members },
  };
}
