import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tokenEndpoint } from '../../../client/token-endpoint.js';
import { EndpointServer } from '../../support/token-endpoint.js';

const TOKEN = 'eyJ.secret.token';
const decision = {
  exception: `sha256:${'a'.repeat(64)}`,
  line: 'urn:dpds:org.test:dataproducts:a',
  environment: 'prod',
  decision: 'approve',
  comment: 'fine',
} as const;
const request = { kind: 'request', operation: 'deploy', environment: 'prod', input: `sha256:${'b'.repeat(64)}` } as const;

/** Proves what a token is sent to and in which form, and that each answer becomes a failure that says what to do, without the token. */
describe('the endpoint for bearers of tokens', () => {
  let server: EndpointServer;
  beforeAll(async () => {
    server = await EndpointServer.open(({ path }) => ({
      body: path === '/api/statements' ? { statement: 'x.y.z' } : { decision: 'granted' },
    }));
  });
  afterAll(() => server.close());

  it('is told the token and what to say by it', async () => {
    const endpoint = tokenEndpoint(`${server.url}/api/`, TOKEN);
    await expect(endpoint.sign(request)).resolves.toBe('x.y.z');
    await expect(endpoint.decide(decision)).resolves.toEqual({ decision: 'granted' });
    const alike = { method: 'POST', authorization: `Bearer ${TOKEN}`, type: 'application/json' };
    expect(server.arrived).toEqual([
      { ...alike, path: '/api/statements', body: request },
      { ...alike, path: '/api/decisions', body: decision },
    ]);
  });

  it.each([
    { status: 400, sign: 'InvalidInput', decide: 'InvalidInput' },
    { status: 401, sign: 'AccessDenied', decide: 'AccessDenied' },
    { status: 403, sign: 'NotAllowed', decide: 'DecisionRefused' },
    { status: 404, sign: 'NotFound', decide: 'NotFound' },
    { status: 409, sign: 'DecisionRefused', decide: 'DecisionRefused' },
    { status: 500, sign: 'SystemRefused', decide: 'SystemRefused' },
    { status: 503, sign: 'SystemUnavailable', decide: 'SystemUnavailable' },
  ])('is believed when it answers $status', async ({ status, sign, decide }) => {
    const says = await EndpointServer.open(() => ({ status, body: { error: { message: `because \u001b[31mof ${status}` } } }));
    const mute = await EndpointServer.open(() => ({ status, body: '<html>' }));
    try {
      const endpoint = tokenEndpoint(says.url, TOKEN);
      const message = expect.stringMatching(new RegExp(`because of ${status}$`));
      await expect(endpoint.sign(request)).rejects.toMatchObject({ type: sign, message });
      await expect(endpoint.decide(decision)).rejects.toMatchObject({ type: decide, message });
      const without = expect.stringContaining(`it answered ${status}`);
      await expect(tokenEndpoint(mute.url, TOKEN).sign(request)).rejects.toMatchObject({ type: sign, message: without });
    } finally {
      await Promise.all([says.close(), mute.close()]);
    }
  });

  it('says that a decision is taken and not answered yet; what is no answer of it is none', async () => {
    const other = await EndpointServer.open(() => ({ status: 202, body: { pending: true } }));
    try {
      const endpoint = tokenEndpoint(other.url, TOKEN);
      await expect(endpoint.decide(decision)).resolves.toEqual({ pending: true });
      for (const body of ['', 'ok', 'null', '[]', {}, { statement: 7 }, { statement: '' }, { decision: {} }]) {
        other.answer = () => ({ body });
        for (const call of [endpoint.sign(request), endpoint.decide(decision)])
          await expect(call).rejects.toMatchObject({ type: 'SystemRefused', message: expect.stringContaining('no endpoint of Steward') });
      }
    } finally {
      await other.close();
    }
  });

  it('gets the token alone: it goes nowhere that an answer leads to', async () => {
    const elsewhere = await EndpointServer.open(() => ({ body: { statement: 'x.y.z' } }));
    const leading = await EndpointServer.open(() => ({ status: 307, headers: { location: `${elsewhere.url}/statements` }, body: '' }));
    try {
      await expect(tokenEndpoint(leading.url, TOKEN).sign(request)).rejects.toMatchObject({ type: 'SystemRefused' });
      expect(leading.arrived).toHaveLength(1);
      expect(elsewhere.arrived).toEqual([]);
    } finally {
      await Promise.all([elsewhere.close(), leading.close()]);
    }
  });

  it('is not asked where others could read the token on its way', () => {
    for (const address of ['https://steward.example/api', 'http://localhost:8080', 'http://127.1.2.3', 'http://[::1]:80'])
      expect(() => tokenEndpoint(address, TOKEN)).not.toThrow();
    for (const address of [
      'http://steward.example',
      'http://localhost.example',
      'http://127.0.0.1.example',
      'http://10.0.0.1',
      'ftp://localhost',
      'file:///statements',
      'https://ann:secret@steward.example',
      'https://steward.example?to=x',
      'https://steward.example#x',
      'steward.example',
      '',
    ])
      expect(() => tokenEndpoint(address, TOKEN)).toThrow(expect.objectContaining({ type: 'InvalidInput' }));
  });

  it('never repeats the token', async () => {
    for (const token of ['', 'two words', 'line\nbreak', 'ünicode'])
      expect(() => tokenEndpoint(server.url, token)).toThrow('the token is empty, or not one line of visible characters');
    const closed = await EndpointServer.open(() => ({ body: '' }));
    const address = closed.url;
    await closed.close();
    const failed: unknown = await tokenEndpoint(address, TOKEN)
      .sign(request)
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ type: 'SystemUnavailable', message: expect.stringContaining('ECONNREFUSED') });
    expect(`${String(failed)} ${JSON.stringify(failed)} ${String((failed as Error).stack)}`).not.toContain('secret');
  });
});
