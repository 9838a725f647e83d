import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createKey } from '../../identity/index.js';
import { commandSettings } from '../support/command-line.js';
import { openIssuer } from '../support/oidc-provider.js';
import type { Issuer } from '../support/oidc-provider.js';
import { runAction, runGitLabJob, runJenkinsStage } from '../support/pipeline.js';
import { withFolder } from '../support/product-folder.js';
import { smallProduct } from '../support/small-product.js';
import type { SmallParts, SmallProduct } from '../support/small-product.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld } from '../support/steward-world.js';
import { clearWorld } from '../support/world-snapshot.js';

const MAIN = 'repo:company/products:ref:refs/heads/main';
const RIGHT = 'right-of-the-job';

/**
 * Proves that the job after a merge registers and deploys under its own identity, and that no other job may. Issuer, worker and all below are
 * real; the address where a job of GitHub asks for its token is a stand-in that has the issuer make it.
 */
describe('the job after a merge', () => {
  let world: StewardWorld;
  let issuer: Issuer;
  let settings: Record<string, string>;
  let claims = { sub: MAIN, repository_owner: 'company' };
  const products: SmallProduct[] = [];
  const issued: string[] = [];
  const issue = async (aud: string): Promise<string> => {
    const token = await issuer.issue({ ...claims, aud });
    issued.push(token);
    return token;
  };
  const github = createServer((request, response) => {
    const isAllowed = request.headers.authorization === `Bearer ${RIGHT}`;
    const audience = new URL(request.url!, 'http://localhost').searchParams.get('audience') ?? '';
    void issue(audience).then((value) => response.writeHead(isAllowed ? 200 : 403).end(JSON.stringify({ value })));
  });

  beforeAll(async () => {
    issuer = await openIssuer();
    await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve));
    world = await openWorld();
    const governance = {
      identity: 'statement',
      groups: { builds: [MAIN] },
      starters: [{ operations: ['*'], groups: ['builds'], domains: ['*'] }],
      approvers: ['builds'],
    };
    const waits = { program: '/bin/sleep', arguments: ['60'], effects: 'none', timeoutSeconds: 90 };
    const requires = { repository_owner: ['company'] };
    world.options = {
      environment: { ...governance, commands: { waits } },
      registration: governance,
      identity: {
        signingKey: 'env:STEWARD_SIGNING_KEY',
        // Another issuer, of people, is asked of none of these.
        tokens: [
          { issuer: 'https://login.example.org', audience: 'steward' },
          { issuer: issuer.issuer, audience: 'steward', nameClaim: 'sub', requires },
        ],
        endpoint: { port: 0 },
      },
    };
    const worker = await world.startWorker({ STEWARD_SIGNING_KEY: JSON.stringify(createKey().privateKey) });
    const endpoint = /"url":"(http:[^"]+)"/.exec(worker.log())![1]!;
    settings = { ...commandSettings(world), STEWARD_ENDPOINT: endpoint };
  });
  afterAll(async () => {
    await clearWorld(world, products);
    await world.close();
    await issuer.stop();
    await new Promise((resolve) => github.close(resolve));
  });
  const product = (name: string, parts: SmallParts = {}): SmallProduct => {
    const made = smallProduct(world, name, parts);
    products.push(made);
    return made;
  };
  const delivered = (made: SmallProduct, right = RIGHT, inputs: Record<string, string> = {}, seen?: (log: string) => boolean) =>
    withFolder(made.files, (cwd) =>
      runAction(
        'ci/github/deliver',
        { descriptor: '.', environment: 'local', timeout: '100s', ...inputs },
        {
          cwd,
          ...(seen && { seen }),
          context: { 'github.actor': 'octocat' },
          env: {
            ...settings,
            STEWARD_TOKEN_FROM: 'github',
            ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${(github.address() as AddressInfo).port}/token?api-version=2.0`,
            ACTIONS_ID_TOKEN_REQUEST_TOKEN: right,
            GITHUB_REPOSITORY: 'company/products',
            GITHUB_SHA: '0123456789abcdef',
          },
        },
      ),
    );

  it('delivers with live progress, summary and result, and is known by its token', async () => {
    claims = { sub: MAIN, repository_owner: 'company' };
    const made = product('merged');
    const ran = await delivered(made);
    expect({ exitCode: ran.exitCode, log: ran.log }).toMatchObject({ exitCode: 0 });
    expect(ran.log).toMatch(/✓ register schema of out/);
    expect(JSON.parse(ran.outputs['result']!)).toMatchObject({ registered: { state: 'registered' }, deploy: { state: 'deployed' } });
    expect(ran.summary).toMatch(/^## deploy .* 1\.0\.0 in local: deployed$/m);
    const { record } = (await world.catalog.products.read(made.line))!;
    expect(record.versions['1.0.0']?.registeredBy).toBe(MAIN);
    // A token for each statement: they hold for minutes.
    expect(new Set(issued).size).toBe(2);
    for (const secret of [...issued, RIGHT]) expect(ran.log + ran.summary + JSON.stringify(ran.outputs)).not.toContain(secret);
  });

  it.each([
    ['another branch', { sub: 'repo:company/products:ref:refs/heads/change', repository_owner: 'company' }, RIGHT, 4, 'NotAllowed'],
    ['the repository of somebody else', { sub: MAIN, repository_owner: 'elsewhere' }, RIGHT, 11, 'repository_owner is missing'],
    ['no right to a token', { sub: MAIN, repository_owner: 'company' }, 'none', 11, 'permissions: id-token: write'],
  ])('delivers nothing for %s', async (_, who, right, exit, says) => {
    claims = who;
    const made = product('refused');
    const ran = await delivered(made, right);
    expect(ran.exitCode).toBe(exit);
    expect(ran.log).toContain(says);
    expect(await world.catalog.products.read(made.line)).toBeUndefined();
  });

  it('cancels the operation when the job is cancelled and it was told to', async () => {
    claims = { sub: MAIN, repository_owner: 'company' };
    const made = product('stopped', { command: 'waits' });
    let asked = false;
    const ran = await delivered(made, RIGHT, { 'cancel-on-interrupt': 'true' }, (log) => !asked && (asked = /▸ build app/.test(log)));
    expect(ran.exitCode).toBe(130);
    expect(ran.log).toContain('cancelling: the operation takes back what it did');
    expect(ran.log).toContain('what had been done was undone');
    expect((await world.catalog.environments.read(made.line, 'local'))?.record.operation).toBeUndefined();
  });

  it('delivers in GitLab and Jenkins, whose tokens are variables of the job', async () => {
    claims = { sub: MAIN, repository_owner: 'company' };
    const variables = { ...settings, STEWARD_TOKEN: await issue('steward') };
    await withFolder(product('gitlab').files, async (cwd) => {
      const ran = await runGitLabJob('ci/gitlab/steward.gitlab-ci.yml', '.steward:deliver', {
        cwd,
        variables: { ...variables, STEWARD_DESCRIPTOR: '.', STEWARD_ENVIRONMENT: 'local', CI_PROJECT_PATH: 'a/b', CI_COMMIT_SHA: '0' },
      });
      expect(ran).toMatchObject({ exitCode: 0, log: expect.stringMatching(/^deployed: /m) });
    });
    await withFolder(product('jenkins').files, async (cwd) => {
      const ran = await runJenkinsStage('ci/jenkins/Jenkinsfile', 'Deliver', {
        cwd,
        env: { ...variables, WORKSPACE_TMP: cwd, DESCRIPTOR: '.', ENVIRONMENT: 'local', JOB_NAME: 'job', GIT_COMMIT: '0' },
      });
      expect(ran).toMatchObject({ exitCode: 0, log: expect.stringMatching(/^deployed: /m) });
    });
  });
});
