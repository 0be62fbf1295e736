import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../harness/browser';
import { EXTENSION_ID, paletteTitle, VSIX } from '../harness/manifest';
import { startVsCodeServer, type VsCodeServer } from '../harness/vscodeServer';
import { Workbench } from '../harness/workbench';

/** A first look of these takes some seconds where two cores are free. */
const EVALUATION_TIMEOUT_MS = 180_000;

/** What the reports are called. */
const HEALING = 'How well Coxswain heals';
const RELEASING = 'How well Coxswain releases';

let home: string;
let server: VsCodeServer;
let browser: Browser;
let workbench: Workbench;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'coxswain-evaluation-'));
  server = await startVsCodeServer({
    vsix: VSIX,
    settings: {
      'workbench.colorTheme': 'Default Dark Modern',
      'workbench.secondarySideBar.defaultVisibility': 'hidden',
    },
    env: { HOME: home, KUBECONFIG: '', XDG_STATE_HOME: join(home, 'state') },
  });
  browser = await launchBrowser();
  workbench = await Workbench.open(browser, server.url(home));
});

afterEach(({ task }) => workbench.screenshotFailure(task));

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await rm(home, { recursive: true, force: true });
});

// One story: each step starts where the one before it ended.
describe('a person asks whether learning helps', () => {
  const evaluating = async () =>
    (await server.processes()).filter((command) => /evaluate (heal|canary)/.test(command));

  async function evaluate(task: 'heal' | 'canary', size: string): Promise<void> {
    await workbench.runCommandChoosing(paletteTitle('coxswain.evaluateTask'), task, size);
  }

  /** Its heading is there, and so are its charts. */
  async function expectReport(title: string): Promise<void> {
    const report = workbench.webview(EXTENSION_ID);
    await report.getByRole('heading', { level: 1, name: title }).waitFor();
    await report.locator('svg').first().waitFor();
  }

  it('cancels the evaluation, and no process of it stays', async () => {
    await workbench.openContainer('Coxswain');
    await workbench.page.getByText('Experiments inject controlled failures').waitFor();
    await evaluate('heal', 'Quick');
    await workbench.toast('Evaluating healing').waitFor();
    await expect.poll(evaluating, { timeout: 30_000 }).not.toEqual([]);
    await workbench.page.locator('.notifications-toasts').getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(evaluating, { timeout: 30_000 }).toEqual([]);
  });

  it(
    'lets one of healing come to its end, and reads the report as a page and as text',
    async () => {
      await evaluate('heal', 'A first look');
      await workbench.toast('The evaluation of healing is done').waitFor({ timeout: EVALUATION_TIMEOUT_MS });
      await expectReport(HEALING);
      await workbench.screenshot('evaluation');
      await workbench.page
        .locator('.notifications-toasts')
        .getByRole('button', { name: 'Open Markdown' })
        .click();
      await workbench.markdownPreview().getByRole('heading').first().waitFor();
    },
    EVALUATION_TIMEOUT_MS + 60_000,
  );

  it(
    'evaluates releasing as well, and comes back to the report of before',
    async () => {
      await workbench.closeEditors();
      await evaluate('canary', 'A first look');
      await workbench
        .toast('The evaluation of releasing is done')
        .waitFor({ timeout: EVALUATION_TIMEOUT_MS });
      await expectReport(RELEASING);
      await workbench.runCommandChoosing(paletteTitle('coxswain.openEvaluation'), 'Healing');
      await expectReport(HEALING);
    },
    EVALUATION_TIMEOUT_MS + 60_000,
  );
});
