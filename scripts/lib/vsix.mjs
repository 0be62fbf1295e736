import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createVSIX, listFiles, PackageManager } from '@vscode/vsce';
import { build } from '../../esbuild.mjs';
import { ROOT } from './paths.mjs';

const REQUIRED = [
  'package.json',
  'LICENSE',
  'README.md',
  'CHANGELOG.md',
  'dist/agent.cjs',
  'dist/extension.cjs',
  'dist/languageClient.cjs',
  'dist/rest.cjs',
  'dist/rolloutWorker.cjs',
  'dist/learnWorker.cjs',
  'dist/webview.js',
  'dist/webview.css',
  'dist/index.html',
  'dist/chaos/pod-kill.yaml',
  'dist/analysis/error-rate.yaml',
  'dist/policies/default.json',
];
const ALLOWED =
  /^(package\.json|LICENSE|README\.md|CHANGELOG\.md|dist\/(analysis\/|chaos\/|policies\/)?[^/]+|media\/.+|docs\/images\/.+)$/;

/**
 * Builds and writes coxswain-<version>.vsix into the checkout. Throws where a file is missing in it, or one is in
 * it that users have no need of.
 * @returns {Promise<{ path: string; files: string[]; bytes: number }>}
 */
export async function createPackage() {
  await build();
  const files = (await listFiles({ cwd: ROOT, packageManager: PackageManager.None })).map((file) =>
    file.replaceAll('\\', '/'),
  );
  checkContent(files);
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const path = join(ROOT, `coxswain-${version}.vsix`);
  await createVSIX({
    cwd: ROOT,
    packagePath: path,
    dependencies: false,
    rewriteRelativeLinks: false,
    allowMissingRepository: true,
  });
  return { path, files, bytes: (await stat(path)).size };
}

function checkContent(files) {
  const missing = REQUIRED.filter((name) => !files.includes(name));
  if (!files.some((name) => name.startsWith('media/'))) missing.push('media/');
  if (missing.length > 0) throw new Error(`Missing in the package: ${missing.join(', ')}`);
  const strange = files.filter((name) => !ALLOWED.test(name) || name.endsWith('.map'));
  if (strange.length > 0) throw new Error(`Not for the package (see .vscodeignore): ${strange.join(', ')}`);
}
