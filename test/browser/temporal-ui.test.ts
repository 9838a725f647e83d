import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { views } from '../../client/views.js';
import { operationWorkflowId, registerWorkflowId } from '../../lifecycle/ids.js';
import { startForm, startLink } from '../../lifecycle/start-form.js';
import { localPeople } from '../../local/steward-config.js';
import { isBrowserLeftOut, openBrowser } from '../support/browser.js';
import { exampleFiles } from '../support/example-files.js';
import { outcomeOf } from '../support/operations.js';
import { stackAddresses } from '../support/stack.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld } from '../support/steward-world.js';
import { UiPages } from '../support/ui-pages.js';
import { clearWorld } from '../support/world-snapshot.js';

/** Where the pictures of docs/ui.md go, when they are to be made anew (npm run pictures). */
const pictures = process.env['STEWARD_PICTURES'];

/** The platform wants to be asked before anything comes to life. */
const asked = {
  name: 'first-deployments-need-approval',
  version: '1.0.0',
  description: 'Somebody of the platform looks before a product comes to life.',
  owner: 'platform',
  points: ['plan'],
  match: { operations: ['deploy'] },
  severity: 'blocking',
  life: 'enforced',
  exceptions: { roles: [], expiresAfter: '7 days' },
  validations: [{ expression: 'size(changes) == 0', message: 'A deployment creates what others will rely on.' }],
};

/** Of all tests it alone needs a browser; `npm run test:browser` says so where there is none. */
const isLeftOut = isBrowserLeftOut();

/** Proves in a real browser, where there is one, that a person starts, approves, rejects, cancels and finds out why something failed from the pages alone. */
(isLeftOut ? describe.skip : describe)('the pages of the Temporal UI', () => {
  const name = 'trackandtracepages';
  const line = `urn:dpds:com.company-xyz:dataproducts:${name}`;
  const deployId = operationWorkflowId('deploy', 'local', line);
  let world: StewardWorld;
  let browser: Browser;
  let ui: UiPages;
  let base: string;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'steward-browser-'));
    await writeFile(join(folder, 'asked.yaml'), JSON.stringify(asked));
    if (pictures) await mkdir(pictures, { recursive: true });
    world = await openWorld();
    world.options = { policies: { folder } };
    await world.startWorker();
    base = `${stackAddresses().temporalUi}/namespaces/${world.namespace}`;
    browser = await openBrowser();
    ui = await UiPages.open(browser, base);
  });
  afterAll(async () => {
    await browser?.close();
    await clearWorld(world, [{ line }]);
    await world.close();
    await rm(folder, { recursive: true });
  });

  const picture = async (file: string): Promise<void> => {
    if (pictures) await ui.picture(join(pictures, file));
  };
  const input = (more: object = {}): string =>
    JSON.stringify({ product: line, version: '1.0.0', environment: 'local', requestedBy: localPeople.developer, ...more });
  const start = async (workflowId: string, text: string): Promise<void> => {
    await ui.goto(startLink(base, { ...startForm('deploy', line, 'local', {}), workflowId }));
    await ui.fillIn(text);
    await ui.start();
  };
  const ended = async (workflowId: string) => outcomeOf(world.client.workflow.getHandle(workflowId));
  /** What the page shows to be sent, with what only a person knows. */
  const decision = (page: string, comment: string): string =>
    JSON.stringify({ ...(JSON.parse(/\{\s*"exception"[^}]*\}/.exec(page)![0]) as object), approver: localPeople.approver, comment });

  it('lead from a registration to the form of a deployment, filled in but for the input', async () => {
    const bundle = await world.uploadFiles(exampleFiles('1.0.0', name));
    const registration = await world.start('registerDataProduct', registerWorkflowId(line, '1.0.0'), {
      bundle,
      requestedBy: localPeople.developer,
    });
    await registration.result();
    const page = await ui.details(registration.workflowId, 'Next');
    expect(page).toContain('start deployDataProduct with the input');
    await ui.goto(startLink(base, startForm('deploy', line, 'local', {})));
    expect(await ui.form()).toEqual({ workflowId: deployId, taskQueue: 'steward', workflowType: 'deployDataProduct' });
  });

  it('tell a person which field of the input is wrong, and what it may have been meant to be', async () => {
    await start('a mistake', input({ enviroment: 'local', environment: undefined }));
    const page = await ui.details('a mistake', 'Ended as');
    await picture('failed.png');
    expect(page).toContain('Ended as InvalidInput');
    expect(page).toMatch(/enviroment.*environment/s);
  });

  it('show a rejected deployment with who said no, and why', async () => {
    await start(deployId, input());
    await ui.signal('rejectException', decision(await ui.details(deployId, 'Waiting for a decision'), 'not before the review'));
    const page = await ui.details(deployId, 'Ended as');
    expect(page).toContain('Ended as ExceptionRejected');
    expect(page).toContain('not before the review');
    expect(await ended(deployId)).toMatchObject({ ended: 'ExceptionRejected' });
  });

  it('let a person cancel what waits; nothing was changed', async () => {
    await start(deployId, input());
    await ui.details(deployId, 'Waiting for a decision');
    await ui.cancel();
    expect(await ui.details(deployId, 'Ended as')).toContain('nothing was changed');
    expect(await ended(deployId)).toMatchObject({ ended: 'Cancelled' });
  });

  it('let a person start a deploy, see what it waits for, approve it with the JSON shown, and see it finish', async () => {
    await ui.goto(startLink(base, startForm('deploy', line, 'local', {})));
    await ui.form();
    await ui.fillIn(input());
    await picture('start.png');
    await ui.start();
    const waiting = await ui.details(deployId, 'Waiting for a decision');
    await picture('waiting.png');
    expect(waiting).toContain('A deployment creates what others will rely on.');
    await ui.goto(views(base).find(({ name: view }) => view === 'waits for a decision')!.link);
    await ui.told(`exception:local:${line}`);
    await picture('list.png');
    await ui.details(deployId, 'Waiting for a decision');
    await ui.signal('approveException', decision(waiting, 'looked at'), () => picture('approve.png'));
    const done = await ui.details(deployId, 'Next');
    await picture('done.png');
    expect(done).toContain(': deployed (since');
    expect(done).toContain('start inspectDataProduct with the input');
    expect(await ended(deployId)).toMatchObject({ ended: 'deployed' });
  });
});
