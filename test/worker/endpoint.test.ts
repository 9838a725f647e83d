import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createKey } from '../../identity/index.js';
import type { Governance } from '../../lifecycle/environment.js';
import { registerWorkflowId } from '../../lifecycle/ids.js';
import { AskingWorld, decide, refusal } from '../support/asking-world.js';
import type { Asked } from '../support/asking-world.js';
import { commandLine } from '../support/command-line.js';
import { startCuttingProxy } from '../support/cutting-proxy.js';
import { openIssuer } from '../support/oidc-provider.js';
import type { Issuer } from '../support/oidc-provider.js';
import { outcomeOf } from '../support/operations.js';
import { smallProduct } from '../support/small-product.js';
import { stackAddresses } from '../support/stack.js';
import { writtenIn } from '../support/written.js';

const CANARY = `canary-${randomBytes(8).toString('hex')}`;
const former = createKey();

/** Who somebody is at the issuer; every token carries something that must be found nowhere. */
const person = (name: string, groups: string[] = [], sub = `subject-of-${name}`) => ({
  sub,
  email: `${name}@example.org`,
  groups: [...groups, `group-${CANARY}`],
  picture: CANARY,
});
const [ann, ben, sam] = [person('ann', ['owners']), person('ben', ['owners']), person('sam', ['security'])];
/** Asks, and is in a group that decides. */
const dev = person('dev', ['owners']);
type Person = typeof ann;

/** Proves who decides by tokens: those whom the issuer vouches for, once each, never about what they ask themselves; and that no token is kept. */
describe('the endpoint', () => {
  let issuer: Issuer;
  let asking: AskingWorld;
  let url: string;
  const issued: string[] = [];
  const logs: string[] = [];
  const governance: Partial<Governance> = {
    identity: 'statement',
    groups: { owners: [], security: [] },
    approvers: ['owners'],
    starters: [{ operations: ['register'], groups: ['everybody'], domains: ['*'] }],
  };

  beforeAll(async () => {
    issuer = await openIssuer();
    const one = { roles: ['owners'], expiresAfter: '1 day' };
    const both = { roles: [], expiresAfter: '1 day', stages: [{ roles: ['owners'], approvals: 2, rejections: 2 }] };
    asking = await AskingWorld.open({ single: one, double: both }, governance, {
      identity: {
        signingKey: 'env:STEWARD_SIGNING_KEY',
        formerKeys: [former.publicKey],
        tokens: { issuer: issuer.issuer, audience: issuer.audience },
        endpoint: { port: 0 },
      },
      secrets: { STEWARD_SIGNING_KEY: JSON.stringify(createKey().privateKey) },
    });
    url = addressOf(asking);
  });
  afterAll(async () => {
    await asking.close();
    await issuer.stop();
  });

  const addressOf = ({ worker }: AskingWorld): string => /"url":"(http:[^"]+)"/.exec(worker.log())![1]!;
  const tokenOf = async (who: Person): Promise<string> => {
    const token = await issuer.issue(who);
    issued.push(token);
    return token;
  };
  const post = async (path: string, token: string | undefined, body: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const { error, ...rest } = (await answer.json()) as { statement?: string; decision?: string; error?: { message: string } };
    return { status: answer.status, ...rest, ...(error && { error: error.message }) };
  };
  const about = ({ exception }: Pick<Asked, 'exception'>) => ({
    exception: exception.digest,
    line: exception.line,
    environment: 'registry',
  });
  const says = async (who: Person, asked: Pick<Asked, 'exception'>, decision: string, more: object = {}, headers = {}) =>
    post('/decisions', await tokenOf(who), { ...about(asked), decision, ...more }, headers);
  const statementOf = async (who: Person, body: object): Promise<string> =>
    (await post('/statements', await tokenOf(who), body)).statement!;
  const inputOf = async (name: string, who: Person) => {
    const product = smallProduct(asking.world, name, { version: '1.0.0' });
    return { bundle: await asking.world.uploadFiles(product.files), requestedBy: who.email };
  };
  const asksAs = async (who: Person, name: string): Promise<Asked> => {
    const input = await inputOf(name, who);
    return asking.ask(name, {
      ...input,
      statement: await statementOf(who, { kind: 'request', operation: 'register', environment: 'registry', input }),
    });
  };

  it('takes the decision of somebody whom only the token says to be in the group, and writes down what was signed', async () => {
    const asked = await asksAs(dev, 'single1');
    expect(asked.exception.requester).toMatchObject({
      name: 'dev@example.org',
      subject: `${issuer.issuer}#subject-of-dev`,
      level: 'statement',
    });
    expect(await says(sam, asked, 'approve')).toMatchObject({
      status: 403,
      error: expect.stringContaining('sam@example.org is in none of owners'),
    });
    const key = { 'idempotency-key': 'of-this-click' };
    expect(await says(ann, asked, 'approve', { comment: 'seen' }, key)).toEqual({ status: 200, decision: 'granted' });
    expect(await outcomeOf(asked.operation)).toMatchObject({ ended: 'registered' });
    const [record] = await asking.world.catalog.exceptions.list(asked.product.line, 'registry');
    expect(record).toMatchObject({ decision: 'granted', decidedBy: 'ann@example.org', comment: 'seen', verifiedBy: 'statement' });
    const [vote] = record!.votes!;
    expect(vote).toMatchObject({ by: 'ann@example.org', subject: `${issuer.issuer}#subject-of-ann`, tokenGroups: ['owners'] });
    // What is sent again is answered again; what comes anew is too late.
    expect(await says(ann, asked, 'approve', {}, key)).toEqual({ status: 200, decision: 'granted' });
    expect(await says(ann, asked, 'approve')).toMatchObject({ status: 409, error: expect.stringContaining('nobody is asked any more') });
    expect(await says(ben, asked, 'approve', {}, key)).toMatchObject({ status: 409 });
  });

  it('lets nobody decide what he asks for, by whatever name the issuer calls him', async () => {
    const asked = await asksAs(dev, 'single2');
    for (const who of [dev, { ...dev, email: 'another.name@example.org' }, person('dev', ['owners'], 'another-subject')])
      for (const decision of ['approve', 'reject'])
        expect(await says(who, asked, decision)).toMatchObject({
          status: 403,
          error: expect.stringContaining('the requester may not decide'),
        });
    expect(await says(dev, asked, 'delegate', { to: 'ann@example.org' })).toMatchObject({ status: 403 });
    expect(await says(ann, asked, 'reject', { comment: 'no' })).toEqual({ status: 200, decision: 'rejected' });
    expect(await outcomeOf(asked.operation)).toMatchObject({ ended: 'ExceptionRejected' });
  });

  it('counts two accounts of one subject once, and lets a mind change and change back', async () => {
    const asked = await asksAs(dev, 'double1');
    const other = { ...ann, email: 'ann.admin@example.org' };
    for (const [who, decision] of [
      [ann, 'approve'],
      [other, 'approve'],
      [ann, 'reject'],
      [ann, 'approve'],
      [other, 'approve'],
    ] as const)
      expect(await says(who, asked, decision)).toEqual({ status: 200, decision: 'counted' });
    const { standing } = await asking.until(asked.request, 'counts', () => true);
    expect(standing).toMatchObject({ approvals: 1, wanted: 2 });
    expect(await says(ben, asked, 'approve')).toEqual({ status: 200, decision: 'granted' });
    expect(await outcomeOf(asked.operation)).toMatchObject({ ended: 'registered' });
  });

  it('signs what counts once, for one request, in one place, and only as what it is', async () => {
    const [one, other] = [await asksAs(dev, 'single3'), await asksAs(dev, 'single4')];
    const claims = ({ exception }: Asked) => ({
      kind: 'decision',
      exception: exception.digest,
      request: exception.deadline,
      environment: 'registry',
      decision: 'approve',
    });
    const refusedWith = (asked: Asked, statement: string, approver = 'ann@example.org', decision: 'approve' | 'reject' = 'approve') =>
      refusal(decide(asked, approver, decision, { statement }));
    const forOther = await statementOf(ann, claims(other));
    expect(await refusedWith(one, forOther)).toContain('it is about another exception');
    expect(await refusedWith(one, await statementOf(ann, { ...claims(one), environment: 'local' }))).toContain(
      'it is about another environment',
    );
    expect(await refusedWith(one, await statementOf(ann, { ...claims(one), request: '2020-01-01T00:00:00.000Z' }))).toContain(
      'an earlier or later one',
    );
    expect(await refusedWith(one, await statementOf(ann, claims(one)), 'ann@example.org', 'reject')).toContain(
      'it is about another decision',
    );
    const input = await inputOf('single3', ann);
    const request = await statementOf(ann, { kind: 'request', operation: 'register', environment: 'registry', input });
    expect(await refusedWith(one, request)).toContain('its typ is missing or wrong');
    // Somebody else shows what was signed for Ann.
    expect(await refusedWith(one, await statementOf(ann, claims(one)), 'ben@example.org')).toContain("is not ben@example.org's");
    const rejected = await statementOf(sam, claims(one));
    expect(await refusedWith(one, rejected, 'sam@example.org')).toContain('is in none of owners');
    expect(await refusedWith(one, rejected, 'sam@example.org')).toContain('it was used before');
    // A token is no statement.
    expect(await refusedWith(one, await tokenOf(ann))).toContain('the statement is refused');
    expect((await asking.until(one.request, 'counts', () => true)).standing).toMatchObject({ approvals: 0 });

    expect(await decide(other, '', 'approve', { statement: forOther })).toBe('granted');
    expect(await says(ann, one, 'approve')).toMatchObject({ decision: 'granted' });
    for (const { operation } of [one, other]) expect(await outcomeOf(operation)).toMatchObject({ ended: 'registered' });
  });

  it('signs a request for one input: for another one, or by nobody, nothing starts', async () => {
    const [input, other] = [await inputOf('single5', dev), await inputOf('single6', dev)];
    const statement = await statementOf(dev, { kind: 'request', operation: 'register', environment: 'registry', input });
    const ends = async (name: string, as: object) => {
      const { line } = smallProduct(asking.world, name, { version: '1.0.0' });
      return outcomeOf(await asking.world.start('registerDataProduct', registerWorkflowId(line, '1.0.0'), as));
    };
    expect(await ends('single6', { ...other, statement })).toMatchObject({
      ended: 'NotAllowed',
      message: expect.stringContaining('another input'),
    });
    expect(await ends('single5', input)).toMatchObject({
      ended: 'NotAllowed',
      message: expect.stringContaining('asks for a signed statement'),
    });
    const wrongLabel = { ...input, requestedBy: 'ann@example.org' };
    const lying = await statementOf(dev, { kind: 'request', operation: 'register', environment: 'registry', input: wrongLabel });
    expect(await ends('single5', { ...wrongLabel, statement: lying })).toMatchObject({
      ended: 'NotAllowed',
      message: expect.stringContaining('it is dev@example.org who asks'),
    });
  });

  it('answers wrong requests in words, and tells nothing of what is inside', async () => {
    const token = await tokenOf(ann);
    const asked = await asksAs(dev, 'single7');
    const body = { ...about(asked), decision: 'approve' };
    const unknown = `sha256:${'0'.repeat(64)}`;
    const elsewhere = await issuer.issue({ ...ann, aud: 'https://elsewhere.test' });
    const forged = `${token.slice(0, -6)}AAAAAA`;
    issued.push(elsewhere, forged);
    const deep = `${'['.repeat(15_000)}${']'.repeat(15_000)}`;
    const statement = { kind: 'request', operation: 'register', environment: 'registry' };
    for (const [status, path, as, sent, headers, words] of [
      [401, '/decisions', undefined, body, {}, 'a token is missing'],
      [401, '/decisions', undefined, body, { authorization: `Basic ${token}` }, 'a token is missing'],
      [401, '/decisions', elsewhere, body, {}, 'its aud is missing or wrong'],
      [401, '/statements', forged, body, {}, "not the issuer's"],
      [401, '/decisions', former.publicKey.x, body, {}, 'no signed token'],
      [400, '/decisions', token, '{', {}, 'no JSON'],
      [400, '/decisions', token, '', {}, 'no JSON'],
      [400, '/decisions', token, 'null', {}, 'must be object'],
      [400, '/decisions', token, { ...body, exception: 'abc' }, {}, 'exception must match'],
      [400, '/decisions', token, { ...body, approver: 'zoe' }, {}, 'additional properties: approver'],
      [400, '/decisions', token, { ...body, decision: 'withdraw' }, {}, 'decision must be equal to one of'],
      [400, '/decisions', token, { ...body, until: 'soon' }, {}, 'until must match'],
      [400, '/decisions', token, { ...body, comment: 'x'.repeat(1001) }, {}, 'comment must NOT have more than 1000'],
      [400, '/decisions', token, body, { 'idempotency-key': 'x'.repeat(200) }, 'Idempotency-Key'],
      [400, '/statements', token, {}, {}, 'kind'],
      [400, '/statements', token, { ...statement, input: 'all' }, {}, 'input must'],
      [
        400,
        '/statements',
        token,
        `{"kind":"request","operation":"register","environment":"registry","input":{"a":${deep}}}`,
        {},
        'no canonical form',
      ],
      [403, '/decisions', token, { ...body, until: '2020-01-01T00:00:00Z' }, {}, 'no time to come'],
      [404, '/decisions', token, { ...body, exception: unknown }, {}, 'nobody asks'],
      [404, '/decisions', token, { ...body, exception: `${body.exception.slice(0, 60)}${'0'.repeat(11)}` }, {}, 'nobody asks'],
      [404, '/decisions', token, { ...body, environment: 'nowhere' }, {}, 'no environment of this name'],
      [404, '/decisions', token, { ...body, environment: 'local' }, {}, 'nobody asks'],
      [404, `/decisions/${CANARY}`, token, body, {}, 'there are /decisions'],
      [413, '/decisions', token, { ...body, comment: 'x'.repeat(40_000) }, {}, 'longer than'],
      [415, '/decisions', token, body, { 'content-type': 'text/plain' }, 'application/json'],
      [415, '/decisions', token, body, { 'content-encoding': 'gzip' }, 'application/json'],
    ] as const) {
      const answer = await post(path, as, sent, headers);
      expect({ ...answer, sent: path }).toEqual({ status, error: expect.stringContaining(words), sent: path });
      expect(JSON.stringify(answer)).not.toMatch(new RegExp(`${CANARY}|eyJ|node_modules|\\.js:`));
    }
    const chunked = new Blob(['"', 'x'.repeat(5_000_000), '"']).stream();
    const sent = {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: chunked,
      duplex: 'half',
    };
    expect((await fetch(`${url}/decisions`, sent as RequestInit)).status).toBe(413);
    const wrongMethod = await fetch(`${url}/decisions?access_token=${token}`);
    expect([wrongMethod.status, wrongMethod.headers.get('allow'), wrongMethod.headers.get('access-control-allow-origin')]).toEqual([
      405,
      'POST',
      null,
    ]);
    for (const line of ['GET // HTTP/1.1', 'GET http://[ HTTP/1.1', 'POST /__proto__ HTTP/1.1', 'GET /toString HTTP/1.1'])
      expect(await raw(line)).toMatch(/ 40[04] /);
    expect((await asking.until(asked.request, 'is open', () => true)).standing).toMatchObject({ approvals: 0 });
    expect(await says(ann, asked, 'approve')).toMatchObject({ decision: 'granted' });
    expect(await outcomeOf(asked.operation)).toMatchObject({ ended: 'registered' });
  });

  /** What is answered to a request that `fetch` would not send. */
  const raw = (line: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(url);
      const socket = connect(Number(port), hostname, () => socket.end(`${line}\r\nhost: x\r\nconnection: close\r\n\r\n`));
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
      socket.on('close', () => resolve(text)).on('error', reject);
    });

  it('serves the command line of whoever has a token', async () => {
    const steward = commandLine(asking.world);
    const asked = await asksAs(dev, 'single10');
    const approve = async (who: Person) => {
      const env = { STEWARD_TOKEN: await tokenOf(who), STEWARD_ENDPOINT: url };
      return steward(['approve', asked.exception.digest, '--comment', 'seen'], { env });
    };
    const refused = await approve(sam);
    expect([refused.exitCode, refused.stderr]).toEqual([4, expect.stringContaining('sam@example.org is in none of owners')]);
    expect(await approve(ann)).toMatchObject({ exitCode: 0 });
    expect(await outcomeOf(asked.operation)).toMatchObject({ ended: 'registered' });
  });

  it('shows its health and its public keys, those of before included', async () => {
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'ok' });
    const { keys } = (await (await fetch(`${url}/.well-known/jwks.json`)).json()) as { keys: { [member: string]: unknown }[] };
    expect(keys).toHaveLength(2);
    expect(keys[1]).toMatchObject({ ...former.publicKey, use: 'sig', alg: 'EdDSA', kid: expect.any(String) });
    expect(JSON.stringify(keys)).not.toContain('"d"');
  });

  it('takes nobody on trust while the issuer is down, and says so', async () => {
    const asked = await asksAs(dev, 'single8');
    const token = await tokenOf(ann);
    logs.push(asking.worker.log());
    await issuer.stop();
    await asking.restart(governance);
    url = addressOf(asking);
    const body = { ...about(asked), decision: 'approve' };
    for (const path of ['/decisions', '/statements'])
      expect(await post(path, token, body)).toMatchObject({ status: 503, error: expect.stringContaining('gives no keys') });
    expect((await asking.until(asked.request, 'is open', () => true)).standing).toMatchObject({ approvals: 0 });
    await issuer.start();
    expect(await post('/decisions', token, body)).toEqual({ status: 200, decision: 'granted' });
    expect(await outcomeOf(asked.operation)).toMatchObject({ ended: 'registered' });
  });

  it('says that a decision was taken and is not answered yet, and answers it when it is sent again', async () => {
    logs.push(asking.worker.log());
    const { s3, ...others } = stackAddresses();
    const proxy = await startCuttingProxy(new URL(s3.endpoint).host);
    try {
      asking.world.options.addresses = { ...others, s3: { ...s3, endpoint: `http://${proxy.address}` } };
      await asking.restart(governance);
      url = addressOf(asking);
      const asked = await asksAs(dev, 'single9');
      const key = { 'idempotency-key': 'once' };
      await proxy.down();
      expect(await says(ann, asked, 'approve', {}, key)).toEqual({ status: 202, pending: true });
      await proxy.up();
      expect(await says(ann, asked, 'approve', {}, key)).toEqual({ status: 200, decision: 'granted' });
      expect(await outcomeOf(asked.operation)).toMatchObject({ ended: 'registered' });
      const [record] = await asking.world.catalog.exceptions.list(asked.product.line, 'registry');
      expect(record?.votes).toHaveLength(1);
    } finally {
      await proxy.close();
    }
  });

  it('has kept no token and nothing of one: not in the log, not in Temporal, not in the catalog', async () => {
    const log = [...logs, asking.worker.log()].join('\n');
    const told = log.split('\n').filter((line) => line.includes('"endpoint"'));
    expect(
      told.some((line) => line.includes('"who":"ann@example.org"') && line.includes('"what":"approve"') && line.includes('"status":200')),
    ).toBe(true);
    expect(told.some((line) => line.includes('"refused":"the token is refused'))).toBe(true);
    const written = `${log}\n${await writtenIn(asking.world)}`;
    // It would be seen: what a statement holds is.
    expect(written).toContain('"sub":"subject-of-ann"');
    expect(written).not.toContain(CANARY);
    for (const token of issued) for (const part of token.split('.').slice(1)) expect(written).not.toContain(part);
  });
});
