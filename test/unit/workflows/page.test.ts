import { describe, expect, it } from '@jest/globals';
import type { ExceptionRequest, OperationStatus } from '../../../lifecycle/messages.js';
import { nextStart, startLink } from '../../../lifecycle/start-form.js';
import { page } from '../../../workflows/page.js';

const since = '2026-01-02T03:04:05.678Z';
const status = (changes: Partial<OperationStatus> = {}): OperationStatus => ({
  operation: 'deploy',
  product: 'Trips',
  version: '1.0.0',
  environment: 'local',
  state: 'deploying',
  since,
  steps: [],
  awaiting: [],
  refused: [],
  remains: [],
  notes: [],
  ...changes,
});
const request: ExceptionRequest = {
  digest: `sha256:${'abcdef012345'.padEnd(64, '0')}`,
  rule: 'retire-needs-approval',
  message: 'Trips would be retired',
  line: 'urn:trips',
  environment: 'local',
  evidence: ['topic trips'],
  requestedBy: 'ann',
  approvers: ['platform'],
  deadline: '2026-02-01T00:00:00.000Z',
  expiresAt: '2026-03-01T00:00:00.000Z',
};
/** JSON that the page shows to be pasted. */
const pasted = (text: string): unknown => JSON.parse(/```json\n([^`]+)\n```/.exec(text)![1]!);

describe('the page of an operation', () => {
  it('says in one line what is done to what, where and since when', () => {
    expect(page(status())).toBe(`**deploy Trips 1.0.0** in \`local\`: deploying (since 2026-01-02 03:04:05Z)`);
  });

  it('shows the steps as a table that a bar or a line break in a text does not tear', () => {
    const steps = [{ id: 'a', title: 'a|b', executor: 'terraform', state: 'failed' as const, since, note: 'one\n  two | three' }];
    const row = page(status({ steps })).split('\n').at(-1)!;
    expect(row).toBe(`| a\\|b | terraform | failed | 2026-01-02 03:04:05Z | one two \\| three |`);
  });

  it('links from a step to what it has made, where the address is one', () => {
    const pages = [
      { title: 'trip_status', url: 'http://flink:8081/#/job/running/1/overview' },
      { title: 'odd', url: 'javascript:alert(1)' },
    ];
    const steps = [{ id: 'a', title: 'deploy', executor: 'flink-sql', state: 'done' as const, since, note: 'n', pages }];
    const row = page(status({ steps })).split('\n').at(-1)!;
    expect(row).toBe(
      '| deploy | flink-sql | done | 2026-01-02 03:04:05Z | n [trip_status](http://flink:8081/#/job/running/1/overview) odd |',
    );
  });

  it('gives the very JSON that approves, with the short name of the exception', () => {
    const text = page(status({ awaiting: [request] }));
    expect(pasted(text)).toEqual({ exception: 'abcdef012345', approver: 'YOU', comment: 'WHY' });
    expect(text).toContain('not by ann');
    expect(text).toContain('approveException');
  });

  it('tells why it is asked, who decides in which order, who is asked later, and how long a grant holds', () => {
    const terms: ExceptionRequest = {
      ...request,
      reason: 'a new\nlaw',
      ticket: 'T-1',
      requestedAt: since,
      stages: [
        { roles: ['owners', 'platform'], approvals: 2, rejections: 1 },
        { roles: ['security'], approvals: 1, rejections: 1 },
      ],
      escalation: { at: '2026-01-20T00:00:00.000Z', groups: ['board'] },
      validForMs: 7 * 86_400_000,
    };
    const text = page(status({ awaiting: [terms] }));
    expect(text).toContain(`Asked by ann at 2026-01-02 03:04:05Z: a new law (ticket T-1).`);
    expect(text).toContain('may be decided by: 2 of owners, platform; then by: security; not by ann.');
    expect(text).toContain('From 2026-01-20 00:00:00Z on also by: board.');
    expect(text).toContain('A grant holds for 7 days at most: given at once, until 2026-03-01 00:00:00Z.');
    const late = { ...terms, escalation: { at: terms.deadline, groups: ['board'] } };
    expect(page(status({ awaiting: [late] }))).not.toContain('board');
    expect(page(status({ awaiting: [{ ...terms, validForMs: 90 * 60_000 }] }))).toContain('for 90 minutes at most');
  });

  it('of a request shows how far it is decided, by whom and for whom', () => {
    const standing = {
      stage: 0,
      stages: 2,
      roles: ['owners', 'board'],
      approvals: 1,
      wanted: 2,
      votes: [
        { by: 'ben', seat: 'cem', decision: 'approve' as const, stage: 0 },
        { by: 'dua', seat: 'dua', decision: 'reject' as const, stage: 0 },
      ],
    };
    const text = page(status({ operation: 'exception', awaiting: [request], standing }));
    expect(text).toContain('stage 1 of 2 may be decided by: owners, board (1 of 2 approvals so far); not by ann.');
    expect(text).toContain(
      '\n\n| stage | who | for | says |  |\n|---|---|---|---|---|\n| 1 | ben | cem | approve |  |\n| 1 | dua |  | reject |  |\n',
    );
    expect(page(status({ awaiting: [request], standing: { ...standing, stages: 1 } }))).toContain('; may be decided by: owners, board (1');
  });

  it('gives the JSON of every other answer, too', () => {
    const all = (text: string): unknown[] => [...text.matchAll(/```json\n([^`]+)\n```/g)].map(([, message]) => JSON.parse(message!));
    expect(all(page(status({ awaiting: [request] })))).toEqual([
      { exception: 'abcdef012345', approver: 'YOU', comment: 'WHY' },
      { exception: 'abcdef012345', approver: 'YOU', to: 'WHO' },
      { by: 'YOU', reason: 'WHY' },
    ]);
    const granted = { digest: request.digest, decision: 'granted' as const, by: 'ben', comment: 'once', expiresAt: request.expiresAt };
    const text = page(status({ operation: 'exception', granted }));
    expect(text).toContain('**Granted** by ben until 2026-03-01 00:00:00Z: once');
    expect(all(text)).toEqual([{ exception: 'abcdef012345', by: 'YOU', reason: 'WHY', ticket: 'IF ANY' }]);
    const twice = page(status({ operation: 'exception', granted, awaiting: [request] }));
    expect(twice).toContain(': once; asked once more');
    expect(all(twice)).toHaveLength(3);
  });

  it('lists what remains and the JSON that resolves it', () => {
    const remains = [{ step: 'a', address: 'topic trips', reason: 'holds 3 records', action: 'decide' }];
    const text = page(status({ remains }));
    expect(text).toContain('| a | topic trips | holds 3 records | decide |');
    expect(pasted(text)).toMatchObject({ step: 'a', action: 'retry' });
  });

  it('tells what was not obeyed, and notes', () => {
    const text = page(status({ refused: ['approve of ann: the requester may not decide'], notes: ['late metadata'] }));
    expect(text).toContain('- approve of ann: the requester may not decide');
    expect(text).toContain('- late metadata');
  });

  it('tells at the end what failed and how it ended, or what may be started next, ready to be pasted', () => {
    const failure = { type: 'JobFailed', message: 'Trips, local: no. Right is {"a":"b"}. Nothing was changed.' };
    expect(page(status({ ending: { failure } }))).toContain(
      '**Ended as `JobFailed`.** Trips, local: no. Right is `{"a":"b"}`. Nothing was changed.',
    );
    const form = nextStart('register', 'registered', { line: 'urn:trips', version: '1.0.0' })!;
    const next = { ...form, link: startLink('http://ui/namespaces/one', form) };
    const text = page(status({ ending: { next } }));
    expect(pasted(text)).toEqual({ product: 'urn:trips', version: '1.0.0', environment: 'ENVIRONMENT', requestedBy: 'YOU' });
    expect(text).toContain(
      '[start `deployDataProduct`](http://ui/namespaces/one/workflows/start-workflow?taskQueue=steward&workflowType=deployDataProduct&workflowId=deploy%3AENVIRONMENT%3Aurn%3Atrips)',
    );
  });

  it('says how to sign where a claimed name does not count', () => {
    const text = page(status({ awaiting: [{ ...request, isSigned: true }] }));
    expect(text).toContain('steward approve abcdef012345 --as YOU --key FILE');
    expect(text).toContain('`approveException`');
    expect(text).not.toContain('```json');
    const form = nextStart('deploy', 'deployed', { line: 'urn:trips', version: '1.0.0', environment: 'prod' })!;
    const next = { ...form, link: startLink('http://ui/namespaces/one', form), isSigned: true };
    expect(page(status({ ending: { next } }))).toContain('`steward inspect ... --print`');
  });

  it('links to the page of a request, from everywhere but there', () => {
    const open = status({ awaiting: [request], uiUrl: 'http://ui/namespaces/one' });
    const link = "[the request's own page](http://ui/namespaces/one/workflows/exception%3Alocal%3Aurn%3Atrips%3Aabcdef012345)";
    expect(page(open)).toContain(link);
    const standing = { stage: 0, stages: 1, roles: ['platform'], approvals: 0, wanted: 1, votes: [] };
    expect(page({ ...open, standing })).not.toContain(link);
  });

  it('makes no link, picture or code of what people write, and keeps the lines of a message', () => {
    const evil = '[approve](http://evil) ![x](http://evil/x.png) <http://evil> `a';
    const texts = { message: evil, evidence: [evil], reason: evil, ticket: evil, requestedBy: evil };
    const text = page(status({ product: evil, awaiting: [{ ...request, ...texts }], notes: [evil], refused: [evil] }));
    expect(text).toContain('\\[approve\\](http://evil)');
    expect(text).not.toMatch(/(?<!\\)\[(approve|x)(?<!\\)\]|(?<!\\)<http/);
    // Nor by what escapes what escapes, or ends the code of what looks like JSON.
    for (const more of ['\\[approve\\](http://evil)', '{"a`[x](http://evil)`"}']) {
      const shown = page(status({ environment: more, state: more, notes: [more] }));
      expect(shown).not.toMatch(/(?<!\\)(\\\\)*\[(approve|x)(\\\\)*\]\(|(?<!\\)`\[x/);
    }
    const failure = { type: 'InvalidDescriptor', message: 'R1 /a: no [x]\nR2 /b: no' };
    expect(page(status({ ending: { failure } }))).toContain('**Ended as `InvalidDescriptor`.** R1 /a: no \\[x\\]\n\n- R2 /b: no');
  });

  it('holds no HTML', () => {
    expect(page(status({ awaiting: [request], notes: ['x'] }))).not.toMatch(/<\w+/);
  });
});
