import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../../agent/embedded/cluster';
import { createObject, deleteObject } from '../harness/apiServer';
import { launchBrowser } from '../harness/browser';
import { expectPainted } from '../harness/canvas';
import { EXTENSION_ID, paletteTitle, VSIX } from '../harness/manifest';
import { startVsCodeServer, type VsCodeServer } from '../harness/vscodeServer';
import { Workbench } from '../harness/workbench';

/** Cluster seconds in one second: a recovery takes seconds, and a person still has time to answer. */
const RATE = 5;
const RUN_TIMEOUT_MS = 120_000;
const DECISION_TIMEOUT_MS = 60_000;

/** A proposal stays for as long as a picture of it takes. */
const CONFIG = `mode: approve
namespaces: [shop]
guard:
  proposalExpiry: 10m
`;
/** One pod serves nothing while it stays there, until somebody replaces it. */
const EXPERIMENT = `name: checkout-pod-failure
title: A pod of checkout fails
description: A failing pod of checkout is replaced, and checkout is whole again.
target:
  namespace: shop
  deployment: checkout
fault:
  kind: pod-failure
duration: 2m
steadyState:
  recoverWithin: 3m
  probes:
    - name: all replicas are ready
      kubernetes: missingReplicas
      atMost: 0
    - name: half of the pods are ready
      kubernetes: readyShare
      atLeast: 0.5
      during: true
`;
const TITLE = 'A pod of checkout fails';
/** The same fault, by somebody else. */
const FOREIGN_FAULT = {
  apiVersion: 'chaos-mesh.org/v1alpha1',
  kind: 'PodChaos',
  metadata: { name: 'by-somebody-else', namespace: 'shop' },
  spec: {
    action: 'pod-failure',
    mode: 'one',
    duration: '15m',
    selector: { namespaces: ['shop'], labelSelectors: { app: 'checkout' } },
  },
};
const SECOND_FAULT = { name: 'by-somebody-else-again', namespace: 'shop' };
const POD_CHAOS = '/apis/chaos-mesh.org/v1alpha1/namespaces/shop/podchaos';

let home: string;
let cluster: EmbeddedCluster;
let server: VsCodeServer;
let browser: Browser;
let workbench: Workbench;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'coxswain-chaos-'));
  await mkdir(join(home, '.kube'));
  await mkdir(join(home, 'shop', 'chaos'), { recursive: true });
  await writeFile(join(home, 'shop', 'coxswain.yaml'), CONFIG);
  await writeFile(join(home, 'shop', 'chaos', 'pod-failure.yaml'), EXPERIMENT);
  cluster = await startEmbeddedCluster({
    kubeconfigPath: join(home, '.kube', 'config'),
    rate: RATE,
    seed: 1,
    demo: true,
  });
  server = await startVsCodeServer({
    vsix: VSIX,
    settings: {
      'coxswain.autoConnect': true,
      'workbench.colorTheme': 'Default Dark Modern',
      'testing.automaticallyOpenTestResults': 'neverOpen',
      'workbench.secondarySideBar.defaultVisibility': 'hidden',
    },
    env: { HOME: home, KUBECONFIG: '', XDG_STATE_HOME: join(home, 'state') },
  });
  browser = await launchBrowser();
  workbench = await Workbench.open(browser, server.url(join(home, 'shop')));
});

afterEach(({ task }) => workbench.screenshotFailure(task));

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await cluster?.close();
  await rm(home, { recursive: true, force: true });
});

// One story: each step starts where the one before it ended.
describe('a person shows that checkout survives the failure of a pod', () => {
  it('sees what can be run, and that nothing runs', async () => {
    await workbench.openContainer('Coxswain');
    await workbench.widenSidebar(220);
    await workbench.treeRow(/^checkout\s*\d\/\d/).waitFor();
    await workbench.showOnly('Chaos', ['Cluster', 'Approvals', 'Policies', 'Activity']);
    await workbench.treeRow(/^A pod of checkout fails\s*checkout · chaos-mesh/).waitFor();
    await workbench.treeRow(/^Running\s*none/).waitFor();
  });

  it('sees what is shipped', async () => {
    await workbench.treeRow(/^Shipped with Coxswain\s*\d+/).waitFor();
  });

  it('checks it first, and nothing is injected', async () => {
    await workbench.clickRowButton(/^A pod of checkout fails/, 'Check Experiment…');
    const page = workbench.markdownPreview();
    await page.getByRole('heading', { name: `${TITLE}: can be run` }).waitFor();
    await page.getByText('kind: PodChaos').first().waitFor();
    await workbench.closeEditors();
    await workbench.treeRow(/^Running\s*none/).waitFor();
  });
});

describe('in mode approve', () => {
  it('runs it from the view and sees its phases', async () => {
    await workbench.clickRowButton(/^A pod of checkout fails/, 'Run Experiment…');
    await workbench.treeRow(/^A pod of checkout fails\s*checkout · .*\d s/).waitFor();
    await workbench.statusBarItem(/A pod of checkout fails: /).waitFor();
  });

  it('is asked for approval', async () => {
    await workbench.treeRow(/the fault lasts · effect confirmed/).waitFor();
    await workbench.statusBarItem('1 waiting').waitFor();
    await workbench.hideToasts();
    await workbench.runCommand(paletteTitle('coxswain.showChaos'));
    const dashboard = workbench.webview(EXTENSION_ID);
    await dashboard.locator('.step-current', { hasText: 'Hold' }).waitFor();
    await dashboard.getByRole('row', { name: 'half of the pods are ready' }).waitFor();
  });

  it('is told why', async () => {
    await workbench.showOnly('Approvals', ['Chaos']);
    await workbench.clickRowButton(/checkout.*left/, 'Explain Decision…');
    const dashboard = workbench.webview(EXTENSION_ID);
    await dashboard.getByRole('heading', { name: /^Why: restart pod checkout/ }).waitFor();
    await dashboard.getByRole('table', { name: /^Evidence of the rule/ }).waitFor();
  });

  it('approves; it is executed, checkout recovers, and the hypothesis is verified', async () => {
    await workbench.showOnly('Approvals', ['Chaos']);
    await workbench.clickRowButton(/checkout.*left/, 'Approve');
    await workbench.showOnly('Activity', ['Approvals']);
    await workbench.treeRow(/acted\s*checkout: restart pod/).waitFor();
    await workbench.treeRow(/recovered\s*checkout: in \d+ s, 1 action/).waitFor();
    await workbench.toast(/A pod of checkout fails on checkout: passed/).waitFor({ timeout: RUN_TIMEOUT_MS });
    await workbench.showOnly('Chaos', ['Activity']);
    await workbench.treeRow(/^A pod of checkout fails\s*checkout · passed · resilience 100 of 100/).waitFor();
  });

  it('reads the report of the run', async () => {
    await workbench.clearToasts();
    await workbench.treeRow(/passed · resilience/).click();
    const page = workbench.markdownPreview();
    await page.getByRole('heading', { name: `${TITLE}: passed` }).waitFor();
    await page.getByRole('heading', { name: 'While it lasted' }).waitFor();
    await page.getByText('Effect confirmed.').waitFor();
    await workbench.closeEditors();
  });

  it('sees fault, detection, action, recovery and the run on one time axis', async () => {
    await workbench.runCommand(paletteTitle('coxswain.openDashboard'));
    const dashboard = workbench.webview(EXTENSION_ID);
    await dashboard.getByRole('button', { name: 'Workloads' }).click();
    await dashboard.locator('vscode-single-select[label="Workload"]').click();
    await dashboard.getByRole('option', { name: 'checkout' }).click();
    await expectPainted(dashboard.locator('.uplot canvas'), 6);
    await chooseAnEvent();
    await dashboard.getByRole('button', { name: 'Show run' }).waitFor();
    await dashboard.locator('.selected-event').scrollIntoViewIfNeeded();
    await workbench.screenshot('timeline');
    await dashboard.getByRole('button', { name: 'Show run' }).click();
    await dashboard.locator('details[open]').getByText('all replicas are ready').waitFor();
    await dashboard.getByText('Emergency stop').waitFor();
  });

  it('sees it counted among the recoveries', async () => {
    const dashboard = workbench.webview(EXTENSION_ID);
    await dashboard.getByText('1 of 1').first().waitFor();
    await dashboard.getByRole('rowheader', { name: 'Pod failure' }).waitFor();
  });
});

describe('in mode auto', () => {
  it('sees it recover by itself, begun as a resilience test in the Test Explorer', async () => {
    await workbench.runCommandChoosing(paletteTitle('coxswain.setMode'), 'auto');
    await workbench.dialogButton('Let It Act').click();
    await workbench.statusBarItem('auto').waitFor();
    await workbench.openContainer('Testing');
    await workbench.clickRowButton(/^pod-failure\.yaml/, 'Run Test');
    await workbench.openContainer('Coxswain');
    await workbench.treeRow(/^A pod of checkout fails\s*checkout · .*effect confirmed/).waitFor();
    await workbench.hideToasts();
    await workbench.webview(EXTENSION_ID).getByRole('button', { name: 'Stop it' }).waitFor();
    await workbench.screenshot('chaos');
    await workbench.showOnly('Activity', ['Chaos']);
    await workbench
      .treeRow(/acted\s*checkout: restart pod/)
      .nth(1)
      .waitFor();
    await workbench
      .treeRow(/guard\s*checkout: restart pod .*: allow by/)
      .first()
      .waitFor();
  });

  it('sees the resilience test pass', async () => {
    await workbench.openContainer('Testing');
    await workbench.testRow('pod-failure.yaml', 'Passed').waitFor({ timeout: RUN_TIMEOUT_MS });
    await workbench.openContainer('Coxswain');
    await workbench.clearToasts();
  });
});

describe('in mode observe', () => {
  it('runs no experiment and says why', async () => {
    await workbench.runCommandChoosing(paletteTitle('coxswain.setMode'), 'observe');
    await workbench.statusBarItem('observe').waitFor();
    await workbench.showOnly('Chaos', ['Activity']);
    await workbench.clickRowButton(/^A pod of checkout fails\s*checkout · chaos-mesh/, 'Run Experiment…');
    await workbench.toast(/observe/).waitFor();
    await workbench.clearToasts();
    await workbench.openContainer('Testing');
    await workbench.clickRowButton(/^pod-failure\.yaml/, 'Run Test');
    await workbench.testRow('pod-failure.yaml', 'Errored').waitFor();
    await workbench.openContainer('Coxswain');
  });

  it('detects and recommends what somebody else has broken, executes nothing, and says so', async () => {
    await workbench.showOnly('Activity', ['Chaos']);
    await createObject(cluster, POD_CHAOS, FOREIGN_FAULT);
    await workbench
      .treeRow(/decided\s*checkout: restart pod/)
      .first()
      .waitFor();
    await workbench
      .treeRow(/denied\s*checkout: restart pod .*mode/)
      .first()
      .waitFor();
    const since = await rowsAbove(/^[\d:]+ mode\s*observe/);
    expect(since).toContainEqual(expect.stringMatching(/denied/));
    expect(since.filter((row) => /acting|acted/.test(row))).toEqual([]);
  });

  it('sees it recover once the fault is gone', async () => {
    await deleteObject(cluster, `${POD_CHAOS}/${FOREIGN_FAULT.metadata.name}`);
    await workbench.treeRow(/recovered\s*checkout: in \d+ s, 0 actions/).waitFor();
  });

  it('lets a shipped policy decide in place of the rule', async () => {
    await workbench.showOnly('Policies', ['Activity']);
    await workbench.clickRowButton(/^heal-54-ppo/, 'Promote Policy…');
    await workbench.toast('heal/1 steers healing from now on, in place of runbook 1').waitFor();
    await workbench.clearToasts();
    await workbench.treeRow(/^heal\/1\s*active · heal-54-ppo/).waitFor();
  });

  it('sees why it would restart the pod, in exact Shapley values', async () => {
    await workbench.showOnly('Activity', ['Policies']);
    await createObject(cluster, POD_CHAOS, { ...FOREIGN_FAULT, metadata: SECOND_FAULT });
    const decided = /decided\s*checkout: restart pod .*learned policy heal\/1/;
    await workbench.treeRow(decided).waitFor({ timeout: DECISION_TIMEOUT_MS });
    await workbench.clickRowButton(decided, 'Explain Decision…');
    const dashboard = workbench.webview(EXTENSION_ID);
    await dashboard.getByText('learned heal/1').first().waitFor();
    const shapley = dashboard.getByRole('table', { name: /^Exact Shapley values/ });
    await shapley.getByRole('rowheader', { name: /^Baseline/ }).waitFor();
    await workbench.screenshot('explanation');
  });

  it('goes back to the rule', async () => {
    await deleteObject(cluster, `${POD_CHAOS}/${SECOND_FAULT.name}`);
    await workbench.showOnly('Policies', ['Activity']);
    await workbench.clickRowButton(/^heal\/1/, 'Roll Back Policy…');
    await workbench.treeRow(/^runbook 1\s*active/).waitFor();
    await workbench.showOnly('Activity', ['Policies']);
    await expect
      .poll(async () => (await rowsAbove(/detected\s*checkout/)).join(), { timeout: DECISION_TIMEOUT_MS })
      .toMatch(/recovered\s*checkout/);
  });
});

describe('the emergency stop', () => {
  it('ends what runs, begun from the code lens of its file, and says what that was', async () => {
    await workbench.runCommandChoosing(paletteTitle('coxswain.setMode'), 'approve');
    await workbench.statusBarItem('approve').waitFor();
    await workbench.showOnly('Chaos', ['Activity']);
    await workbench.clickRowButton(/^A pod of checkout fails\s*checkout · chaos-mesh/, 'Open Experiment…');
    await workbench.codeLens('Run').click();
    await workbench.treeRow(/the fault lasts/).waitFor();
    await workbench.runCommand(paletteTitle('coxswain.emergencyStop'));
    await workbench
      .toast(/Emergency stop: 1 fault was ended .*experiments ended: A pod of checkout fails/)
      .waitFor();
    await workbench.treeRow(/^Running\s*none/).waitFor();
    await workbench.treeRow(/^A pod of checkout fails\s*checkout · aborted/).waitFor();
  });
});

/** The rows of Activity, newest first, down to one that says this. */
async function rowsAbove(text: RegExp): Promise<string[]> {
  const rows = await workbench.rowTexts(/^[\d:]+/);
  const end = rows.findIndex((row) => text.test(row));
  if (end < 0) throw new Error(`None of these rows says ${text}:\n${rows.join('\n')}`);
  return rows.slice(0, end);
}

/** Clicks the run of the experiment in the lane of events. */
async function chooseAnEvent(): Promise<void> {
  const lane = workbench.webview(EXTENSION_ID).locator('.chart-lane .u-over');
  const box = await lane.boundingBox();
  if (box === null) throw new Error('The lane of events is not visible.');
  // It is the first of five rows; the run was in the last minutes, so that it reaches into the right half.
  for (let share = 0.95; share > 0.3; share -= 0.02) {
    await lane.click({ position: { x: box.width * share, y: box.height * 0.1 } });
    if (await workbench.webview(EXTENSION_ID).locator('.selected-event').isVisible()) return;
  }
  throw new Error('No run was found in the lane of events.');
}
