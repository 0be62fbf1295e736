import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import {
  EMBEDDED_CONTEXT,
  type EmbeddedCluster,
  startEmbeddedCluster,
} from '../../../agent/embedded/cluster';
import { launchBrowser } from '../harness/browser';
import { paletteTitle, VSIX } from '../harness/manifest';
import { startVsCodeServer, type VsCodeServer } from '../harness/vscodeServer';
import { Workbench } from '../harness/workbench';

let home: string;
let server: VsCodeServer;
let browser: Browser;
let workbench: Workbench;
let cluster: EmbeddedCluster;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'coxswain-bad-input-'));
  await mkdir(join(home, '.kube'));
  await mkdir(join(home, 'first'));
  await mkdir(join(home, 'second'));
  cluster = await startEmbeddedCluster({
    kubeconfigPath: join(home, 'embedded'),
    rate: 5,
    seed: 1,
    demo: true,
  });
  server = await startVsCodeServer({ vsix: VSIX, settings: {}, env: { HOME: home, KUBECONFIG: '' } });
  browser = await launchBrowser();
  workbench = await openWindow('first');
});

afterEach(async ({ task }) => {
  await workbench.screenshotFailure(task);
  await workbench.clearToasts();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await cluster?.close();
  await rm(home, { recursive: true, force: true });
});

/** A window on its own folder, with the extension's views in sight. */
async function openWindow(folder: string): Promise<Workbench> {
  const window = await Workbench.open(browser, server.url(join(home, folder)));
  await window.openContainer('Coxswain');
  return window;
}

const writeKubeconfig = (text: string) => writeFile(join(home, '.kube', 'config'), text);
const embeddedKubeconfig = () => readFile(join(home, 'embedded'), 'utf8');

async function connect(window: Workbench, context?: string): Promise<void> {
  await window.runCommand(paletteTitle('coxswain.connect'));
  if (context !== undefined) await window.choose(context);
}

// One window: each step leaves it without a connection until the last one.
describe('VS Code tells what is wrong, where, and what to do', () => {
  it('where there is no kubeconfig', async () => {
    await connect(workbench);
    await workbench.toast(/No kubeconfig at .*config.*start the embedded cluster/).waitFor();
  });

  it('where the kubeconfig is broken', async () => {
    await writeKubeconfig('apiVersion: v1\nclusters: [\n');
    await connect(workbench);
    await workbench.toast(/config is invalid at line \d/).waitFor();
  });

  it('where the API server cannot be reached', async () => {
    await writeKubeconfig(
      (await embeddedKubeconfig()).replace(/https:\/\/127\.0\.0\.1:\d+/, 'https://127.0.0.1:1'),
    );
    await connect(workbench, EMBEDDED_CONTEXT);
    await workbench.toast(/127\.0\.0\.1:1/).waitFor();
  });

  it('where the credentials are no good', async () => {
    await writeKubeconfig((await embeddedKubeconfig()).replace(/token: .*/, 'token: expired'));
    await connect(workbench, EMBEDDED_CONTEXT);
    await workbench.toast(/credentials/).waitFor();
  });

  it('where coxswain.yaml is wrong, in the file itself', async () => {
    await writeFile(join(home, 'first', 'coxswain.yaml'), 'guard:\n  maxReplica: 3\n');
    await workbench.runCommand(paletteTitle('coxswain.openConfig'));
    await workbench.page.locator('.squiggly-error').first().waitFor();
    await rm(join(home, 'first', 'coxswain.yaml'));
  });

  it('where another window steers the cluster already', async () => {
    await writeKubeconfig(await embeddedKubeconfig());
    await connect(workbench, EMBEDDED_CONTEXT);
    await workbench.treeRow(/^checkout\s*\d\/\d/).waitFor();
    const second = await openWindow('second');
    await connect(second, EMBEDDED_CONTEXT);
    await second.toast(/another agent|journal/i).waitFor();
    await second.close();
  });
});
