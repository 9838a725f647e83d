import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { signDecision, signRequest } from '../../identity/index.js';
import type { DecisionToSign, RequestToSign } from '../../identity/index.js';
import { REGISTRY } from '../../lifecycle/ids.js';
import { AskingWorld, decide } from '../support/asking-world.js';
import type { Asked } from '../support/asking-world.js';
import { commandLine, jsonOf } from '../support/command-line.js';
import { outcomeOf } from '../support/operations.js';
import { withFolder } from '../support/product-folder.js';
import { ed25519 } from '../support/signed.js';
import { smallProduct } from '../support/small-product.js';
import { EndpointServer } from '../support/token-endpoint.js';

const people = { dev: ed25519(), ann: ed25519() };

/** Proves that the bearer of a token speaks through an endpoint, which gets what it needs to know; the statements are signed with real keys. */
describe('the bearer of a token', () => {
  let asking: AskingWorld;
  let endpoint: EndpointServer;
  let steward: ReturnType<typeof commandLine>;
  let env: Record<string, string>;
  beforeAll(async () => {
    asking = await AskingWorld.open(
      { single: { roles: ['owners'], expiresAfter: '1 day', stages: [{ roles: ['owners'], approvals: 2 }] } },
      {
        identity: 'statement',
        groups: { developers: ['dev'], owners: ['ann', 'ben'] },
        keys: { dev: [people.dev.written], ann: [people.ann.written] },
        starters: [{ operations: ['register'], groups: ['developers'], domains: ['*'] }],
        approvers: ['owners'],
      },
    );
    steward = commandLine(asking.world);
    endpoint = await EndpointServer.open(() => ({ status: 503, body: '' }));
  });
  afterAll(async () => {
    await endpoint.close();
    await asking.close();
  });
  beforeEach(() => {
    endpoint.arrived.splice(0);
    env = { STEWARD_TOKEN: 'a.token.of.dev', STEWARD_ENDPOINT: endpoint.url };
  });

  /** Signs what arrives, for the person whose token it is, as a worker would. */
  const signs = (name: keyof typeof people): void => {
    endpoint.answer = async ({ authorization, body: { kind, ...said } }) => {
      if (authorization !== `Bearer a.token.of.${name}`) return { status: 401, body: { error: { message: 'the token has expired' } } };
      const { key } = people[name];
      const statement = await (kind === 'request'
        ? signRequest({ ...(said as unknown as RequestToSign), sub: name }, key)
        : signDecision({ ...(said as unknown as DecisionToSign), sub: name }, key));
      return { body: { statement } };
    };
  };
  const register = (name: string, args: string[] = [], settings = env) =>
    withFolder(smallProduct(asking.world, name, {}).files, (folder) =>
      steward(['register', folder, '--output', 'json', ...args], { env: settings }),
    );

  const ask = async (name: string): Promise<Asked> => {
    const product = smallProduct(asking.world, name, {});
    signs('dev');
    const printed = jsonOf<{ workflowType: string; workflowId: string; input: object }>(await register(name, ['--print']));
    const operation = await asking.world.start(printed.workflowType, printed.workflowId, printed.input);
    const { awaiting } = await asking.until(operation, 'asks', (status) => status.awaiting.length > 0);
    return { product, operation, ...asking.requestOf(awaiting[0]!) };
  };

  it('starts an operation: the endpoint hears what, where and the digest of the input, and no more', async () => {
    signs('dev');
    const registered = await register('plain');
    expect({ exitCode: registered.exitCode, ...jsonOf(registered) }).toMatchObject({ exitCode: 0, state: 'registered' });
    expect(endpoint.arrived).toEqual([
      {
        method: 'POST',
        path: '/statements',
        authorization: 'Bearer a.token.of.dev',
        type: 'application/json',
        body: { kind: 'request', operation: 'register', environment: REGISTRY, input: expect.stringMatching(/^sha256:/) },
      },
    ]);
    const { record } = (await asking.world.catalog.products.read(smallProduct(asking.world, 'plain', {}).line))!;
    expect(record.versions['1.0.0']?.registeredBy).toBe('dev');
  });

  it('starts nothing where the endpoint does not sign, or the statement is of somebody else than is said', async () => {
    signs('ann');
    const expired = await register('refused');
    expect(expired.exitCode).toBe(11);
    expect(jsonOf(expired)).toMatchObject({ error: { type: 'AccessDenied', message: expect.stringContaining('the token has expired') } });
    signs('dev');
    const lie = await register('refused', ['--as', 'ann']);
    expect(jsonOf(lie)).toMatchObject({ error: { type: 'NotAllowed', message: expect.stringContaining('requestedBy says ann') } });
    const unsafe = await register('refused', ['--endpoint', 'http://steward.example']);
    expect(jsonOf(unsafe)).toMatchObject({ error: { type: 'InvalidInput', message: expect.stringContaining('is not https') } });
    const asArgument = await register('refused', ['--token', 'a.token.of.dev']);
    expect(asArgument).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("unknown option '--token'") });
    for (const { stdout, stderr } of [expired, lie, unsafe]) expect(stdout + stderr).not.toContain('a.token');
    expect(await asking.world.catalog.products.read(smallProduct(asking.world, 'refused', {}).line)).toBeUndefined();
  });

  it('decides through the endpoint, and is told how far it is', async () => {
    const one = await ask('single1');
    const { digest, line, deadline } = one.exception;
    const short = digest.slice(7, 19);
    endpoint.arrived.splice(0);
    const answers = [
      { status: 403, body: { error: { message: 'zoe is in none of owners' } } },
      { status: 202, body: { pending: true } },
    ];
    endpoint.answer = () => answers.shift()!;
    const refused = await steward(['approve', short], { env });
    expect(refused).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('DecisionRefused: zoe is in none of owners') });
    const pending = await steward(['reject', short, '--comment', 'no'], { env });
    expect(pending).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^pending: .*\n[^]*has not answered yet/) });

    // As a worker does: it signs and sends.
    endpoint.answer = async ({ body: { exception, environment, until, to } }) => {
      const verb = to === undefined ? 'approve' : 'delegate';
      const said = { decision: verb, ...(until !== undefined && { until }), ...(to !== undefined && { to }) } as const;
      const statement = await signDecision(
        { sub: 'ann', exception, request: deadline, environment, ...said } as DecisionToSign,
        people.ann.key,
      );
      return { body: { decision: await decide(one, 'ann', verb, { statement }) } };
    };
    const counted = await steward(['approve', short, '--until', '2999-01-01'], { env });
    expect(counted.stdout).toMatch(/^counted: .*\n {2}1 of 2 approvals \(ann\); owners may decide now$/);
    const delegated = await steward(['delegate', short, '--to', 'ben'], { env });
    expect(delegated.stdout).toMatch(/^delegated to ben: /);
    const common = { exception: digest, line, environment: REGISTRY };
    expect(endpoint.arrived.map(({ path, body }) => ({ path, body }))).toEqual(
      [
        { ...common, decision: 'approve' },
        { ...common, decision: 'reject', comment: 'no' },
        { ...common, decision: 'approve', until: '2999-01-01T00:00:00.000Z' },
        { ...common, decision: 'delegate', to: 'ben' },
      ].map((body) => ({ path: '/decisions', body })),
    );
    expect(await steward(['approve', short, '--as', 'ann'], { env })).toMatchObject({ exitCode: 1 });

    signs('dev');
    const withdrawn = await steward(['withdraw', short, '--reason', 'not now'], { env });
    expect(withdrawn.exitCode).toBe(0);
    expect(endpoint.arrived.at(-1)!.body).toEqual({
      kind: 'decision',
      exception: digest,
      request: deadline,
      environment: REGISTRY,
      decision: 'withdraw',
      comment: 'not now',
    });
    expect(await outcomeOf(one.operation)).toMatchObject({ ended: 'ExceptionWithdrawn' });
  });
});
