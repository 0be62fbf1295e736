import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { ROOT } from './paths.mjs';

/** Inside node_modules, so that the bundles' imports of packages resolve. */
const CACHE = join(ROOT, 'node_modules', '.cache', 'coxswain');

/**
 * Loads a TypeScript module of this checkout: bundled, since Node's own type stripping wants file extensions in
 * imports. Packages stay outside of the bundle.
 * @param {string} path relative to the checkout
 * @returns {Promise<Record<string, any>>} its exports
 */
export async function importTypeScript(path) {
  return import(pathToFileURL(await bundleForNode(path)).href);
}

/**
 * Bundles a module for Node 24 and returns where the bundle is.
 * @param {string} path relative to the checkout
 */
export async function bundleForNode(path) {
  const outfile = join(CACHE, `${path.replaceAll(/[/\\]/g, '-')}.mjs`);
  await build({
    absWorkingDir: ROOT,
    entryPoints: [path],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return outfile;
}
