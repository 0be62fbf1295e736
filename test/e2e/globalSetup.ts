import { execFileSync } from 'node:child_process';
import { ensureCodeServer } from './harness/codeServerInstall';
import { ensureBrowser } from './harness/tools';

/** What every end-to-end test needs: a VS Code, a browser and the packaged extension. */
export default async function setup(): Promise<void> {
  ensureBrowser();
  await ensureCodeServer();
  // The packager's output goes to stderr: stdout belongs to the reporter.
  execFileSync(process.execPath, ['scripts/package.mjs'], { stdio: ['ignore', 2, 2] });
}
