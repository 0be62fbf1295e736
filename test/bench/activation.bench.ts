import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchBrowser } from '../e2e/harness/browser';
import { EXTENSION_FOLDER_NAME, ROOT } from '../e2e/harness/manifest';
import { startVsCodeServer } from '../e2e/harness/vscodeServer';
import { Workbench } from '../e2e/harness/workbench';
import { compared, type Row } from './row';
import { median } from './statistics';

const WINDOWS = 7;
const LIMIT_MS = 50;

/** Loading and activating the extension, as VS Code itself measures it in its list of running extensions. */
export async function run(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'coxswain-bench-'));
  const server = await startVsCodeServer({ unpacked: { id: EXTENSION_FOLDER_NAME, folder: ROOT } });
  const browser = await launchBrowser();
  try {
    const timesMs: number[] = [];
    for (let index = 0; index < WINDOWS; index += 1) {
      const workbench = await Workbench.open(browser, server.url(folder));
      timesMs.push(await activationMs(workbench));
      await workbench.close();
    }
    const limit = { name: 'at most', value: LIMIT_MS };
    return [compared(`activation (median of ${WINDOWS})`, median(timesMs), 'ms', limit)];
  } finally {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

async function activationMs(workbench: Workbench): Promise<number> {
  // Its view being shown is what activates it.
  await workbench.openContainer('Coxswain');
  await workbench.statusBarItem('Coxswain').waitFor();
  await workbench.runCommand('Developer: Show Running Extensions');
  const row = workbench.page
    .locator('.runtime-extensions-editor .monaco-list-row')
    .filter({ hasText: 'Coxswain' });
  const text = await row.locator('.activation-time').filter({ hasText: /\d+ms/ }).innerText();
  return Number.parseInt(text.replace(/\D+/, ''), 10);
}
