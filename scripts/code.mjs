// npm run code [-- FOLDER]: a VS Code for the browser with the extension, on an embedded cluster of its own.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from '../esbuild.mjs';
import { importTypeScript } from './lib/importTypeScript.mjs';
import { ROOT } from './lib/paths.mjs';

/** A workspace with a coxswain.yaml starts the extension by itself. */
const CONFIG = 'mode: approve\nnamespaces: [shop, web]\n';

const stop = Promise.withResolvers();
// Not `once`: npm passes on a Ctrl-C that the terminal has sent to us as well.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop.resolve);

await build();
const { startEmbeddedCluster } = await importTypeScript('agent/embedded/cluster.ts');
const { startVsCodeServer } = await importTypeScript('test/e2e/harness/vscodeServer.ts');
const { name, publisher, version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));

const scratch = await mkdtemp(join(tmpdir(), 'coxswain-code-'));
const kubeconfigPath = join(scratch, 'kubeconfig');
const cluster = await startEmbeddedCluster({ kubeconfigPath, rate: 10, seed: 1, demo: true });
const server = await startVsCodeServer({
  unpacked: { id: `${publisher}.${name}-${version}`, folder: ROOT },
  settings: { 'coxswain.kubeconfig': kubeconfigPath, 'coxswain.autoConnect': true },
});
console.log(`\nVS Code: ${server.url(process.argv[2] ? resolve(process.argv[2]) : await demoFolder())}`);
console.log('Its Coxswain view shows an embedded cluster, whose time runs ×10. Ctrl-C ends everything.');
await stop.promise;
await server.stop();
await cluster.close();
await rm(scratch, { recursive: true, force: true });
process.exit(0);

async function demoFolder() {
  const folder = join(scratch, 'workspace');
  await mkdir(folder);
  await writeFile(join(folder, 'coxswain.yaml'), CONFIG);
  return folder;
}
