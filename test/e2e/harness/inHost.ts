import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import * as z from 'zod';
import { ROOT } from './manifest';

const SOURCES = join(ROOT, 'test/e2e/in-host');
/** Inside node_modules, so that the bundles' imports of packages resolve. */
const BUNDLES = join(ROOT, 'node_modules/.cache/coxswain/in-host');

/** What in-host/index.ts writes. */
export const InHostResults = z.object({
  passed: z.array(z.string()),
  failed: z.array(z.object({ title: z.string(), error: z.string() })),
});
export type InHostResults = z.infer<typeof InHostResults>;

/** Runs test/e2e/in-host inside the extension host of a VS Code that loads this checkout as its extension. */
export async function runInHost(): Promise<InHostResults> {
  const folder = await mkdtemp(join(tmpdir(), 'coxswain-in-host-'));
  const results = join(folder, 'results.json');
  const output = new PassThrough();
  const said = text(output);
  try {
    await bundleTests();
    await runTests({
      vscodeExecutablePath: join(ROOT, 'test/e2e/harness/vscode.mjs'),
      extensionDevelopmentPath: ROOT,
      extensionTestsPath: join(BUNDLES, 'index.cjs'),
      extensionTestsEnv: { COXSWAIN_IN_HOST_RESULTS: results },
      launchArgs: [folder],
      stdout: output,
      stderr: output,
    }).catch(() => undefined);
    output.end();
    return InHostResults.parse(JSON.parse(await readFile(results, 'utf8')));
  } catch (error) {
    output.end();
    throw new Error(`The tests in the extension host wrote no results. VS Code said:\n${await said}`, {
      cause: error,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function bundleTests(): Promise<void> {
  const entryPoints = (await readdir(SOURCES)).filter((name) => name.endsWith('.ts'));
  await rm(BUNDLES, { recursive: true, force: true });
  await build({
    absWorkingDir: SOURCES,
    entryPoints,
    outdir: BUNDLES,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
  });
}
