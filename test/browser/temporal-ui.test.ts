import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { views } from '../../client/views.js';
import { operationWorkflowId, registerWorkflowId } from '../../lifecycle/ids.js';
import { startForm, startLink } from '../../lifecycle/start-form.js';
import { localPeople } from '../../local/steward-config.js';
import { openBrowser } from '../support/browser.js';
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

/** Proves in a real browser that a person starts, approves, rejects, cancels and finds out why something failed from the pages alone. */
describe('the pages of the Temporal UI', () => {
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
  const open = (workflowId: string): Promise<unknown> =>
    ui.goto(startLink(base, startForm('deploy', line, 'local', {})).replace(encodeURIComponent(deployId), encodeURIComponent(workflowId)));
  const deploy = async (text: string): Promise<void> => {
    await open(deployId);
    await ui.fillIn(text);
    await ui.start();
  };
  /** The JSON that the page shows to be sent. */
  const pasted = (text: string): string =>
    /\{"exception":.*?\}/s.exec(text)![0].replace('YOU', localPeople.approver).replace('WHY', 'looked at');

  it('lead from a registration to the form of a deployment, filled in but for the input', async () => {
    const bundle = await world.uploadFiles(exampleFiles('1.0.0', name));
    const registration = await world.start('registerDataProduct', registerWorkflowId(line, '1.0.0'), {
      bundle,
      requestedBy: localPeople.developer,
    });
    await registration.result();
    const text = await ui.details(registration.workflowId, 'Next');
    expect(text).toContain(`"product":"${line}"`);
    await open(deployId);
    expect(await ui.form()).toEqual({ workflowId: deployId, taskQueue: 'steward', workflowType: 'deployDataProduct' });
  });

  it('let a person start a deploy, see what it waits for, approve it with the JSON shown, and see it finish', async () => {
    await deploy(input());
    const waiting = await ui.details(deployId, 'Waiting for a decision');
    expect(waiting).toContain('A deployment creates what others will rely on.');
    await ui.signal('approveException', pasted(waiting));
    const done = await ui.details(deployId, 'deployed');
    expect(done).toContain('inspectDataProduct');
  });
});
