import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../harness/browser';
import { expectPainted } from '../harness/canvas';
import { EXTENSION_ID, paletteTitle, VSIX } from '../harness/manifest';
import { startVsCodeServer, type VsCodeServer } from '../harness/vscodeServer';
import { Workbench } from '../harness/workbench';

/** Cluster seconds in one second: a recovery takes seconds, and a person still has time to answer. */
const RATE = 5;

/** A proposal, with the time that is left for it. */
const PENDING = /checkout.*left/;

let folder: string;
let server: VsCodeServer;
let browser: Browser;
let workbench: Workbench;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coxswain-ui-'));
  server = await startVsCodeServer({
    vsix: VSIX,
    settings: {
      'coxswain.embedded.rate': RATE,
      'workbench.colorTheme': 'Default Dark Modern',
      'workbench.secondarySideBar.defaultVisibility': 'hidden',
    },
    env: { HOME: folder, KUBECONFIG: '' },
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
describe('a person heals a workload in VS Code', () => {
  it('starts the embedded cluster and sees its workloads', async () => {
    await workbench.openContainer('Coxswain');
    await workbench.widenSidebar(200);
    await workbench.runCommand(paletteTitle('coxswain.startEmbeddedCluster'));
    await workbench.treeRow(/^checkout\s*\d\/\d/).waitFor();
    await workbench.treeRow(/^storefront\s*\d\/\d/).waitFor();
    // Each of its demo apps may be acted on.
    expect(await workbench.treeRow(/observe only/).count()).toBe(0);
  });

  it('switches to approve mode', async () => {
    await workbench.runCommandChoosing(paletteTitle('coxswain.setMode'), 'approve');
    await workbench.statusBarItem('approve').waitFor();
  });

  it('injects a fault and is asked for approval', async () => {
    await workbench.runCommandChoosing(paletteTitle('coxswain.injectFault'), 'checkout', 'cpu-stress');
    // All at once: a pod that is unready for a moment is left alone, and then nothing waits until it is back.
    await Promise.all([
      pendingApproval().waitFor(),
      workbench.statusBarItem('1 waiting').waitFor(),
      workbench.toast(/Restart pod checkout/).waitFor(),
    ]);
    await workbench.screenshot('sidebar');
  });

  it('approves, and the pod is restarted', async () => {
    await workbench.clickRowButtonUntil(PENDING, 'Approve', workbench.treeRow(/approved\s*checkout/));
    await workbench.treeRow(/acted\s*checkout: restart pod/).waitFor();
    await expect.poll(() => pendingApproval().count()).toBe(0);
  });

  it('sees the workload recover', async () => {
    await workbench.treeRow(/recovered\s*checkout: in \d+ s, 1 action/).waitFor();
    await workbench.treeRow(/^checkout\s*4\/4 · restart pod/).waitFor();
  });

  it('sees it all on the dashboard', async () => {
    await workbench.clearToasts();
    await workbench.runCommand(paletteTitle('coxswain.openDashboard'));
    const dashboard = workbench.webview(EXTENSION_ID);
    await dashboard.locator('vscode-single-select[label="Workload"]').click();
    await dashboard.getByRole('option', { name: 'checkout' }).click();
    await dashboard.getByText('Over 1 incident').waitFor();
    await expectPainted(dashboard.locator('.uplot canvas'), 6);
    await workbench.screenshot('dashboard');
  });

  it('closes the window, and neither agent nor cluster outlives it', async () => {
    const ours = async () => (await server.processes()).filter((command) => command.includes('agent.cjs'));
    expect(await ours()).toHaveLength(2);
    await workbench.close();
    await expect.poll(ours, { timeout: 30_000 }).toEqual([]);
  });
});

function pendingApproval() {
  return workbench.treeRow(PENDING).first();
}
