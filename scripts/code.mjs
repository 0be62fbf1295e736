// npm run code [-- FOLDER]: the extension in a VS Code for the browser, for people without a desktop VS Code.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from '../esbuild.mjs';
import { importTypeScript } from './lib/importTypeScript.mjs';
import { ROOT } from './lib/paths.mjs';

const stop = Promise.withResolvers();
// Not `once`: npm passes on a Ctrl-C that the terminal has sent to us as well.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop.resolve);

await build();
const { startVsCodeServer } = await importTypeScript('test/e2e/harness/vscodeServer.ts');
const { name, publisher, version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
const scratch = await mkdtemp(join(tmpdir(), 'coxswain-code-'));
const server = await startVsCodeServer({
  unpacked: { id: `${publisher}.${name}-${version}`, folder: ROOT },
  settings: { 'coxswain.embedded.rate': 10 },
});
console.log(`\nVS Code: ${server.url(resolve(process.argv[2] ?? scratch))}`);
console.log('In its Coxswain view, choose "Start Embedded Cluster". Ctrl-C ends everything.');
await stop.promise;
await server.stop();
await rm(scratch, { recursive: true, force: true });
process.exit(0);
