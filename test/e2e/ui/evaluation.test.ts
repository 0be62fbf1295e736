import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../harness/browser';
import { EXTENSION_ID, paletteTitle, VSIX } from '../harness/manifest';
import { startVsCodeServer, type VsCodeServer } from '../harness/vscodeServer';
import { Workbench } from '../harness/workbench';

/** The quick evaluation takes less than three minutes where two cores are free. */
const EVALUATION_TIMEOUT_MS = 600_000;

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
describe('a person asks whether healing helps', () => {
  const evaluating = async () =>
    (await server.processes()).filter((command) => command.includes('evaluate heal'));

  it('cancels the evaluation, and no process of it stays', async () => {
    await workbench.openContainer('Coxswain');
    await workbench.page.getByText('Experiments inject controlled failures').waitFor();
    await workbench.runCommand(paletteTitle('coxswain.evaluateHealing'));
    await workbench.toast('Evaluating healing').waitFor();
    await expect.poll(evaluating, { timeout: 30_000 }).not.toEqual([]);
    await workbench.page.locator('.notifications-toasts').getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(evaluating, { timeout: 30_000 }).toEqual([]);
  });

  it(
    'lets it come to its end, and reads the report as a page and as text',
    async () => {
      await workbench.runCommand(paletteTitle('coxswain.evaluateHealing'));
      await workbench.toast('The evaluation of healing is done').waitFor({ timeout: EVALUATION_TIMEOUT_MS });
      const report = workbench.webview(EXTENSION_ID);
      await report.getByRole('heading').first().waitFor();
      await report.locator('svg').first().waitFor();
      await workbench.screenshot('evaluation');
      await workbench.page
        .locator('.notifications-toasts')
        .getByRole('button', { name: 'Open Markdown' })
        .click();
      await workbench.markdownPreview().getByRole('heading').first().waitFor();
    },
    EVALUATION_TIMEOUT_MS + 60_000,
  );
});
