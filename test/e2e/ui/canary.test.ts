import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, FrameLocator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../../agent/embedded/cluster';
import { readObject } from '../harness/apiServer';
import { launchBrowser } from '../harness/browser';
import { expectPainted } from '../harness/canvas';
import { EXTENSION_ID, paletteTitle, VSIX } from '../harness/manifest';
import { startVsCodeServer, type VsCodeServer } from '../harness/vscodeServer';
import { WINDOW, Workbench } from '../harness/workbench';

/** Cluster seconds in one second: a decision takes half a second, and harm is certain after some minutes. */
const RATE = 20;
const VERDICT_TIMEOUT_MS = 90_000;

/** All charts of a release in one picture. */
const TALL = { width: 1440, height: 1180 } as const;

const CONFIG = `mode: auto
namespaces: [release, shop]
canary:
  steering: own
  interval: 10s
`;

const IMAGE = 'coxswain.dev/demo/storefront';
const DEPLOYMENT = '/apis/apps/v1/namespaces/release/deployments/storefront';
const DeploymentObject = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({
    template: z.object({ spec: z.object({ containers: z.array(z.object({ image: z.string() })) }) }),
  }),
});
/** On the stable Deployment while a release is under way. */
const NOTE = 'coxswain.dev/release';

let home: string;
let cluster: EmbeddedCluster;
let server: VsCodeServer;
let browser: Browser;
let workbench: Workbench;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'coxswain-canary-'));
  await mkdir(join(home, '.kube'));
  await mkdir(join(home, 'web'));
  cluster = await startEmbeddedCluster({
    kubeconfigPath: join(home, '.kube', 'config'),
    rate: RATE,
    seed: 1,
    demo: true,
    releaseDemo: true,
  });
  await writeFile(join(home, 'web', 'coxswain.yaml'), CONFIG);
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
  await cluster?.close();
  await rm(home, { recursive: true, force: true });
});

const dashboard = (): FrameLocator => workbench.webview(EXTENSION_ID);
const deployment = () => readObject(cluster, DEPLOYMENT, DeploymentObject);

async function startCanary(tag: string): Promise<void> {
  await workbench.runCommand(paletteTitle('coxswain.startCanary'));
  await workbench.type(`${IMAGE}:${tag}`);
  // What fails much is rolled back within seconds: then its weight is hardly seen.
  await workbench.treeRow(/^storefront\s*(?!no release)/).waitFor();
}

/** It has gone back, and nothing of it is left. */
async function expectStable(): Promise<void> {
  await workbench.treeRow(/^storefront\s*rolled back/).waitFor({ timeout: VERDICT_TIMEOUT_MS });
  const { metadata, spec } = await deployment();
  expect(metadata.annotations).not.toHaveProperty([NOTE]);
  expect(spec.template.spec.containers[0]?.image).toBe(`${IMAGE}:1.0.0`);
}

// One story: each step starts where the one before it ended.
describe('a version that fails', () => {
  it('what can be released is in the view, and nothing of it is under way', async () => {
    await workbench.openContainer('Coxswain');
    await workbench.widenSidebar(200);
    await workbench.showOnly('Canaries', ['Cluster', 'Approvals', 'Chaos', 'Activity']);
    await workbench.treeRow(/^storefront\s*no release under way · storefront:1\.0\.0/).waitFor();
  });

  it(
    'is started, and rolled back once harm is certain, with the evidence against it and why',
    async () => {
      // It may be told before the palette is closed.
      const told = workbench.toast(/storefront was rolled back/).waitFor({ timeout: VERDICT_TIMEOUT_MS });
      await Promise.all([told, startCanary('2.0.0-buggy')]);
      await expectStable();
      await workbench.expandRow(/^storefront/);
      await workbench.treeRow(/Harm by errors/).waitFor();
      await workbench.runCommand(paletteTitle('coxswain.showRelease'));
      await dashboard().getByRole('heading', { name: 'Canary', exact: true }).waitFor();
      await dashboard().getByRole('heading', { name: 'Rolled back' }).waitFor();
      await dashboard().getByText('Why:').waitFor();
      await expectPainted(dashboard().locator('.uplot canvas'), 7);
      await workbench.clearToasts();
      await dashboard().getByRole('button', { name: 'last 15 min' }).click();
      await workbench.resize(TALL);
      await workbench.screenshot('evidence');
      await workbench.resize(WINDOW);
      await workbench.showOnly('Activity', ['Canaries']);
      await workbench
        .treeRow(/verdict\s*storefront: /)
        .first()
        .waitFor();
      await workbench.showOnly('Canaries', ['Activity']);
    },
    VERDICT_TIMEOUT_MS + 60_000,
  );
});

describe('a version that is well', () => {
  it('is started, and goes back by one command, without a question', async () => {
    await startCanary('2.0.0');
    await workbench.treeRow(/^storefront\s*▰/).waitFor();
    await workbench.treeRow(/^Canary\s*storefront:2\.0\.0, [1-9]/).waitFor();
    await workbench.treeRow(/Safety of errors/).waitFor({ timeout: VERDICT_TIMEOUT_MS });
    await workbench.clearToasts();
    await workbench.screenshot('canaries');
    await workbench.runCommand(paletteTitle('coxswain.rollbackRelease'));
    await expectStable();
  });
});

describe('another Deployment', () => {
  it('is made a canary by answering questions, and its manifests are shown before anything is changed', async () => {
    await workbench.closeEditors();
    await workbench.runCommandChoosing(
      paletteTitle('coxswain.makeCanary'),
      'checkout',
      'HTTPRoute',
      'A new route…',
    );
    await workbench.type('checkout.example');
    await workbench.type('release/storefront');
    await workbench.choose('Close');
    const lines = workbench.page.locator('.editor-group-container .view-lines');
    await lines.getByText('kind: HTTPRoute').first().waitFor();
    await workbench.treeRow(/^storefront/).waitFor();
    expect(await workbench.treeRow(/^checkout/).count()).toBe(0);
  });
});
