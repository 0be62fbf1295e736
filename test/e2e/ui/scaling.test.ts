import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, FrameLocator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../../agent/embedded/cluster';
import { runCli } from '../../support/cli';
import { readObject } from '../harness/apiServer';
import { launchBrowser } from '../harness/browser';
import { expectPainted } from '../harness/canvas';
import { EXTENSION_ID, paletteTitle, VSIX } from '../harness/manifest';
import { MetricsRelay } from '../harness/metricsRelay';
import { startVsCodeServer, type VsCodeServer } from '../harness/vscodeServer';
import { WINDOW, Workbench } from '../harness/workbench';

/** Cluster seconds in one second: a control step takes half a second. */
const RATE = 30;
/** A calibration wants an hour of history, and some minutes more for what is not yet scraped. */
const HISTORY_SECONDS = 3900;
const CALIBRATION_TIMEOUT_MS = 240_000;
const STEPS_TIMEOUT_MS = 120_000;

/** All charts of scaling in one picture. */
const TALL = { width: 1440, height: 1180 } as const;

/** A virtual user makes five requests per second; a pod serves a hundred at full CPU. */
const CALM = '1m:50';
const SPIKE = '30s:150,20m:150';

const config = (prometheusUrl: string) => `mode: approve
namespaces: [web]
guard:
  proposalExpiry: 30m
scale:
  breaker:
    openFor: 2h
metrics:
  prometheusUrl: ${prometheusUrl}
`;

const HPA = '/apis/autoscaling/v2/namespaces/web/horizontalpodautoscalers/frontend';
const HpaObject = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({
    behavior: z
      .object({ scaleDown: z.object({ selectPolicy: z.string().optional() }).optional() })
      .optional(),
  }),
  status: z.object({ desiredReplicas: z.number().optional() }).optional(),
});
const HANDOVER = 'coxswain.dev/handover';

let home: string;
let cluster: EmbeddedCluster;
let metrics: MetricsRelay;
let server: VsCodeServer;
let browser: Browser;
let workbench: Workbench;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'coxswain-scaling-'));
  await mkdir(join(home, '.kube'));
  await mkdir(join(home, 'web'));
  cluster = await startEmbeddedCluster({
    kubeconfigPath: join(home, '.kube', 'config'),
    rate: RATE,
    seed: 1,
    demo: false,
    scaledDemo: true,
    historySeconds: HISTORY_SECONDS,
  });
  metrics = await MetricsRelay.open(cluster);
  await writeFile(join(home, 'web', 'coxswain.yaml'), config(metrics.url));
  server = await startVsCodeServer({
    vsix: VSIX,
    settings: {
      'coxswain.autoConnect': true,
      'workbench.colorTheme': 'Default Dark Modern',
      'workbench.secondarySideBar.defaultVisibility': 'hidden',
    },
    env: { HOME: home, KUBECONFIG: '', XDG_STATE_HOME: join(home, 'state') },
  });
  browser = await launchBrowser();
  workbench = await Workbench.open(browser, server.url(join(home, 'web')));
});

afterEach(({ task }) => workbench.screenshotFailure(task));

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await metrics?.close();
  await cluster?.close();
  await rm(home, { recursive: true, force: true });
});

const dashboard = (): FrameLocator => workbench.webview(EXTENSION_ID);
const hpa = () => readObject(cluster, HPA, HpaObject);

// One story: each step starts where the one before it ended.
describe('before it is taken over', () => {
  it('the scaler decides in shadow, and the HPA is in charge', async () => {
    await workbench.openContainer('Coxswain');
    await workbench.widenSidebar(160);
    await workbench.treeRow(/^frontend\s*\d+\/\d+ · .*shadow/).waitFor();
    await workbench.showOnly('Policies', ['Cluster', 'Approvals', 'Chaos', 'Activity']);
    await workbench.treeRow(/^frontend\s*.+ · shadow · for/).waitFor();
    await workbench.showOnly('Cluster', ['Policies']);
    await workbench.runCommand(paletteTitle('coxswain.showScaling'));
    await dashboard().getByRole('heading', { name: 'In shadow' }).waitFor();
    await dashboard()
      .getByText(/^HPA frontend: 2…12 replicas, cpu 70 %/)
      .waitFor();
    await dashboard()
      .getByText(/^would (keep|scale)/)
      .waitFor();
    await expectPainted(dashboard().locator('.uplot canvas'), 6);
  });

  it('the price of a violation is set by the keyboard, and in words', async () => {
    const slider = dashboard().getByRole('slider', { name: 'Cheaper or safer' });
    await slider.focus();
    await workbench.page.keyboard.press('End');
    await dashboard().getByText('a late request costs 100 pods: safer').waitFor();
    await workbench.showOnly('Activity', []);
    await workbench.treeRow(/price\s*frontend: a violation costs 100 pods/).waitFor();
    await workbench.runCommandChoosing(paletteTitle('coxswain.setViolationPrice'), 'balanced 20');
    await expect.poll(() => slider.getAttribute('aria-valuetext')).toContain('20 pods: balanced');
  });

  it(
    'it is calibrated, and the frontier says in a sentence what to do',
    async () => {
      await workbench.runCommandChoosing(
        paletteTitle('coxswain.calibrate'),
        'frontend',
        'balanced 20',
        'The HPA as it is and tuned',
      );
      await toastButton('Open Calibration').click({ timeout: CALIBRATION_TIMEOUT_MS });
      await workbench.hideToasts();
      const text = await dashboard().locator('.recommendation-text').innerText();
      expect(text.length).toBeGreaterThan(20);
      const marks = dashboard().locator('.frontier .mark');
      expect(await marks.count()).toBeGreaterThan(5);
      await dashboard().locator('.mark.recommended').first().waitFor();
      await workbench.screenshot('frontier');
      await dashboard().getByText('The same as a table').click();
      await dashboard()
        .getByRole('rowheader', { name: /\(recommended\)/ })
        .waitFor();
    },
    CALIBRATION_TIMEOUT_MS + 60_000,
  );
});

describe('a person takes it over', () => {
  it('sees what would be changed, and that nothing is before it is approved', async () => {
    await workbench.openContainer('Coxswain');
    await workbench.treeRow(/^frontend\s*\d+\/\d+ · .*shadow/).waitFor();
    await workbench.showOnly('Activity', ['Approvals', 'Chaos', 'Policies']);
    await setLoad(CALM);
    await workbench.runCommandChoosing(paletteTitle('coxswain.takeOver'), 'Own');
    await workbench.dialogButton('Show Change').click();
    await workbench.page.locator('.monaco-diff-editor').getByText('selectPolicy').first().waitFor();
    await workbench.statusBarItem('1 waiting').waitFor();
    expect((await hpa()).metadata.annotations).not.toHaveProperty(HANDOVER);
  });

  it('approves it, and the HPA is suspended but for its net', async () => {
    await workbench.showOnly('Approvals', ['Activity']);
    await workbench.clickRowButton(/Take over from HPA frontend/, 'Approve');
    await workbench.treeRow(/^frontend\s*\d+\/\d+ · .*own/).waitFor();
    const { metadata, spec } = await hpa();
    expect(metadata.annotations).toHaveProperty(HANDOVER);
    expect(spec.behavior?.scaleDown?.selectPolicy).toBe('Disabled');
    await workbench.showOnly('Activity', ['Approvals']);
    await workbench.treeRow(/taken over\s*frontend: HPA frontend \(own\)/).waitFor();
  });

  it(
    'sees the scaler meet a spike',
    async () => {
      await setLoad(SPIKE);
      await workbench.treeRow(/^frontend\s*(8|9|1\d)\/\d+ · .*own/).waitFor({ timeout: STEPS_TIMEOUT_MS });
      await workbench
        .treeRow(/acted\s*frontend: scale deployment/)
        .first()
        .waitFor();
      await workbench.closeEditors();
      await workbench.runCommand(paletteTitle('coxswain.showScaling'));
      await dashboard().getByRole('heading', { name: 'Coxswain is in charge (own)' }).waitFor();
      await expectPainted(dashboard().locator('.uplot canvas'), 6);
      await workbench.clearToasts();
      await dashboard().getByRole('button', { name: 'last 15 min' }).click();
      await workbench.resize(TALL);
      await workbench.screenshot('scaling');
      await workbench.resize(WINDOW);
    },
    STEPS_TIMEOUT_MS + 60_000,
  );
});

describe('its metrics are lost', () => {
  it(
    'the breaker opens, and it is handed back to the HPA as that was',
    async () => {
      metrics.cut();
      await workbench
        .toast(/frontend was handed back to HPA frontend: the circuit breaker has opened: no data/)
        .waitFor({ timeout: STEPS_TIMEOUT_MS });
      await dashboard().getByRole('heading', { name: 'Handed back' }).waitFor();
      await workbench.treeRow(/^frontend\s*\d+\/\d+ · .*handed back/).waitFor();
      const { metadata, spec } = await hpa();
      expect(metadata.annotations).not.toHaveProperty(HANDOVER);
      expect(spec.behavior?.scaleDown?.selectPolicy).not.toBe('Disabled');
      await workbench.clearToasts();
    },
    STEPS_TIMEOUT_MS + 60_000,
  );

  it(
    'the HPA is back in charge and scales, and Coxswain does not',
    async () => {
      // Down: while it is taken over it cannot do that.
      await setLoad(CALM);
      await expect
        .poll(async () => (await hpa()).status?.desiredReplicas ?? 0, { timeout: STEPS_TIMEOUT_MS })
        .toBeLessThan(8);
      await workbench
        .treeRow(/^frontend\s*[2-7]\/[2-7] · .*handed back/)
        .waitFor({ timeout: STEPS_TIMEOUT_MS });
      const rows = await workbench.rowTexts(/^[\d:]+/);
      const since = rows.slice(
        0,
        rows.findIndex((row) => /handed back/.test(row)),
      );
      expect(since.filter((row) => /acting|acted/.test(row))).toEqual([]);
    },
    STEPS_TIMEOUT_MS + 60_000,
  );

  it('is not taken over again without being asked, once the metrics are back', async () => {
    metrics.restore();
    await dashboard()
      .getByText(/^would (keep|scale)/)
      .waitFor();
    await workbench.treeRow(/^frontend\s*\d+\/\d+ · .*handed back/).waitFor();
    expect((await hpa()).metadata.annotations).not.toHaveProperty(HANDOVER);
  });

  it('what it has cost is told', async () => {
    await workbench.runCommandChoosing(
      paletteTitle('coxswain.costReport'),
      'Last day',
      'What the autoscaler',
      'As a preview',
    );
    await workbench.markdownPreview().getByRole('heading').first().waitFor();
    await workbench.markdownPreview().getByRole('cell', { name: 'frontend' }).first().waitFor();
  });
});

describe('without touching what runs', () => {
  const simulating = async () =>
    (await server.processes()).filter((command) => command.includes('simulate hpa'));

  const simulate = async () => {
    await workbench.runCommandChoosing(paletteTitle('coxswain.simulate'), 'HPA alone', 'Stages…');
    await workbench.type('1m:40,1m:10');
  };

  it('a simulation is cancelled, and no process of it stays', async () => {
    await workbench.openContainer('Coxswain');
    await workbench.treeRow(/^frontend/).waitFor();
    await workbench.closeEditors();
    await simulate();
    await expect.poll(simulating, { timeout: 30_000 }).not.toEqual([]);
    await toastButton('Cancel').click();
    await expect.poll(simulating, { timeout: 30_000 }).toEqual([]);
  });

  it('a simulation is played to its end, and its report is shown', async () => {
    await simulate();
    const report = workbench.webview(EXTENSION_ID);
    await report.getByRole('heading').first().waitFor({ timeout: STEPS_TIMEOUT_MS });
    await report.locator('svg').first().waitFor();
  });
});

function toastButton(name: string) {
  return workbench.page.locator('.notifications-toasts').getByRole('button', { name });
}

/** As anybody does it who has the CLI. */
async function setLoad(stages: string): Promise<void> {
  const { code, stderr } = await runCli(
    ['load', 'web/frontend', '--stages', stages, '--kubeconfig', cluster.kubeconfigPath],
    {},
  );
  expect(code, stderr).toBe(0);
}
