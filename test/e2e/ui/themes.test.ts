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

const THEMES = [
  ['Dark Modern', 'dark'],
  ['Light Modern', 'light'],
  ['Dark High Contrast', 'hc'],
  ['Light High Contrast', 'hclight'],
] as const;
async function shots(name: string): Promise<void> {
  for (const [label, short] of THEMES) {
    await workbench.runCommand('Preferences: Color Theme');
    await workbench.choose(label);
    await workbench.quickInput.waitFor({ state: 'hidden' });
    await workbench.page.waitForTimeout(800);
    await workbench.screenshot(`theme-${name}-${short}`);
  }
}
describe('themes', () => {
  it('explanations', async () => {
    await workbench.openContainer('Coxswain');
    await workbench.widenSidebar(220);
    await workbench.treeRow(/^checkout\s*\d\/\d/).waitFor();
    await workbench.page.waitForTimeout(6000);
    await createObject(cluster, POD_CHAOS, FOREIGN_FAULT);
    let n = 0;
    for (const policy of ['heal-9-ppo', 'heal-54-ppo', 'heal-54-dqn']) {
      await workbench.showOnly('Policies', ['Activity', 'Cluster', 'Approvals', 'Chaos']);
      await workbench.clickRowButton(new RegExp(`^${policy}`), 'Promote Policy…');
      n += 1;
      await workbench.toast(`heal/${n} steers`).waitFor();
      await workbench.clearToasts();
      await workbench.showOnly('Activity', ['Policies']);
      const latest = workbench.treeRow(/(decided|policy)\s/).first();
      await expect.poll(() => latest.textContent(), { timeout: DECISION_TIMEOUT_MS }).toMatch(/decided/);
      await workbench.page.waitForTimeout(5000);
      await workbench.hideToasts();
      await workbench.clickRowButton(/decided\s*checkout/, 'Explain Decision…');
      await workbench.webview(EXTENSION_ID).getByText(`learned heal/${n}`).first().waitFor();
      await workbench
        .webview(EXTENSION_ID)
        .getByRole('table', { name: /^Exact Shapley values/ })
        .waitFor();
      await workbench.hideToasts();
      await workbench.screenshot(`theme-why-${policy}`);
      if (policy === 'heal-54-ppo') await shots('why');
    }
    await deleteObject(cluster, `${POD_CHAOS}/${FOREIGN_FAULT.metadata.name}`);
    void EXPERIMENT;
    void TITLE;
    void RUN_TIMEOUT_MS;
    void expectPainted;
    void paletteTitle;
  });
  it('chaos', async () => {
    await workbench.showOnly('Chaos', ['Activity']);
    await workbench.page.waitForTimeout(12000);
    await workbench.clickRowButton(/^A pod of checkout fails\s*checkout · chaos-mesh/, 'Run Experiment…');
    await workbench.treeRow(/the fault lasts/).waitFor();
    await workbench.runCommand(paletteTitle('coxswain.showChaos'));
    await workbench.hideToasts();
    await shots('chaos');
  });
});
