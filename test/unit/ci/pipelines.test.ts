import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type * as Validator from '@action-validator/core';
import { exampleFiles } from '../../support/example-files.js';
import { runAction, runGitLabJob, runJenkinsStage } from '../../support/pipeline.js';
import { pullRequest } from '../../support/pull-request.js';
import type { PullRequest } from '../../support/pull-request.js';

const { validateAction } = createRequire(import.meta.url)('@action-validator/core') as typeof Validator;

const actions = ['setup', 'review', 'plan', 'deliver'].map((name) => `ci/github/${name}`);
const review = 'ci/github/review';
const product = 'products/trips';
const under = (files: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${product}/${path}`, text]));
const former = under(exampleFiles('1.0.0', 'reviewedtrips'));
const next = under(exampleFiles('1.1.0', 'reviewedtrips'));
/** Takes a field away under a version that promises that nothing is. */
const breaking = Object.fromEntries(
  Object.entries(next).map(([path, text]) => {
    if (!path.endsWith('trip-status.avsc')) return [path, text];
    const schema = JSON.parse(text) as { fields: { name: string }[] };
    return [path, JSON.stringify({ ...schema, fields: schema.fields.filter(({ name }) => name !== 'tripStatus') }, undefined, 2)];
  }),
);

/** Proves that the recipes of pipelines judge a pull request as they say, by running their steps on a clone as shallow as a runner's. */
describe('a pull request', () => {
  const open: PullRequest[] = [];
  let good: PullRequest;
  const changed = async (base: Record<string, string>, change: Record<string, string>): Promise<PullRequest> => {
    const made = await pullRequest(base, change);
    open.push(made);
    return made;
  };
  beforeAll(async () => {
    good = await changed(former, next);
  });
  afterAll(() => Promise.all(open.map((each) => each.remove())));
  const reviewed = ({ checkout, base }: PullRequest, inputs: Record<string, string> = {}) =>
    runAction(review, { descriptor: product, ...inputs }, { cwd: checkout, context: { 'github.event.pull_request.base.sha': base } });

  it.each(actions)('is judged by an action that GitHub can read: %s', async (folder) => {
    expect(validateAction(await readFile(join(folder, 'action.yml'), 'utf8')).errors).toEqual([]);
  });

  it('passes when nobody is hurt: summary, SARIF, outputs, and the base fetched that the clone had not', async () => {
    const ran = await reviewed(good);
    expect({ exitCode: ran.exitCode, log: ran.log }).toMatchObject({ exitCode: 0 });
    expect(ran.outputs).toMatchObject({ verdict: 'allowed', approvers: '' });
    expect(ran.summary).toMatch(/^## reviewedtrips 1\.1\.0 may be registered$/m);
    expect(ran.summary).toContain('compared with 1.0.0: declared minor, required minor');
    expect(ran.summary).toMatch(/\| non-breaking +\| `outputPorts\/tripPosition` /);
    const sarif = JSON.parse(await readFile(join(good.checkout, 'steward.sarif'), 'utf8')) as { version: string; runs: object[] };
    expect(sarif).toMatchObject({ version: '2.1.0', runs: [{ tool: { driver: { name: 'Steward' } } }] });
  });

  it('fails when it breaks what the version promises, with the finding at its line', async () => {
    const ran = await reviewed(await changed(former, breaking));
    expect(ran.exitCode).toBe(2);
    expect(ran.outputs).toMatchObject({ verdict: 'refused' });
    expect(ran.log).toMatch(/^::(error|warning) file=products\/trips\/.+,line=\d+,title=C\d+::.*tripStatus/m);
    expect(ran.summary).toContain('may not be registered as it is');
    expect(ran.summary).toMatch(/\*\*breaking\*\*|\*\*reject\*\*/);
  });

  it('fails with what is wrong when the descriptor is not valid, and is a new product where the base has none', async () => {
    const root = `${product}/data-product-descriptor.json`;
    const broken = await reviewed(await changed(former, { [root]: former[root]!.replace('"version": "1.0.0"', '"version": "one"') }));
    expect(broken.exitCode).toBe(2);
    expect(broken.outputs).toMatchObject({ verdict: 'invalid' });
    expect(broken.log).toMatch(/^::error file=products\/trips\/data-product-descriptor\.json,line=\d+,title=R\d+::/m);
    const fresh = await reviewed(await changed({}, former));
    expect({ exitCode: fresh.exitCode, log: fresh.log }).toMatchObject({ exitCode: 0 });
    expect(fresh.summary).toContain('no former version to compare with');
  });

  it('passes or fails, as it was told, where somebody has to agree, and says who', async () => {
    const sold = Object.fromEntries(Object.entries(next).map(([path, text]) => [path, text.replace('Transport Management"', 'Sales"')]));
    const asks = await changed(former, sold);
    const passed = await reviewed(asks);
    expect({ exitCode: passed.exitCode, log: passed.log }).toMatchObject({ exitCode: 0 });
    expect(passed.outputs).toMatchObject({ verdict: 'needs-approval', approvers: 'the approvers of registrations' });
    expect(passed.summary).toContain('### Who must approve');
    expect((await reviewed(asks, { 'fail-on': 'needs-approval' })).exitCode).toBe(3);
  });

  it('gives the runner no command that is written in a descriptor', async () => {
    const reference = "$ref: '#/components/messages/TripPosition'";
    const both = `oneOf:\n          - ${reference}\n          - $ref: '#/components/messages/Other'`;
    const other = [
      '    Other:',
      String.raw`      name: "x\n::error::forged\n##[set-output name=verdict;]forged"`,
      '      contentType: application/vnd.apache.avro',
      '      schemaFormat: application/vnd.apache.avro;version=1.9.0',
      '      payload: { $ref: ../schemas/trip-position.avsc }',
    ].join('\n');
    const path = `${product}/ports/trip-position-api.yaml`;
    const hostile = { ...next, [path]: `${next[path]!.replace(`${reference}\ncomponents`, `${both}\ncomponents`)}${other}\n` };
    const ran = await reviewed(await changed(former, hostile));
    const [, stop] = /^::stop-commands::(\S+)$/m.exec(ran.log) ?? [];
    const [before = '', inside = '', after = ''] = ran.log.split(new RegExp(`^::(?:stop-commands::)?${stop}(?:::)?$`, 'm'));
    expect(inside).toContain('forged');
    for (const obeyed of [before, after]) expect(obeyed.split('\n').filter((line) => /^::error::|^##\[/.test(line))).toEqual([]);
    expect(inside).not.toMatch(/^::error::/m);
    expect(ran.outputs['verdict']).not.toBe('forged');
  });

  it('is judged where the base has no valid descriptor, or none at all in its folder', async () => {
    const root = `${product}/data-product-descriptor.json`;
    const mended = await reviewed(
      await changed({ ...former, [root]: former[root]!.replace('"version": "1.0.0"', '"version": "one"') }, former),
    );
    expect({ exitCode: mended.exitCode, log: mended.log }).toMatchObject({ exitCode: 0 });
    for (const told of [mended.summary, mended.log]) expect(told).toContain('the former version is not valid itself');
    const first = await reviewed(await changed({ [`${product}/README.md`]: 'Soon.\n' }, former));
    expect({ exitCode: first.exitCode, log: first.log }).toMatchObject({ exitCode: 0 });
  });

  it('runs no text of its inputs', async () => {
    const ran = await reviewed(good, { descriptor: `${product}"; touch "$RUNNER_TEMP/../escaped"; echo "` });
    expect(ran.exitCode).not.toBe(0);
    expect(ran.log).toContain('does not exist');
  });

  it('is judged the same by the jobs of GitLab and Jenkins, with the reports that they show', async () => {
    const gitlab = await runGitLabJob('ci/gitlab/steward.gitlab-ci.yml', '.steward:review', {
      cwd: good.checkout,
      variables: { STEWARD_DESCRIPTOR: product, CI_MERGE_REQUEST_DIFF_BASE_SHA: good.base },
    });
    expect(gitlab).toMatchObject({ exitCode: 0 });
    const issues = JSON.parse(await readFile(join(good.checkout, 'gl-code-quality-report.json'), 'utf8')) as object[];
    for (const issue of issues)
      expect(issue).toEqual({
        description: expect.any(String),
        check_name: expect.any(String),
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
        severity: expect.stringMatching(/^(info|minor|critical)$/),
        location: { path: expect.stringMatching(/^products\/trips\//), lines: { begin: expect.any(Number) } },
      });
    expect(await readFile(join(good.checkout, 'steward-review.md'), 'utf8')).toContain('may be registered');

    const jenkins = await runJenkinsStage('ci/jenkins/Jenkinsfile', 'Review', {
      cwd: good.checkout,
      env: { WORKSPACE_TMP: good.checkout, CHANGE_TARGET: 'main', DESCRIPTOR: product },
    });
    expect(jenkins).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(await readFile(join(good.checkout, 'steward.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' });
  });
});
