import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { httpClient, messageOf } from '../../../../activities/support/http.js';

describe('the JSON client', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function serve(listener: RequestListener): Promise<string> {
    server = createServer(listener);
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const answer =
    (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener =>
    (_, response) =>
      response.writeHead(status, headers).end(JSON.stringify(body));

  it('gives back status and body, and leaves refusals to the caller', async () => {
    const url = await serve(answer(409, { message: 'no' }));
    expect(await httpClient({ system: 's', url }).request('POST', '/a', { body: {} })).toEqual({ status: 409, body: { message: 'no' } });
  });

  it.each([408, 425, 429, 500, 502, 503])('takes %i for a system that is not available now', async (status) => {
    const url = await serve(answer(status, { message: 'busy' }, { 'retry-after': '7' }));
    await expect(httpClient({ system: 'thing', url }).request('GET', '/a')).rejects.toMatchObject({
      type: 'SystemUnavailable',
      retryAfterMs: 7000,
      message: expect.stringMatching(/^thing at http:\/\/127\.0\.0\.1:\d+ \(GET \/a\) answered \d+: busy$/),
    });
  });

  it.each([401, 403])('takes %i for denied access', async (status) => {
    const url = await serve(answer(status, {}));
    await expect(httpClient({ system: 's', url }).request('GET', '/a')).rejects.toMatchObject({ type: 'AccessDenied' });
  });

  it('says why nothing answers, and never shows credentials', async () => {
    const credentials = { username: 'me', password: 'hush-hush' };
    const closed = httpClient({ system: 's', url: 'http://127.0.0.1:1', credentials });
    const error = await closed.request('GET', '/a').catch((failure: Error) => failure);
    expect(error).toMatchObject({ type: 'SystemUnavailable', message: expect.stringContaining('cannot be reached') });
    expect(String(error)).not.toContain('hush');
    expect(() => httpClient({ system: 's', url: 'http://me:hush-hush@host' })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('hush') }),
    );
  });

  it('gives up after its time-out and at an abort, and tells which', async () => {
    const url = await serve(() => undefined);
    const client = httpClient({ system: 's', url, timeoutMs: 50 });
    await expect(client.request('GET', '/a')).rejects.toMatchObject({
      type: 'SystemUnavailable',
      message: expect.stringContaining('no answer within 0.05 s'),
    });
    const reason = new Error('cancelled');
    await expect(client.request('GET', '/a', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect(client.request('POST', '/a', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('waits a while for the answer to a write although it was aborted meanwhile, and ends a read at once', async () => {
    const abort = new AbortController();
    const reason = new Error('cancelled');
    const url = await serve((request, response) => {
      abort.abort(reason);
      if (request.method === 'POST') response.writeHead(201).end('{}');
    });
    const client = httpClient({ system: 's', url });
    await expect(client.request('POST', '/a', { signal: abort.signal })).resolves.toMatchObject({ status: 201 });
    const silent = await serve(() => undefined);
    const hanging = new AbortController();
    const hung = httpClient({ system: 's', url: silent, writeGraceMs: 50 }).request('POST', '/a', { signal: hanging.signal });
    hanging.abort(reason);
    await expect(hung).rejects.toMatchObject({ type: 'SystemUnavailable', message: expect.stringContaining('no answer within 0.05 s') });
    const reading = new AbortController();
    const read = client.request('GET', '/a', { signal: reading.signal });
    reading.abort(reason);
    await expect(read).rejects.toBe(reason);
  });

  it('finds the words of a refusal wherever the system puts them', () => {
    expect([messageOf({ message: 'a' }), messageOf({ errors: ['b', 'c'] }), messageOf({ error: 'd' }), messageOf('e')]).toEqual([
      'a',
      'b; c',
      'd',
      'e',
    ]);
  });
});
