import { copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createVSIX, listFiles, PackageManager } from '@vscode/vsce';
import { build } from '../../esbuild.mjs';
import { relink } from './links.mjs';
import { ROOT } from './paths.mjs';

const REQUIRED = [
  'package.json',
  'LICENSE',
  'README.md',
  'CHANGELOG.md',
  'dist/agent.cjs',
  'dist/commands.cjs',
  'dist/extension.cjs',
  'dist/languageClient.cjs',
  'dist/rest.cjs',
  'dist/rolloutWorker.cjs',
  'dist/learnWorker.cjs',
  'dist/keeper.cjs',
  'dist/webview.js',
  'dist/webview.css',
  'dist/index.html',
  'dist/chaos/pod-kill.yaml',
  'dist/analysis/error-rate.yaml',
  'dist/policies/default.json',
  'docs/safety.md',
  'manifests/rbac.yaml',
];
const ALLOWED =
  /^(package\.json|LICENSE|(README|CHANGELOG|SECURITY)\.md|dist\/(analysis\/|chaos\/|policies\/)?[^/]+|media\/.+|docs\/([^/]+\.md|images\/.+)|manifests\/.+)$/;

/** VS Code shows these beside the extension, where no file can be reached; vsce gives them other names. */
const AT_THE_TOP = ['README.md', 'CHANGELOG.md', 'LICENSE'];
const NOTHING = new Set();

/**
 * Builds and writes coxswain-<version>.vsix into the checkout. Throws where a file is missing in it, or one is in
 * it that users have no need of. Its pages link only to what is in it, or to the web; docs/README.md is the README with
 * its pictures.
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
  const staging = await mkdtemp(join(tmpdir(), 'coxswain-package-'));
  try {
    await stage(files, staging);
    await createVSIX({
      cwd: staging,
      packagePath: path,
      dependencies: false,
      rewriteRelativeLinks: false,
      allowMissingRepository: true,
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return { path, files, bytes: (await stat(path)).size };
}

/** Copies what is packaged, its pages as they are to be read there. */
async function stage(files, staging) {
  const linkable = new Set(files.filter((file) => !AT_THE_TOP.includes(file)));
  for (const file of files) {
    const to = await placeFor(join(staging, file));
    if (!file.endsWith('.md')) await copyFile(join(ROOT, file), to);
    else await stagePage(file, file, AT_THE_TOP.includes(file) ? NOTHING : linkable, staging);
  }
  await stagePage('README.md', 'docs/README.md', linkable, staging);
}

async function stagePage(page, as, files, staging) {
  const text = await readFile(join(ROOT, page), 'utf8');
  await writeFile(await placeFor(join(staging, as)), relink(text, { page, as, files }));
}

async function placeFor(path) {
  await mkdir(dirname(path), { recursive: true });
  return path;
}

function checkContent(files) {
  const missing = REQUIRED.filter((name) => !files.includes(name));
  if (!files.some((name) => name.startsWith('media/'))) missing.push('media/');
  if (missing.length > 0) throw new Error(`Missing in the package: ${missing.join(', ')}`);
  const strange = files.filter((name) => !ALLOWED.test(name) || name.endsWith('.map'));
  if (strange.length > 0) throw new Error(`Not for the package (see .vscodeignore): ${strange.join(', ')}`);
}
