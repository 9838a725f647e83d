import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { stringify } from 'yaml';
import { createEncryptionKey, encryptingCodec, readEncryptionKey } from '../../encryption/index.js';
import { ENGINE_QUEUE, registerWorkflowId } from '../../lifecycle/ids.js';
import { startLink } from '../../lifecycle/start-form.js';
import { localPeople } from '../../local/steward-config.js';
import { policyOf } from '../support/asking-world.js';
import { isBrowserLeftOut, openBrowser } from '../support/browser.js';
import { codecServerOf } from '../support/codec-server.js';
import { outcomeOf } from '../support/operations.js';
import { smallProduct } from '../support/small-product.js';
import { stackAddresses } from '../support/stack.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld } from '../support/steward-world.js';
import { UiPages } from '../support/ui-pages.js';

const pictures = process.env['STEWARD_PICTURES'];
const isLeftOut = isBrowserLeftOut();

/** Proves in a real browser, where there is one, that people start, read and decide on the pages as ever while Temporal holds nothing that could be read. */
(isLeftOut ? describe.skip : describe)('the pages of the Temporal UI, of a Steward that encrypts', () => {
  let home: string;
  let world: StewardWorld;
  let browser: Browser;
  let ui: UiPages;
  let endpoint: string;
  let base: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'steward-browser-encryption-'));
    const key = createEncryptionKey();
    await writeFile(join(home, 'key'), key, { mode: 0o600 });
    await writeFile(join(home, 'asked.yaml'), stringify(policyOf('asked', { roles: ['platform'], expiresAfter: '1 day' })));
    world = await openWorld({}, [encryptingCodec({ current: readEncryptionKey(key), former: [] })]);
    Object.assign(world.options, {
      policies: { folder: home },
      encryption: { key: `file:${join(home, 'key')}`, codecServer: { port: 0, readers: ['everybody'] } },
    });
    const worker = await world.startWorker();
    endpoint = codecServerOf(worker);
    base = `${stackAddresses().temporalUi}/namespaces/${world.namespace}`;
    browser = await openBrowser();
    ui = await UiPages.open(browser, base);
  });
  afterAll(async () => {
    await browser?.close();
    await world.close();
    await rm(home, { recursive: true });
  });

  const start = async (name: string, input: object = {}): Promise<string> => {
    const { line, version, files } = smallProduct(world, name, {});
    const workflowId = registerWorkflowId(line, version);
    const bundle = await world.uploadFiles(files);
    await ui.goto(startLink(base, { workflowType: 'registerDataProduct', workflowId, taskQueue: ENGINE_QUEUE }));
    await ui.fillIn(JSON.stringify({ bundle, requestedBy: localPeople.developer, ...input }));
    await ui.start();
    return workflowId;
  };
  const encodingsOf = async (workflowId: string): Promise<string[]> => {
    const { events } = await world.client.workflow.getHandle(workflowId).fetchHistory();
    const [started, ...rest] = events!;
    const inputs = [
      started!.workflowExecutionStartedEventAttributes,
      ...rest.map((event) => event.workflowExecutionSignaledEventAttributes),
    ];
    return inputs
      .flatMap((attributes) => attributes?.input?.payloads ?? [])
      .map(({ metadata }) => Buffer.from(metadata!['encoding']!).toString());
  };

  it('show nothing to a person without the codec server, and everything with it', async () => {
    const product = smallProduct(world, 'plain', {});
    const id = registerWorkflowId(product.line, product.version);
    const bundle = await world.uploadFiles(product.files);
    await (await world.start('registerDataProduct', id, { bundle, requestedBy: localPeople.developer })).result();
    await ui.goto(`workflows/${encodeURIComponent(id)}`);
    await ui.told(id);
    expect(await ui.text()).not.toContain(bundle);
    await ui.useCodecServer(endpoint, async () => {
      if (pictures) await ui.picture(join(pictures, 'codec-server.png'));
    });
    const page = await ui.details(id, 'Next');
    expect(page).toContain('registered');
  });

  it('send what a person types encrypted, and show what waits, what was decided and why it failed', async () => {
    const id = await start('asked');
    const waiting = await ui.details(id, 'Waiting for a decision');
    const { exception } = JSON.parse(/\{\s*"exception"[^}]*\}/.exec(waiting)![0]) as { exception: string };
    await ui.signal('rejectException', JSON.stringify({ exception, approver: localPeople.approver, comment: 'because of the merger' }));
    expect(await ui.details(id, 'Ended as')).toContain('because of the merger');
    expect(await outcomeOf(world.client.workflow.getHandle(id))).toMatchObject({ ended: 'ExceptionRejected' });
    expect([...new Set(await encodingsOf(id))]).toEqual(['binary/encrypted']);
  });

  it('tell of a mistake in the input as ever', async () => {
    const id = await start('mistaken', { requestedby: 'x' });
    const page = await ui.details(id, 'Ended as');
    expect(page).toMatch(/requestedby.*requestedBy/s);
  });
});
