import type { Browser, Page } from 'playwright-core';

/** A person's hands in the Temporal UI (2.54): what is clicked and typed, by the words on the screen. */
export class UiPages {
  private constructor(
    private readonly page: Page,
    private readonly base: string,
  ) {}

  /** @param base of links into the Temporal UI, with the namespace */
  static async open(browser: Browser, base: string): Promise<UiPages> {
    return new UiPages(await browser.newPage({ viewport: { width: 1500, height: 1000 } }), base);
  }

  goto(path: string): Promise<unknown> {
    return this.page.goto(path.startsWith('http') ? path : `${this.base}/${path}`);
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

  async start(): Promise<void> {
    await this.page.getByTestId('start-workflow-button').last().click();
    await this.page.getByText('Workflow started', { exact: false }).or(this.page.locator('[role=alert]')).first().waitFor();
  }

  /** Opens a run by its link, and there the page that Steward writes. Returns its text once it holds `such`. */
  async details(workflowId: string, such: string): Promise<string> {
    await this.goto(`workflows/${encodeURIComponent(workflowId)}`);
    await this.page.getByTestId('user-metadata-tab').click();
    const details = this.page.locator('main');
    // The page reads the details once, and again at the key that it names.
    for (;;) {
      const text = await details.innerText();
      if (text.includes(such)) return text;
      await this.page.keyboard.press('r');
      await this.page.waitForResponse((answer) => answer.url().includes('query'), { timeout: 10_000 }).catch(() => undefined);
    }
  }

  async signal(name: string, input: string): Promise<void> {
    await this.act('Send a Signal');
    await this.page.locator('#signal-select').click();
    await this.page.getByRole('option', { name: new RegExp(`^${name}\\b`) }).click();
    await this.write(this.dialog, input);
    await this.submit();
  }

  async cancel(): Promise<void> {
    await this.page.getByRole('button', { name: 'Request Cancellation' }).click();
    await this.submit();
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

  text(): Promise<string> {
    return this.page.locator('body').innerText();
  }

  async picture(path: string): Promise<void> {
    await this.page.screenshot({ path, animations: 'disabled' });
  }

  private async write(where: ReturnType<Page['locator']>, input: string): Promise<void> {
    await where.getByRole('textbox', { name: 'Data' }).click();
    await this.page.keyboard.insertText(input);
    // The editor lays the JSON out anew when it is left, and moves what is below it.
    await this.page.keyboard.press('Tab');
  }

  private submit(): Promise<void> {
    return this.dialog.getByTestId('confirm-modal-button').click();
  }
}
