import type { Browser, Page } from 'playwright-core';
import { eventually } from './eventually.js';

/** A run of the example takes half a minute beside other tests. */
const SHOWN_MS = 90_000;

/** A person's hands in the Temporal UI (2.54): what is clicked and typed, by the words on the screen. */
export class UiPages {
  private constructor(
    private readonly page: Page,
    private readonly base: string,
  ) {}

  /** @param base of links into the Temporal UI, with the namespace */
  static async open(browser: Browser, base: string): Promise<UiPages> {
    return new UiPages(await browser.newPage({ viewport: { width: 1280, height: 1180 } }), base);
  }

  goto(path: string): Promise<unknown> {
    return this.page.goto(path.startsWith('http') ? path : `${this.base}/${path}`);
  }

  /** Tells the browser where payloads are decrypted. @param look done before it is applied */
  async useCodecServer(endpoint: string, look?: () => Promise<void>): Promise<void> {
    await this.page.getByRole('button', { name: 'Configure Codec Server' }).click();
    await this.dialog.getByText('Use my browser setting').click();
    await this.dialog.getByRole('textbox').first().fill(endpoint);
    await look?.();
    await this.dialog.getByTestId('confirm-modal-button').click();
    await this.dialog.waitFor({ state: 'hidden' });
  }

  /** What the form has filled in by itself. */
  async form(): Promise<{ workflowId: string; taskQueue: string; workflowType: string }> {
    await this.page.getByText('Task Queue is Active').waitFor();
    const [workflowId, taskQueue, workflowType] = await Promise.all(
      ['workflowId', 'taskQueue', 'workflowType'].map((name) => this.page.locator(`#${name}`).inputValue()),
    );
    return { workflowId: workflowId!, taskQueue: taskQueue!, workflowType: workflowType! };
  }

  /** Fills the input into the form that is open. */
  fillIn(input: string): Promise<void> {
    return this.write(this.page.locator('main'), input);
  }

  start(): Promise<void> {
    return this.sends(/\/workflows\/[^/]+$/, this.page.getByTestId('start-workflow-button').last());
  }

  /** Opens a run by its link, and there the page that Steward writes. Returns its text once it holds `such`. */
  async details(workflowId: string, such: string): Promise<string> {
    await this.goto(`workflows/${encodeURIComponent(workflowId)}`);
    await this.page.getByTestId('user-metadata-tab').click();
    // The page reads the details once, and again at the key that it names.
    return eventually(
      async () => {
        const text = await this.text();
        if (text.includes(such)) return text;
        await this.page.keyboard.press('r');
        return undefined;
      },
      `the page of ${workflowId} tells "${such}"`,
      SHOWN_MS,
    );
  }

  /** @param look done before it is sent */
  async signal(name: string, input: string, look?: () => Promise<void>): Promise<void> {
    await this.act('Send a Signal');
    await this.dialog.getByTestId('signal-select-button').click();
    await this.dialog.getByRole('option', { name: new RegExp(`^${name}`) }).click();
    await this.write(this.dialog, input);
    await look?.();
    await this.submit('signal');
  }

  async cancel(): Promise<void> {
    await this.page.getByRole('button', { name: 'Request Cancellation' }).click();
    await this.submit('cancel');
  }

  /** The dialog that is open. */
  get dialog() {
    return this.page.locator('dialog[open], [role=dialog]:visible').last();
  }

  act(item: string): Promise<void> {
    return this.page
      .getByRole('button', { name: 'More Actions' })
      .click()
      .then(() => this.page.getByRole('menuitem', { name: item }).click());
  }

  /** Waits until it can be read. */
  told(text: string): Promise<string> {
    const look = async (): Promise<string | undefined> => {
      const all = await this.text();
      return all.includes(text) ? all : undefined;
    };
    return eventually(look, `the page tells "${text}"`, SHOWN_MS);
  }

  /** All that can be read: Markdown is shown in frames of its own. */
  async text(): Promise<string> {
    const texts = await Promise.all(
      this.page.frames().map((frame) =>
        frame
          .locator('body')
          .innerText()
          .catch(() => ''),
      ),
    );
    return texts.join('\n');
  }

  async picture(path: string): Promise<void> {
    await this.page.screenshot({ path, animations: 'disabled' });
  }

  private async write(where: ReturnType<Page['locator']>, input: string): Promise<void> {
    await where.getByRole('textbox', { name: 'Data' }).click();
    // The form has filled in the input of the newest run of the same id, if there is one.
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.insertText(input);
    // The editor lays the JSON out anew when it is left, and moves what is below it.
    await this.page.keyboard.press('Tab');
  }

  private submit(what: 'signal' | 'cancel'): Promise<void> {
    return this.sends(new RegExp(`/workflows/[^/]+/${what}`), this.dialog.getByTestId('confirm-modal-button'));
  }

  /** Clicks, and waits until the server has taken it: whoever leaves the page sooner takes it back. */
  private async sends(path: RegExp, button: ReturnType<Page['locator']>): Promise<void> {
    const answered = this.page.waitForResponse(
      (answer) => answer.request().method() === 'POST' && path.test(new URL(answer.url()).pathname),
    );
    await button.click();
    const answer = await answered;
    if (!answer.ok()) throw new Error(`the page has sent ${answer.url()}, and the answer is ${answer.status()}`);
  }
}
