import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { githubToken } from '../../../client/github-token.js';

const names = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'] as const;

/** Proves that a job's token is asked for as GitHub documents it, against a server that answers as GitHub is documented to; GitHub itself is not here. */
describe('the identity token of a job', () => {
  const arrived: { url: string; authorization: string | undefined }[] = [];
  let answer = { status: 200, body: '{"count": 1, "value": "a.b.c"}' };
  const server = createServer((request, response) => {
    arrived.push({ url: request.url!, authorization: request.headers.authorization });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });
  let address: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token?api-version=2.0`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  afterEach(() => names.forEach((name) => delete process.env[name]));
  const asked = (url = address, right = 'the-right') => {
    Object.assign(process.env, { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: right });
    return githubToken('steward & co');
  };

  it('is asked for an audience, with the right that the job was given', async () => {
    expect(await asked()).toBe('a.b.c');
    expect(arrived).toEqual([{ url: '/token?api-version=2.0&audience=steward+%26+co', authorization: 'Bearer the-right' }]);
  });

  it.each([
    [{ status: 403, body: '{"message": "no"}' }, 'AccessDenied'],
    [{ status: 200, body: '{"value": ""}' }, 'SystemUnavailable'],
    [{ status: 200, body: 'nonsense' }, 'SystemUnavailable'],
    [{ status: 503, body: '' }, 'SystemUnavailable'],
    [{ status: 429, body: '' }, 'SystemUnavailable'],
  ])('is not there: %j', async (given, type) => {
    answer = given;
    const failed = (await asked().catch((error: unknown) => error)) as Error;
    expect(failed).toMatchObject({ type });
    expect(failed.message).not.toContain('the-right');
  });

  it('needs the permission of the job, and an answer', async () => {
    await expect(githubToken('steward')).rejects.toMatchObject({ type: 'AccessDenied', next: expect.stringContaining('id-token: write') });
    await expect(asked('http://127.0.0.1:1/token')).rejects.toMatchObject({ type: 'SystemUnavailable' });
  });
});
