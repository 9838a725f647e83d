import { describe, expect, it } from '@jest/globals';
import { annotationsOf, codeQualityOf, operationSummary, reportedOf, reviewSummary, sarifOf } from '../../../../client/reports/index.js';
import { markdownOf, paragraph, table } from '../../../../client/reports/markdown.js';
import type { Review } from '../../../../client/review.js';
import type { OperationStatus } from '../../../../lifecycle/messages.js';

const hostile = 'a | b\n# <img src=x> [click](https://elsewhere.test) `x` *y*';
const review: Review = {
  verdict: 'needs-approval',
  root: 'data-product-descriptor.json',
  product: { name: 'trips', fqn: 'urn:dpds:org.test:dataproducts:trips:1', version: '1.1.0' },
  findings: [
    { rule: 'R16', severity: 'warning', pointer: '/info', message: hostile, hint: 'Write it otherwise.', file: 'ports/a b.json', line: 7 },
    { rule: 'R7', severity: 'info', pointer: '', message: 'the usual name is another' },
  ],
  comparison: {
    verdict: 'needs-approval',
    declaredBump: 'minor',
    requiredBump: 'minor',
    against: '1.0.0',
    findings: [
      { rule: 'C9', variant: 'x', class: 'non-breaking', bump: 'minor', message: 'a field came', part: 'outputPorts/out' },
      {
        rule: 'C5',
        variant: 'x',
        class: 'needs-approval',
        bump: 'none',
        message: 'the domain is another',
        before: 'A',
        after: 'B',
        line: 3,
        file: 'x.json',
      },
    ],
  },
  policies: {
    count: 2,
    digest: `sha256:${'0'.repeat(64)}`,
    findings: [
      {
        rule: 'policy/ask',
        severity: 'error',
        pointer: '',
        message: 'somebody has to agree',
        policy: 'ask',
        policyDigest: `sha256:${'1'.repeat(64)}`,
        blocking: true,
        evidence: null,
        exception: { roles: ['owners'], expiresAfter: '1 day' },
      },
    ],
  },
  approvers: ['owners'],
};
const reported = reportedOf(review, 'products/trips');
const root = 'products/trips/data-product-descriptor.json';

/** Proves that reports say what was found where, the worst first, and that no text of a descriptor is taken for markup or a command. */
describe('reports of a review', () => {
  it('hold what people have to look at: rules, differences that hurt, policies', () => {
    expect(reported.map(({ of, rule, level, file, line }) => ({ of, rule, level, file, line }))).toEqual([
      { of: 'descriptor', rule: 'R16', level: 'warning', file: 'products/trips/ports/a b.json', line: 7 },
      { of: 'change', rule: 'C5', level: 'warning', file: 'products/trips/x.json', line: 3 },
      { of: 'policy', rule: 'policy/ask', level: 'warning', file: undefined, line: undefined },
      { of: 'descriptor', rule: 'R7', level: 'note', file: undefined, line: undefined },
    ]);
  });

  it('are Markdown with the decision first, in which nothing of the descriptor is markup', () => {
    const text = reviewSummary(review, reported, root);
    expect(text.startsWith('## trips 1.1.0 may be registered once somebody agrees\n')).toBe(true);
    expect(text).toContain('**owners** will be asked when it is registered.');
    expect(text).toContain('### What changes: 1 needs-approval, 1 non-breaking');
    expect(text).not.toMatch(/^# /m);
    expect(text).not.toMatch(/(?<!\\)<img/);
    expect(text).not.toMatch(/(?<!\\)\[click/);
    const row = text.split('\n').find((line) => line.includes('R16'))!;
    expect(row.replaceAll('\\|', '').match(/\|/g)).toHaveLength(6);
  });

  it('are SARIF with places from the root of the repository; what has none stands at the descriptor', () => {
    const { runs } = sarifOf(reported, { root, version: '1.2.3' });
    const [run] = runs;
    expect(run?.tool.driver).toMatchObject({
      semanticVersion: '1.2.3',
      rules: [{ id: 'R16' }, { id: 'C5' }, { id: 'policy/ask' }, { id: 'R7' }],
    });
    expect(
      run?.results?.map(({ ruleIndex, level, locations }) => [ruleIndex, level, locations?.[0]?.physicalLocation?.artifactLocation?.uri]),
    ).toEqual([
      [0, 'warning', 'products/trips/ports/a%20b.json'],
      [1, 'warning', 'products/trips/x.json'],
      [2, 'warning', root],
      [3, 'note', root],
    ]);
  });

  it('are code quality issues that are known again when their lines move', () => {
    const [first] = codeQualityOf(reported, { root });
    const moved = reported.map((finding) => ({ ...finding, ...(finding.line !== undefined && { line: finding.line + 10 }) }));
    const [again] = codeQualityOf(moved, { root });
    expect(again?.location.lines.begin).toBe(17);
    expect(again?.fingerprint).toBe(first?.fingerprint);
    // Those that say the same are told apart, too.
    const twice = [...reported, ...reported];
    expect(new Set(codeQualityOf(twice, { root }).map(({ fingerprint }) => fingerprint)).size).toBe(twice.length);
  });

  it('are workflow commands, each on one line, whatever the finding holds', () => {
    const lines = annotationsOf([{ ...reported[0]!, message: '100%\n::add-mask::x', file: 'a,b:c.json' }], { root });
    expect(lines).toEqual(['::warning file=a%2Cb%3Ac.json,line=7,title=R16::100%25%0A::add-mask::x%0AWrite it otherwise.']);
  });

  it('cut long lists, and say so', () => {
    const text = markdownOf(
      table(
        ['n'],
        Array.from({ length: 130 }, (_, index) => [`row ${index}`]),
      ),
    );
    expect(text).toContain('row 99');
    expect(text).not.toContain('row 100');
    expect(text).toContain('and 30 more');
    expect(markdownOf([paragraph('1. no list')])).not.toMatch(/^1\. /);
  });
});

const status: OperationStatus = {
  operation: 'deploy',
  product: 'trips',
  version: '1.0.0',
  environment: 'prod',
  state: 'waiting for approval',
  since: '2026-01-01T00:00:00.000Z',
  steps: [{ id: 's', title: 'register schema of out', executor: 'schema-registry', state: 'waiting' }],
  awaiting: [
    {
      digest: `sha256:${'ab'.repeat(32)}`,
      rule: 'policy/ask',
      message: 'data is lost',
      line: 'trips',
      environment: 'prod',
      evidence: [],
      requestedBy: 'ann',
      approvers: ['owners'],
      deadline: '2026-01-02T00:00:00.000Z',
      expiresAt: '2026-02-02T00:00:00.000Z',
    },
  ],
  refused: [],
  remains: [{ step: 's', address: 'topic x', reason: 'it has records', action: 'Delete it.' }],
  notes: [],
};
const began = Date.now();

/** Proves that the summary of an operation says how it ended, or what it waits for, and what is to be done. */
describe('the summary of an operation', () => {
  it('says whom a detached one waits for, with the command that answers', () => {
    const text = operationSummary('deploy trips 1.0.0 in prod', { link: 'https://ui.test/x', began, status, text: 'detached' });
    expect(text).toMatch(/^## deploy trips 1\.0\.0 in prod: waiting for approval\n/);
    expect(text).toContain('[the run in the Temporal UI](https://ui.test/x)');
    expect(text).toContain('by owners until 2026-01-02');
    expect(text).toContain('`steward approve abababababab`');
  });

  it('says why one was not done, what remains and what comes next', () => {
    const ending = { type: 'CompensationIncomplete', message: 'not everything could be undone', exit: 9, next: 'See to what is listed.' };
    const text = operationSummary('deploy trips', { link: 'https://ui.test/x', began, status, ending });
    expect(text).toMatch(/: not done \(CompensationIncomplete\)\n/);
    expect(text).toContain('**Next**: See to what is listed.');
    expect(text).toMatch(/\| s +\| `topic x` \| it has records \| Delete it\. \|/);
  });
});
