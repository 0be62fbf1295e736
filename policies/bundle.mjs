// The agent's own code for the scripts beside this file, as one module.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');

/** @param exports source text that exports what is needed, by paths from the root of the repository */
export async function agentCode(exports) {
  const folder = mkdtempSync(join(tmpdir(), 'coxswain-ship-'));
  const outfile = join(folder, 'shipping.cjs');
  await build({
    stdin: { contents: exports, resolveDir: ROOT },
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
    logLevel: 'warning',
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    define: { 'import.meta.url': 'importMetaUrl' },
  });
  try {
    return createRequire(import.meta.url)(outfile);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
