import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { inputDigest, signDecision, signRequest } from '../../identity/index.js';
import type { DecisionToSign } from '../../identity/index.js';
import { registerWorkflowId, REGISTRY } from '../../lifecycle/ids.js';
import type { OperationKind } from '../../lifecycle/ids.js';
import type { ExceptionRequest } from '../../lifecycle/messages.js';
import { AskingWorld, decide, refusal } from '../support/asking-world.js';
import type { Asked } from '../support/asking-world.js';
import { commandLine, jsonOf } from '../support/command-line.js';
import { outcomeOf } from '../support/operations.js';
import { withFolder } from '../support/product-folder.js';
import { ed25519, ellipticCurve } from '../support/signed.js';
import type { KeyPair } from '../support/signed.js';
import { smallProduct } from '../support/small-product.js';
import type { SmallProduct } from '../support/small-product.js';
import { TemporalUi } from '../support/temporal-ui.js';

const people = {
  'dev@localhost': ed25519(),
  'guest@localhost': ed25519(),
  'ann@localhost': ed25519(),
  'ben@localhost': ellipticCurve('P-256'),
  'cleo@localhost': ed25519(),
  'stranger@localhost': ed25519(),
};
type Name = keyof typeof people;

const governance = {
  groups: {
    developers: ['dev@localhost'],
    guests: ['guest@localhost'],
    owners: ['ann@localhost', 'ben@localhost'],
    security: ['cleo@localhost'],
  },
  accounts: { 'ann@localhost': ['ann.admin@localhost'] },
  approvers: ['owners'],
  starters: [
    { operations: ['register'], groups: ['developers'], domains: ['Testing'] },
    { operations: ['register'], groups: ['guests'], domains: ['Elsewhere'] },
  ],
};
const signed = {
  ...governance,
  identity: 'statement' as const,
  keys: Object.fromEntries(Object.entries(people).map(([name, { written }]) => [name, [written]])),
};
const terms = { roles: ['owners'], expiresAfter: '1 day' };
const policies = {
  single: terms,
  both: { ...terms, roles: [], stages: [{ roles: ['owners'], approvals: 2, rejections: 2 }, { roles: ['security'] }] },
};

/** Proves on a running system that only who has signed has said it, once, about one thing. */
describe('where statements are asked for', () => {
  let asking: AskingWorld;
  let ui: TemporalUi;
  let home: string;
  let steward: ReturnType<typeof commandLine>;
  beforeAll(async () => {
    asking = await AskingWorld.open(policies, signed);
    ui = await TemporalUi.open(asking.world.namespace);
    home = await mkdtemp(join(tmpdir(), 'steward-keys-'));
    steward = commandLine(asking.world);
    for (const [name, { key }] of Object.entries(people))
      await writeFile(join(home, `${name}.pem`), key.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  });
  afterAll(async () => {
    await asking.close();
    await rm(home, { recursive: true });
  });

  /** `--as` and `--key` of a person, or of one person with the key of another. */
  const as = (name: string, keyOf: string = name): string[] => ['--as', name, '--key', join(home, `${keyOf}.pem`)];
  const keyOf = (name: string): KeyPair['key'] => people[name as Name].key;

  const product = (name: string): SmallProduct => smallProduct(asking.world, name, {});
  const registering = ({ files }: SmallProduct, ...args: string[]) =>
    withFolder(files, (folder) => steward(['register', folder, '--output', 'json', ...args]));
  const isRegistered = async ({ line }: SmallProduct): Promise<boolean> => (await asking.world.catalog.products.read(line)) !== undefined;

  const requestBy = (name: string, input: object, operation: OperationKind = 'register', environment = REGISTRY): Promise<string> =>
    signRequest({ sub: name, operation, environment, input: inputDigest(input) }, keyOf(name));
  /** A start as anybody who reaches Temporal may make it. */
  const start = (workflowId: string, input: object) => asking.world.start('registerDataProduct', workflowId, input);

  const signedInput = async (of: SmallProduct, more: object = {}): Promise<{ bundle: string; statement: string }> => {
    const input = { bundle: await asking.world.uploadFiles(of.files), requestedBy: 'dev@localhost', ...more };
    return { ...input, statement: await requestBy('dev@localhost', input) };
  };
  /** A registration of dev's that waits for people. */
  const asked = async (name: string): Promise<Asked> => {
    const of = product(name);
    const operation = await start(registerWorkflowId(of.line, of.version), await signedInput(of));
    return { product: of, operation, ...(await requested(operation)) };
  };
  const requested = async (operation: WorkflowHandle) => {
    const { awaiting } = await asking.until(operation, 'asks', (status) => status.awaiting.length > 0);
    return asking.requestOf(awaiting[0]!);
  };
  const saying = (exception: ExceptionRequest, sub: string, changes: Partial<DecisionToSign> = {}): DecisionToSign => ({
    sub,
    exception: exception.digest,
    request: exception.deadline,
    environment: REGISTRY,
    decision: 'approve',
    ...changes,
  });
  const statementOf = (exception: ExceptionRequest, name: string, changes: Partial<DecisionToSign> = {}): Promise<string> =>
    signDecision(saying(exception, name, changes), keyOf(name));
  const votesOn = async ({ request }: Pick<Asked, 'request'>) =>
    (await asking.until(request, 'answers', () => true)).standing?.votes.map(({ by, decision }) => [by, decision]);
  const end = async (one: Asked): Promise<void> => {
    expect(await decide(one, 'ann@localhost', 'approve', { statement: await statementOf(one.exception, 'ann@localhost') })).toBe('granted');
    expect(await outcomeOf(one.operation)).toMatchObject({ ended: 'registered' });
  };

  describe('an operation', () => {
    it('is started by who signs it with a key at the command line, or named by STEWARD_KEY', async () => {
      const [one, other] = [product('plain1'), product('plain2')];
      const registered = await registering(one, ...as('dev@localhost'), '--ticket', 'OPS-1');
      expect({ exitCode: registered.exitCode, ...jsonOf(registered) }).toMatchObject({ exitCode: 0, state: 'registered' });
      expect((await asking.world.catalog.products.read(one.line))?.record.versions['1.0.0']?.registeredBy).toBe('dev@localhost');
      const env = { STEWARD_KEY: join(home, 'dev@localhost.pem') };
      const again = await withFolder(other.files, (folder) => steward(['register', folder, '--as', 'dev@localhost'], { env }));
      expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^registered: /m) });
    });

    it('is refused before anything is registered where its statement is missing, another person’s, or of another domain', async () => {
      const of = product('refused1');
      const refusals: { args: string[]; exit: number; says: string }[] = [
        { args: ['--as', 'dev@localhost'], exit: 4, says: 'asks for a signed statement of who starts this' },
        { args: as('dev@localhost', 'ann@localhost'), exit: 4, says: 'names none of the keys of dev@localhost' },
        { args: as('nobody@localhost', 'ann@localhost'), exit: 4, says: 'registry knows no key of nobody@localhost' },
        { args: as('ann@localhost'), exit: 4, says: 'ann@localhost may not start register' },
        { args: as('guest@localhost'), exit: 4, says: 'guest@localhost may not start register in registry for domain Testing' },
        { args: ['--key', join(home, 'dev@localhost.pem')], exit: 1, says: 'Name it: --as <name>' },
        { args: ['--as', 'dev@localhost', '--key', join(home, 'none.pem')], exit: 1, says: 'does not exist' },
      ];
      for (const { args, exit, says } of refusals) {
        const refused = await registering(of, ...args);
        expect({ args, ...jsonOf(refused) }).toMatchObject({ error: { exit, message: expect.stringContaining(says) } });
        expect(refused.exitCode).toBe(exit);
      }
      expect(await isRegistered(of)).toBe(false);
    });

    it('is refused where what was signed is not what was sent, is a lie, or is of another kind', async () => {
      const of = product('refused2');
      const input = { bundle: await asking.world.uploadFiles(of.files), requestedBy: 'dev@localhost', reason: 'a good one' };
      const statement = await requestBy('dev@localhost', input);
      const [header, payload, signature] = statement.split('.');
      const lie = { ...input, requestedBy: 'ann@localhost' };
      const decision = await statementOf({ digest: inputDigest(input), deadline: '' } as ExceptionRequest, 'dev@localhost');
      const sent: { input: object; says: string }[] = [
        { input: { ...input, reason: 'another', statement }, says: 'it is about another input' },
        { input: { ...input, dryRun: false, statement }, says: 'it is about another input' },
        { input: { ...input, bundle: `sha256:${'0'.repeat(64)}`, statement }, says: 'it is about another input' },
        {
          input: { ...lie, statement: await requestBy('dev@localhost', lie) },
          says: 'requestedBy says ann@localhost, but it is dev@localhost',
        },
        { input: { ...input, statement: await requestBy('dev@localhost', input, 'deploy') }, says: 'about another operation' },
        { input: { ...input, statement: await requestBy('dev@localhost', input, 'register', 'local') }, says: 'about another environment' },
        { input: { ...input, statement: decision }, says: 'its typ is missing or wrong' },
        {
          input: { ...input, statement: `${header}.${payload}.${signature!.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))}` },
          says: 'its signature',
        },
        { input: { ...input, statement: `${header}.${payload}.` }, says: 'its signature' },
        { input: { ...input, statement: 'trust me' }, says: 'it is no signed statement' },
        { input: { ...input, statement: '' }, says: 'it is no signed statement' },
      ];
      for (const [index, { input: each, says }] of sent.entries()) {
        const outcome = await outcomeOf(await start(`forged-${index}-${of.line}`, each));
        expect({ index, ...outcome }).toMatchObject({ index, ended: 'NotAllowed', message: expect.stringContaining(says) });
      }
      expect(await isRegistered(of)).toBe(false);
    });

    it('is started once by a statement: whoever copies it starts nothing', async () => {
      const of = product('replayed');
      const input = await signedInput(of, { dryRun: true });
      expect(await outcomeOf(await start('first', input))).toMatchObject({ ended: 'valid' });
      for (const id of ['second', 'first']) {
        const replayed = await outcomeOf(await start(id, input));
        expect(replayed).toMatchObject({ ended: 'NotAllowed', message: expect.stringContaining('another run has used it') });
      }
      // Two at once: one of them.
      const anew = await signedInput(of, { dryRun: true });
      const both = await Promise.all(['third', 'fourth'].map(async (id) => outcomeOf(await start(id, anew))));
      expect(both.map(({ ended }) => ended).sort()).toEqual(['NotAllowed', 'valid']);
      expect(await isRegistered(of)).toBe(false);
    });

    it('is printed to be started in the Temporal UI, and not started', async () => {
      const of = product('printed');
      const printed = jsonOf<{ workflowType: string; workflowId: string; taskQueue: string; input: object }>(
        await registering(of, ...as('dev@localhost'), '--print'),
      );
      expect(printed).toEqual({
        workflowType: 'registerDataProduct',
        workflowId: registerWorkflowId(of.line, '1.0.0'),
        taskQueue: 'steward',
        input: { bundle: expect.any(String), requestedBy: 'dev@localhost', statement: expect.any(String) },
        link: expect.stringContaining(
          '/workflows/start-workflow?taskQueue=steward&workflowType=registerDataProduct&workflowId=register%3A',
        ),
      });
      await expect(asking.world.client.workflow.getHandle(printed.workflowId).describe()).rejects.toThrow(/not found/);
      await ui.start(printed.workflowType, printed.workflowId, JSON.stringify(printed.input));
      expect(await outcomeOf(asking.world.client.workflow.getHandle(printed.workflowId))).toMatchObject({ ended: 'registered' });
      const text = await steward(['deploy', of.line, '1.0.0', ...as('dev@localhost'), '--print']);
      expect(text.stdout).toMatch(/^Workflow ID: deploy:local:.*\nTask Queue: steward\nWorkflow Type: deployDataProduct\n/m);
      expect(text.stdout).toContain('Signed by dev@localhost, until ');
    });
  });

  describe('a decision', () => {
    it('counts with a key; the statement is kept with the vote, and what it says is what counts', async () => {
      const one = await asked('single1');
      const short = one.exception.digest.slice(7, 19);
      const granted = await steward(['approve', short, ...as('ann@localhost'), '--comment', 'looked at', '--until', '2 hours']);
      expect(granted).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^granted: /) });
      expect(await outcomeOf(one.operation)).toMatchObject({ ended: 'registered' });
      const [record] = await asking.world.catalog.exceptions.list(one.product.line, REGISTRY);
      expect(record).toMatchObject({ decidedBy: 'ann@localhost', verifiedBy: 'statement', comment: 'looked at' });
      expect(record!.votes).toEqual([expect.objectContaining({ verifiedBy: 'statement', statement: expect.stringMatching(/^eyJ/) })]);
      const left = Date.parse(record!.expiresAt!) - Date.now();
      expect(left > 0 && left < 2 * 3600_000).toBe(true);

      // Around what was signed, a message may say what it likes.
      const other = await asked('single2');
      const statement = await statementOf(other.exception, 'ann@localhost', { comment: 'signed' });
      expect(await decide(other, 'ann.admin@localhost', 'approve', { statement, comment: 'not signed', until: '2000-01-01' })).toBe(
        'granted',
      );
      expect(await asking.world.catalog.exceptions.list(other.product.line, REGISTRY)).toMatchObject([{ comment: 'signed' }]);
    });

    it('is refused and explained where it is a claim, forged, or about anything else', async () => {
      const [one, other] = [await asked('single3'), await asked('single4')];
      const { exception } = one;
      const right = await statementOf(exception, 'ann@localhost');
      const [header, payload] = right.split('.');
      const sent: { by?: string; statement?: string; decision?: 'reject'; says: string }[] = [
        { says: 'registry asks for a signed statement' },
        { statement: '', says: 'registry asks for a signed statement' },
        { statement: 'trust me', says: 'it is no signed statement' },
        {
          statement: await signDecision(saying(exception, 'ann@localhost'), keyOf('stranger@localhost')),
          says: 'names none of the keys of ann@localhost',
        },
        { statement: `${header}.${payload}.${(await statementOf(exception, 'ben@localhost')).split('.')[2]}`, says: 'its signature' },
        { statement: right, decision: 'reject', says: 'it is about another decision' },
        { statement: await statementOf(other.exception, 'ann@localhost'), says: 'it is about another exception' },
        {
          statement: await statementOf({ ...exception, deadline: other.exception.deadline }, 'ann@localhost'),
          says: 'about another request',
        },
        { statement: await statementOf(exception, 'ann@localhost', { environment: 'local' }), says: 'it is about another environment' },
        { statement: right, by: 'stranger@localhost', says: "the statement is not stranger@localhost's" },
        { statement: await statementOf(exception, 'dev@localhost'), by: 'dev@localhost', says: 'the requester may not decide' },
        { statement: await statementOf(exception, 'stranger@localhost'), by: 'stranger@localhost', says: 'is in none of owners' },
        {
          statement: await signDecision(saying(exception, 'constructor'), keyOf('stranger@localhost')),
          by: 'constructor',
          says: 'registry knows no key of constructor',
        },
      ];
      for (const { by = 'ann@localhost', decision = 'approve', statement, says } of sent)
        expect(await refusal(decide(one, by, decision, { statement }))).toContain(says);
      const { refused, awaiting } = await asking.until(one.request, 'explains', (status) => status.refused.length === sent.length);
      expect(awaiting).toHaveLength(1);
      expect(refused[0]).toBe('approve of ann@localhost: registry asks for a signed statement (steward approve --key, or a token)');
      // The operation that waits tells it, too; and nobody has spent ann's statement by putting it into messages of his own.
      await asking.until(one.operation, 'explains', (status) => status.refused.join().includes('about another environment'));
      expect(await votesOn(one)).toEqual([]);
      expect(await decide(one, 'ann@localhost', 'approve', { statement: right })).toBe('granted');
      await end(other);
    });

    it('counts in its order: of a changed mind the last word counts, and no former one again', async () => {
      const one = await asked('both1');
      const short = one.exception.digest.slice(7, 19);
      const first = await statementOf(one.exception, 'ann@localhost');
      expect(await decide(one, 'ann@localhost', 'approve', { statement: first })).toBe('counted');
      const rejected = await steward(['reject', short, ...as('ann@localhost')]);
      expect(rejected.stdout).toMatch(/^counted: .*\n {2}stage 1 of 2: 0 of 2 approvals \(ann@localhost rejects\); owners may decide now/);
      expect(await refusal(decide(one, 'ann@localhost', 'approve', { statement: first }))).toContain('it was used before');
      await one.request.signal('approveException', { exception: short, approver: 'ann@localhost', statement: first });
      await one.operation.signal('approveException', { exception: short, approver: 'ann@localhost', statement: first });
      await asking.until(one.request, 'explains all', (status) => status.refused.length === 3);
      expect(await votesOn(one)).toEqual([['ann@localhost', 'reject']]);

      // Back again at the command line: the same words are another message.
      for (const [verb, approvals] of [
        ['approve', 1],
        ['reject', 0],
        ['approve', 1],
      ] as const) {
        const said = jsonOf(await steward([verb, short, ...as('ann.admin@localhost', 'ann@localhost'), '--output', 'json']));
        expect({ verb, ...said }).toMatchObject({ verb, decision: 'counted', standing: { approvals } });
      }
      const listed = jsonOf<{ approvals: ExceptionRequest[] }>(
        await steward(['approvals', '--mine', 'security', 'owners', '--output', 'json']),
      );
      expect(listed.approvals).toMatchObject([{ digest: one.exception.digest, standing: { stage: 0, approvals: 1, wanted: 2 } }]);
      for (const none of [
        ['--mine', 'security'],
        ['-e', 'local'],
      ])
        expect((await steward(['approvals', ...none])).stdout).toBe('none of the 1 open request(s) is such');
      expect((await steward(['approvals', '-e', 'registry'])).stdout).toContain('stage 1 of 2: 1 of 2 approvals (ann@localhost)');

      const delegated = await steward(['delegate', short, '--to', 'stranger@localhost', ...as('ben@localhost')]);
      expect(delegated.stdout).toMatch(/^delegated to stranger@localhost: /);
      const second = await steward(['approve', short, ...as('stranger@localhost')]);
      expect(second.stdout).toMatch(/^counted: .*\n {2}stage 2 of 2: 0 of 1 approval; security may decide now$/);
      expect((await steward(['approve', short, ...as('cleo@localhost')])).stdout).toMatch(/^granted: /);
      expect(await outcomeOf(one.operation)).toMatchObject({ ended: 'registered' });
    });

    it('of before says nothing about a later request for the same', async () => {
      const one = await asked('single5');
      const kept = await statementOf(one.exception, 'ann@localhost');
      const short = one.exception.digest.slice(7, 19);
      // A stranger takes nothing back, not in the requester's name either.
      expect((await steward(['withdraw', short, ...as('ann@localhost')])).exitCode).toBe(0);
      await one.request.signal('withdrawRequest', { by: 'dev@localhost' });
      await one.operation.signal('withdrawRequest', { by: 'dev@localhost', statement: kept });
      await one.request.signal('withdrawRequest', {
        by: 'dev@localhost',
        statement: await signDecision(saying(one.exception, 'dev@localhost', { decision: 'withdraw' }), keyOf('ann@localhost')),
      });
      const { refused } = await asking.until(one.request, 'explains all', (status) => status.refused.length === 4);
      for (const why of [
        'only the requester can take it back',
        'asks for a signed statement',
        'about another decision',
        'none of the keys',
      ])
        expect(refused.join('\n')).toContain(why);
      expect((await steward(['withdraw', short, ...as('dev@localhost'), '--reason', 'not now'])).exitCode).toBe(0);
      expect(await outcomeOf(one.operation)).toMatchObject({ ended: 'ExceptionWithdrawn', message: expect.stringContaining('not now') });

      const again = await asked('single5');
      expect(again.exception.digest).toBe(one.exception.digest);
      expect(await refusal(decide(again, 'ann@localhost', 'approve', { statement: kept }))).toContain(
        'it is about another request (an earlier or later one)',
      );
      await end(again);
    });

    it('is printed to be sent in the Temporal UI: to the request, or to the operation that waits', async () => {
      for (const [name, to] of [
        ['single6', 'request'],
        ['single7', 'operation'],
      ] as const) {
        const one = await asked(name);
        const short = one.exception.digest.slice(7, 19);
        const printing = await steward(['approve', short, ...as('ben@localhost'), '--comment', 'by hand', '--print', '--output', 'json']);
        const printed = jsonOf<{ signal: string; message: object; workflowId: string }>(printing);
        expect(printed).toMatchObject({ signal: 'approveException', workflowId: one.request.workflowId });
        expect(await votesOn(one)).toEqual([]);
        await ui.signal(one[to].workflowId, printed.signal, JSON.stringify(printed.message));
        expect(await outcomeOf(one.operation)).toMatchObject({ ended: 'registered' });
        expect(await asking.world.catalog.exceptions.list(one.product.line, REGISTRY)).toMatchObject([
          { decidedBy: 'ben@localhost', comment: 'by hand', verifiedBy: 'statement' },
        ]);
      }
    });
  });
});

/** Proves that where Temporal's identity is asked for, nobody speaks by the name of another one. */
describe('where Temporal’s identity is asked for', () => {
  let asking: AskingWorld;
  beforeAll(async () => {
    asking = await AskingWorld.open(policies, { ...governance, identity: 'identity' });
  });
  afterAll(() => asking.close());

  /** A client whose connection says that it is somebody: what a proxy would set. */
  const clientOf = (identity: string): Client =>
    new Client({ connection: asking.world.client.connection, namespace: asking.world.namespace, identity });
  const by = (identity: string, { workflowId }: { workflowId: string }): WorkflowHandle =>
    clientOf(identity).workflow.getHandle(workflowId);

  const begin = async (
    identity: string,
    name: string,
    requestedBy?: string,
    more: object = {},
  ): Promise<Pick<Asked, 'product' | 'operation'>> => {
    const product = smallProduct(asking.world, name, {});
    const bundle = await asking.world.uploadFiles(product.files);
    const started = await clientOf(identity).workflow.start('registerDataProduct', {
      workflowId: registerWorkflowId(product.line, '1.0.0'),
      taskQueue: 'steward',
      args: [{ bundle, requestedBy, ...more }],
    });
    return { product, operation: asking.world.client.workflow.getHandle(started.workflowId) };
  };
  const ask = async (name: string): Promise<Asked> => {
    const begun = await begin('dev@localhost', name);
    const { awaiting } = await asking.until(begun.operation, 'asks', (status) => status.awaiting.length > 0);
    return { ...begun, ...asking.requestOf(awaiting[0]!) };
  };

  it('an operation is of who started it, whatever it says', async () => {
    const refused = await begin('stranger@localhost', 'plain3', 'dev@localhost');
    expect(await outcomeOf(refused.operation)).toMatchObject({
      ended: 'NotAllowed',
      message: expect.stringContaining('stranger@localhost may not start register'),
    });
    const { operation, product } = await begin('dev@localhost', 'plain3');
    expect(await outcomeOf(operation)).toMatchObject({ ended: 'registered' });
    expect((await asking.world.catalog.products.read(product.line))?.record.versions['1.0.0']?.registeredBy).toBe('dev@localhost');
  });

  it('a decision by another’s name is refused, also when that one has decided before, and by whichever way it comes', async () => {
    const one = await ask('both2');
    const { digest: exception } = one.exception;
    const message = { exception, approver: 'ann@localhost' };
    const asAnn = (identity: string, decision: 'approve' | 'reject') =>
      decide({ ...one, request: by(identity, one.request) }, 'ann@localhost', decision);
    const NOT_ANN = 'the message was not sent by ann@localhost';

    expect(await refusal(asAnn('stranger@localhost', 'approve'))).toContain(NOT_ANN);
    expect(await asAnn('ann@localhost', 'reject')).toBe('counted');
    expect(await refusal(asAnn('stranger@localhost', 'approve'))).toContain(NOT_ANN);
    await by('stranger@localhost', one.request).signal('approveException', message);

    // Through the operation, which passes it on: who sent it there counts.
    await by('stranger@localhost', one.operation).signal('approveException', message);
    expect(
      await refusal(
        by('stranger@localhost', one.operation).executeUpdate('decideException', { args: [{ ...message, decision: 'approve' }] }),
      ),
    ).toContain(NOT_ANN);
    await by('ann@localhost', one.operation).signal('rejectException', message);
    await asking.until(one.operation, 'hears', ({ notes }) => notes.join().includes('reject of ann@localhost counts'));

    // As if the operation had passed on what ann has sent there.
    const { firstExecutionRunId: runId } = (await one.operation.describe()).raw.workflowExecutionInfo as { firstExecutionRunId?: string };
    const via = {
      workflowId: one.operation.workflowId,
      runId: runId || (await one.operation.describe()).runId,
      name: 'rejectException',
      nth: 0,
    };
    for (const name of ['rejectException', 'approveException'])
      await by('stranger@localhost', one.request).signal('approveException', { ...message, via: { ...via, name } });
    // The operation overwrites where a message says that it comes from.
    await by('stranger@localhost', one.operation).signal('approveException', { ...message, via });
    const { standing, refused } = await asking.until(one.request, 'explains all', (status) => status.refused.length === 8);
    expect(refused.every((why) => why.includes(NOT_ANN))).toBe(true);
    expect(standing).toMatchObject({ approvals: 0, votes: [{ by: 'ann@localhost', decision: 'reject' }] });

    // By their own names, over both ways.
    await by('ann@localhost', one.operation).signal('approveException', message);
    await asking.until(one.request, 'counts', (status) => status.standing?.approvals === 1);
    expect(await decide({ ...one, request: by('ben@localhost', one.request) }, 'ben@localhost')).toBe('counted');
    expect(await refusal(decide({ ...one, request: by('ben@localhost', one.request) }, 'cleo@localhost'))).toContain('not sent by cleo');
    expect(await decide({ ...one, request: by('cleo@localhost', one.request) }, 'cleo@localhost')).toBe('granted');
    expect(await outcomeOf(one.operation)).toMatchObject({ ended: 'registered' });
    const [record] = await asking.world.catalog.exceptions.list(one.product.line, REGISTRY);
    expect(record?.votes?.map(({ by: who, verifiedBy }) => [who, verifiedBy])).toEqual(
      ['ann', 'ben', 'cleo'].map((who) => [`${who}@localhost`, 'identity']),
    );
  });

  it('text that cannot be written down is refused, instead of being tried for ever', async () => {
    const { operation } = await begin('dev@localhost', 'plain4', 'dev@localhost', { reason: 'half a pair: \ud83e' });
    expect(await outcomeOf(operation)).toMatchObject({ ended: 'InvalidInput', message: expect.stringContaining('no text of Unicode') });
    const one = await ask('single9');
    const asAnn = { ...one, request: by('ann@localhost', one.request) };
    for (const more of [{ comment: '\ud83e' }, { until: '\udd8a' }, { comment: 'fine', ticket: '\ud83e' }])
      expect(await refusal(decide(asAnn, 'ann@localhost', 'approve', more))).toContain('no text of Unicode');
    expect(await decide(asAnn, 'ann@localhost', 'approve', { comment: '🦊' })).toBe('granted');
    expect(await outcomeOf(one.operation)).toMatchObject({ ended: 'registered' });
  });

  it('a request is taken back by who has asked, and by nobody in his name', async () => {
    const one = await ask('single8');
    await by('stranger@localhost', one.request).signal('withdrawRequest', { by: 'dev@localhost' });
    await by('stranger@localhost', one.operation).signal('withdrawRequest', { by: 'dev@localhost' });
    await by('ann@localhost', one.request).signal('withdrawRequest', { by: 'ann@localhost' });
    const { refused } = await asking.until(one.request, 'explains all', (status) => status.refused.length === 3);
    expect(refused.join('\n')).toContain('the message was not sent by dev@localhost');
    expect(refused.join('\n')).toContain('only the requester can take it back');
    await by('dev@localhost', one.operation).signal('withdrawRequest', { by: 'dev@localhost' });
    expect(await outcomeOf(one.operation)).toMatchObject({ ended: 'ExceptionWithdrawn' });
  });
});
