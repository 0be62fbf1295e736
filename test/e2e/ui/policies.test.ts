import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import * as z from 'zod';
import { launchBrowser } from '../harness/browser';
import { expectPainted } from '../harness/canvas';
import { EXTENSION_ID, paletteTitle, ROOT, VSIX } from '../harness/manifest';
import { startVsCodeServer, type VsCodeServer } from '../harness/vscodeServer';
import { Workbench } from '../harness/workbench';

const Defaults = z.object({ heal: z.object({ steers: z.string(), reason: z.string() }) });

/** Long enough to be looked at while it runs, short enough for a test. */
const STEPS = '400,000';
const TRAINING_TIMEOUT_MS = 180_000;

let folder: string;
let server: VsCodeServer;
let browser: Browser;
let workbench: Workbench;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coxswain-policies-'));
  server = await startVsCodeServer({
    vsix: VSIX,
    settings: {
      'coxswain.embedded.rate': 5,
      'workbench.colorTheme': 'Default Dark Modern',
      'workbench.secondarySideBar.defaultVisibility': 'hidden',
    },
    env: { HOME: folder, KUBECONFIG: '', XDG_STATE_HOME: join(folder, 'state') },
  });
  browser = await launchBrowser();
  workbench = await Workbench.open(browser, server.url(folder));
});

afterEach(({ task }) => workbench.screenshotFailure(task));

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

// One story: each step starts where the one before it ended.
describe('a person lets a policy learn in VS Code and steer', () => {
  it('is told what steers by default, and why', async () => {
    const { heal } = Defaults.parse(JSON.parse(await readFile(join(ROOT, 'policies/default.json'), 'utf8')));
    await workbench.openContainer('Coxswain');
    await workbench.widenSidebar(200);
    await workbench.showOnly('Policies', ['Cluster', 'Approvals', 'Chaos', 'Activity']);
    await workbench.treeRow(`${heal.steers} steers: ${heal.reason}`).waitFor();
  });

  it('reads the model card of a shipped policy', async () => {
    await workbench.treeRow(/^heal-9-ppo/).click();
    await workbench
      .markdownPreview()
      .getByRole('heading', { name: /when not to use it/ })
      .waitFor();
    await workbench.closeEditors();
  });

  it('trains one without a cluster, and sees how far it is', async () => {
    await workbench.runCommandChoosing(paletteTitle('coxswain.trainPolicy'), 'heal', 'ppo', 'Other…');
    await workbench.type(STEPS);
    await workbench.toast('Learning heal by ppo').waitFor();
    await workbench.treeRow(/Learning by ppo\s*\d+ % · [\d,]+ steps\/s/).waitFor();
  });

  it('sees its curves while they grow', async () => {
    await workbench.clickRowButton(/Learning by ppo/, 'Show Training Curves');
    const dashboard = workbench.webview(EXTENSION_ID);
    await dashboard.getByText('Return per episode').waitFor();
    await dashboard.getByRole('progressbar').waitFor();
    await dashboard.getByRole('button', { name: 'Cancel training' }).waitFor();
    await expectPainted(dashboard.locator('.uplot canvas'), 9);
    await dashboard.getByText(/^[4-9]\d % · /).waitFor();
    // That does not end the training.
    await workbench.hideToasts();
    await workbench.screenshot('training');
  });

  it('is told how good it is beside the baselines', async () => {
    await workbench
      .toast(/Stored as heal\/1: .*Score .* over 100 held-out episodes, .* runbook/)
      .waitFor({ timeout: TRAINING_TIMEOUT_MS });
    await workbench.treeRow(/^heal\/1.*\[.*\].*runbook/).waitFor();
  });

  it('promotes it with one click, and it steers', async () => {
    await workbench.showOnly('Activity', []);
    await workbench.showOnly('Cluster', []);
    await workbench.runCommand(paletteTitle('coxswain.startEmbeddedCluster'));
    await workbench.treeRow(/^checkout\s*\d\/\d/).waitFor();
    await workbench.treeRow(/^runbook 1\s*active/).waitFor();
    await workbench.clearToasts();
    await workbench.clickRowButton(/^heal\/1/, 'Promote Policy…');
    await workbench.toast('heal/1 steers healing from now on, in place of runbook 1').waitFor();
    await workbench.treeRow(/^heal\/1\s*active/).waitFor();
    await workbench.treeRow(/policy\s*learned heal\/1 steers heal in place of runbook 1/).waitFor();
  });

  it('learns on from it, cancels that on the dashboard, and keeps the best policy so far', async () => {
    await workbench.runCommandChoosing(paletteTitle('coxswain.fineTunePolicy'), 'heal/1', 'Other…');
    await workbench.type('50,000,000');
    await workbench.treeRow(/Learning by ppo\s*\d+ %/).click();
    await workbench.webview(EXTENSION_ID).getByRole('button', { name: 'Cancel training' }).click();
    await workbench.toast('was cancelled. Its best policy so far is kept as heal/2').waitFor();
    await workbench.treeRow(/^heal\/2\s*not compared yet/).waitFor();
  });

  it('evaluates what was not compared yet', async () => {
    await workbench.clickRowButton(/^heal\/2/, 'Evaluate Policy…');
    await workbench.toast(/^heal\/2: Score .* over 100 held-out episodes/).waitFor();
    await workbench.treeRow(/^heal\/2\s*−?[\d.]+ \[/).waitFor();
  });

  it('switches to the other version, and sees the switch on the charts', async () => {
    await workbench.clearToasts();
    await workbench.clickRowButtonUntil(
      /^heal\/2/,
      'Promote Policy…',
      workbench.treeRow(/^heal\/2\s*active/),
    );
    await workbench.treeRow(/^heal\/1\s*previous/).waitFor();
    await workbench.clearToasts();
    await workbench.widenSidebar(160);
    const dashboard = workbench.webview(EXTENSION_ID);
    await dashboard.getByRole('button', { name: 'Workloads' }).click();
    await dashboard.locator('.subtitle', { hasText: 'policy learned heal/2' }).waitFor();
    await expectPainted(dashboard.locator('.uplot canvas'), 6);
    await workbench.screenshot('policies');
  });

  it('rolls back with one click', async () => {
    await workbench.clickRowButton(/^heal\/2/, 'Roll Back Policy…');
    await workbench.treeRow(/^heal\/1\s*active/).waitFor();
    await workbench.treeRow(/policy\s*learned heal\/1 steers heal in place of learned heal\/2/).waitFor();
  });
});
