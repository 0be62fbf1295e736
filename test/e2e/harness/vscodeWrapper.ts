// What @vscode/test-electron runs in place of a desktop VS Code: it takes the same flags, starts a VS Code server
// with a Chromium as its window, passes the output of the tests on, and ends with their exit code.
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { launchBrowser } from './browser';
import { startVsCodeServer } from './vscodeServer';

const TIMEOUT_MS = 180_000;

process.exit(await runInHostTests(process.argv.slice(2)));

async function runInHostTests(args: readonly string[]): Promise<number> {
  const folder = args.find((arg) => !arg.startsWith('-'));
  if (folder === undefined) throw new Error('launchArgs has to name the folder to open.');
  const server = await startVsCodeServer({ inHostTests: true });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const exitCode = Promise.withResolvers<number>();
    // The two functions that VS Code's web client looks for in its window when tests run in it.
    await page.exposeFunction('codeAutomationExit', exitCode.resolve);
    await page.exposeFunction('codeAutomationLog', (type: string, texts: unknown[]) => {
      process.stdout.write(`${type} ${format(...texts)}\n`);
    });
    const payload = ['extensionDevelopmentPath', 'extensionTestsPath'].map(
      (name) => [name, server.remoteUri(pathToFileURL(flag(args, name)).pathname)] as const,
    );
    await page.goto(server.url(folder, payload), { waitUntil: 'domcontentloaded' });
    const timeout = setTimeout(
      () => exitCode.reject(new Error('The tests in the extension host did not end.')),
      TIMEOUT_MS,
    );
    return await exitCode.promise.finally(() => clearTimeout(timeout));
  } finally {
    await browser.close();
    await server.stop();
  }
}

function flag(args: readonly string[], name: string): string {
  const prefix = `--${name}=`;
  const value = args.find((arg) => arg.startsWith(prefix))?.slice(prefix.length);
  if (value === undefined) throw new Error(`${prefix}… is missing.`);
  return value;
}
