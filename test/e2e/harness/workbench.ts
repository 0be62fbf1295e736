import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { type TestContext, vi } from 'vitest';

/** Of the window at first, in pixels. */
export const WINDOW = { width: 1440, height: 900 };
const TIMEOUT_MS = 60_000;
/** A row that moves from under the mouse takes its buttons along; then the mouse has to follow. */
const HOVER_MS = 3000;
/** Of a button whose click seems to be lost. */
const MOST_CLICKS = 3;
/** Where pictures go: the documentation's when it asks for them, else beside the results of the tests. */
const PICTURES = process.env.COXSWAIN_SCREENSHOTS || 'test-results';

/** VS Code's window as a user sees it: what can be read on it, clicked in it and typed into it. */
export class Workbench {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(browser: Browser, url: string): Promise<Workbench> {
    const page = await browser.newPage({ viewport: WINDOW });
    page.setDefaultTimeout(TIMEOUT_MS);
    await page.goto(url, { waitUntil: 'domcontentloaded' });
    await page.locator('.monaco-workbench').waitFor();
    return new Workbench(page);
  }

  /** Runs a command of the palette by its full title. */
  async runCommand(title: string): Promise<void> {
    // The palette can lose its first keystroke to a window that is still starting.
    await this.page.locator('.statusbar').waitFor();
    await this.page.keyboard.press('F1');
    await this.quickInput.locator('input.input').fill(`>${title}`);
    await this.choose(title);
  }

  /** Runs a command and chooses what it asks for: again where a part of a busy window that takes the focus closes it. */
  async runCommandChoosing(title: string, ...choices: readonly string[]): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      await this.runCommand(title);
      try {
        for (const choice of choices) await this.choose(choice, TIMEOUT_MS / MOST_CLICKS);
        return;
      } catch (error) {
        if (attempt === MOST_CLICKS) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** Clicks the row of an open quick pick that carries this text. */
  async choose(text: string, timeoutMs = TIMEOUT_MS): Promise<void> {
    await this.quickInput
      .locator('.quick-input-list .monaco-list-row')
      .filter({ hasText: text })
      .first()
      .click({ timeout: timeoutMs });
  }

  /** Answers an open input box. */
  async type(text: string): Promise<void> {
    // The widget is the same that has asked before, with rows to choose from.
    await this.quickInput.locator('.quick-input-list').waitFor({ state: 'hidden' });
    const input = this.quickInput.locator('input.input');
    await input.fill(text);
    await input.press('Enter');
    // What is typed before the next question is there would be an answer to this one.
    const isAnswered = async () => !(await input.isVisible()) || (await input.inputValue()) !== text;
    await vi.waitUntil(isAnswered, { timeout: TIMEOUT_MS, interval: 50 });
  }

  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget');
  }

  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar').getByText(text);
  }

  toast(text: string | RegExp): Locator {
    const messages = this.page.locator('.notifications-toasts .notification-list-item-message');
    return messages.filter({ hasText: text });
  }

  async clearToasts(): Promise<void> {
    // One that arrives while the command runs is left by it.
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await this.runCommand('Notifications: Clear All Notifications');
      const gone = this.toast('').first().waitFor({ state: 'detached', timeout: 3000 });
      if (await gone.then(yes, no)) return;
    }
    throw new Error('notifications keep coming');
  }

  /** Puts toasts out of sight as a person does; what they tell goes on. */
  async hideToasts(): Promise<void> {
    // Where no widget takes the key for itself.
    await this.page.locator('.part.sidebar .title-label').first().click();
    await this.page.keyboard.press('Escape');
    await this.toast('').first().waitFor({ state: 'hidden' });
  }

  /** Drags the border between sidebar and editor. */
  async widenSidebar(byPixels: number): Promise<void> {
    const box = await this.page.locator('.part.sidebar').boundingBox();
    if (box === null) throw new Error('The sidebar is not visible.');
    const [x, y] = [box.x + box.width, box.y + box.height / 2];
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    await this.page.mouse.move(x + byPixels, y, { steps: 5 });
    await this.page.mouse.up();
  }

  /** Opens a container of the activity bar, unless it is open. */
  async openContainer(name: string): Promise<void> {
    const item = this.page.locator('.activitybar .action-item', {
      has: this.page.locator(`a[aria-label^="${name}"]`),
    });
    await item.waitFor();
    if (await item.evaluate((element) => element.classList.contains('checked'))) return;
    await item.click();
  }

  treeRow(text: string | RegExp): Locator {
    return this.page.locator('.sidebar .monaco-list-row[role="treeitem"]').filter({ hasText: text });
  }

  /** What the rows that are in sight say, from top to bottom. */
  rowTexts(text: RegExp): Promise<string[]> {
    return this.treeRow(text).evaluateAll(inOrder);
  }

  /** Opens a row that has others below it, unless it is open. */
  async expandRow(text: string | RegExp): Promise<void> {
    const row = this.treeRow(text).first();
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) !== 'false') return;
    await row.locator('.monaco-tl-twistie').click();
  }

  /** Clicks a button at the end of a row, which shows while the mouse is on the row: again where the row has moved. */
  async clickRowButton(row: string | RegExp, title: string): Promise<void> {
    const button = this.treeRow(row).first().getByRole('button', { name: title });
    const deadlineMs = Date.now() + TIMEOUT_MS;
    for (;;) {
      await this.page.mouse.move(0, 0);
      await this.treeRow(row).first().hover();
      try {
        await button.click({ timeout: HOVER_MS });
        return;
      } catch (error) {
        if (Date.now() > deadlineMs) throw error;
      }
    }
  }

  /** The same for one that does no harm twice, until its effect shows: a row that is drawn anew swallows a click. */
  async clickRowButtonUntil(row: string | RegExp, title: string, effect: Locator): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      await this.clickRowButton(row, title);
      const shown = effect.first().waitFor({ timeout: TIMEOUT_MS / MOST_CLICKS });
      if (attempt === MOST_CLICKS) return shown;
      if (await shown.then(yes, no)) return;
    }
  }

  /** Opens one section of the sidebar and closes others, so that its rows are in sight. */
  async showOnly(title: string, closed: readonly string[]): Promise<void> {
    for (const name of closed) await this.#toggleSection(name, false);
    await this.#toggleSection(title, true);
  }

  async #toggleSection(title: string, open: boolean): Promise<void> {
    const header = this.page
      .locator('.sidebar .pane-header')
      .filter({ has: this.page.locator('.title', { hasText: new RegExp(`^${title}$`) }) });
    await header.waitFor();
    if ((await header.getAttribute('aria-expanded')) !== String(open)) await header.locator('.title').click();
  }

  /** A row of the Test Explorer, whose result is in what is read out. */
  testRow(title: string, result: string): Locator {
    return this.page.locator(`.sidebar .monaco-list-row[aria-label*="${title}"][aria-label*="${result}"]`);
  }

  codeLens(title: string): Locator {
    return this.page
      .locator('.editor-group-container .codelens-decoration a')
      .filter({ hasText: title })
      .first();
  }

  /** A button of a modal question. */
  dialogButton(title: string): Locator {
    return this.page.locator('.monaco-dialog-box').getByRole('button', { name: title });
  }

  async closeEditors(): Promise<void> {
    await this.runCommand('View: Close All Editors');
  }

  /** The page of a Markdown document. */
  markdownPreview(): FrameLocator {
    return this.page
      .frameLocator('iframe.webview.ready[src*="extensionId=vscode.markdown-language-features"]')
      .frameLocator('iframe#active-frame');
  }

  /** The content of a webview of this extension, inside the two frames that VS Code wraps it in. */
  webview(extensionId: string): FrameLocator {
    return this.page
      .frameLocator(`iframe.webview.ready[src*="extensionId=${extensionId}"]`)
      .frameLocator('iframe#active-frame');
  }

  /** Of the whole window, in pixels. */
  resize(size: { width: number; height: number }): Promise<void> {
    return this.page.setViewportSize(size);
  }

  async screenshot(name: string): Promise<void> {
    await mkdir(PICTURES, { recursive: true });
    // Nothing is to hover where the mouse was last.
    await this.page.mouse.move(0, 0);
    await this.page
      .locator('.notification-toast.notification-fade-in')
      .first()
      .waitFor({ state: 'detached' });
    await this.page.locator('.part.editor').evaluate(scrollBack);
    await this.page.screenshot({ path: join(PICTURES, `${name}.png`) });
  }

  /** What the window looked like when a test failed. */
  async screenshotFailure({ name, result }: TestContext['task']): Promise<void> {
    if (result?.state === 'fail') await this.screenshot(`failed: ${name}`.replaceAll(/\W+/g, '-'));
  }

  close(): Promise<void> {
    return this.page.close();
  }
}

/** What is used of an Element, whose types belong to the browser's side. */
interface Shown {
  readonly textContent: string | null;
  readonly parentElement: Shown | null;
  getBoundingClientRect(): { readonly top: number };
  scrollTo(x: number, y: number): void;
}

/** VS Code adds rows that appear later at the end, wherever they are seen; runs in the page. */
function inOrder(rows: readonly Shown[]): string[] {
  return rows
    .map((row) => ({ text: row.textContent ?? '', top: row.getBoundingClientRect().top }))
    .sort((a, b) => a.top - b.top)
    .map(({ text }) => text);
}

/** Undoes what bringing things into view has done to the window itself, whose edges it cuts off; runs in the page. */
function scrollBack(part: Shown): void {
  for (let outer = part.parentElement; outer !== null; outer = outer.parentElement) outer.scrollTo(0, 0);
}

const yes = () => true;
const no = () => false;
