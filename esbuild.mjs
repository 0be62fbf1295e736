// Builds dist/: the agent and the extension for Node, the dashboard for webview and browser.
//   node esbuild.mjs [--watch]
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { copyFile, cp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('.', import.meta.url));
const SOURCES = [
  'agent',
  'extension',
  'webview',
  'manifests/chaos',
  'manifests/canary/analysis',
  'policies',
  'esbuild.mjs',
  'package.json',
  'package-lock.json',
];
const OUTPUTS = [
  'agent.cjs',
  'commands.cjs',
  'extension.cjs',
  'languageClient.cjs',
  'rest.cjs',
  'rolloutWorker.cjs',
  'learnWorker.cjs',
  'keeper.cjs',
  'webview.js',
  'webview.css',
  'index.html',
  'chaos/pod-kill.yaml',
  'analysis/error-rate.yaml',
  'policies/default.json',
];

const shared = {
  absWorkingDir: root,
  bundle: true,
  sourcemap: true,
  minifySyntax: true,
  logLevel: 'warning',
};

/** Node 22 is what the extension host of the oldest supported VS Code runs; it also runs the agent. */
const node = {
  ...shared,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  // What import.meta.url is in a module, for a bundle that is none.
  banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': 'importMetaUrl' },
  // An import() of another of our bundles becomes a require(): Node finds few of a CommonJS module's names itself.
  supported: { 'dynamic-import': false },
};

const targets = [
  {
    ...node,
    // What steers, and the start of every other command.
    entryPoints: ['agent/main.ts'],
    outfile: 'dist/agent.cjs',
    minifyWhitespace: true,
    plugins: [
      withoutWhatIsNotUsed(),
      loadedLater('\\./commands', './commands.cjs'),
      loadedLater('.*/restLibraries', './rest.cjs'),
      inAscii('dist/agent.cjs'),
    ],
  },
  {
    ...node,
    entryPoints: ['agent/commands.ts'],
    outfile: 'dist/commands.cjs',
    minifyWhitespace: true,
    plugins: [
      withoutWhatIsNotUsed(),
      loadedLater('.*/restLibraries', './rest.cjs'),
      inAscii('dist/commands.cjs'),
      copyFolder('manifests/chaos', 'dist/chaos'),
      copyFolder('manifests/canary/analysis', 'dist/analysis'),
      copyFolder('policies', 'dist/policies'),
    ],
  },
  {
    ...node,
    // What the agent's threads run while they collect for a training.
    entryPoints: ['agent/training/rolloutWorker.ts'],
    outfile: 'dist/rolloutWorker.cjs',
    minifyWhitespace: true,
  },
  {
    ...node,
    // What the agent's thread runs that fine-tunes on experience.
    entryPoints: ['agent/tasks/online/learnWorker.ts'],
    outfile: 'dist/learnWorker.cjs',
    minifyWhitespace: true,
    sourcemap: false,
  },
  {
    ...node,
    // What hands autoscalers back when the agent has died: it lives as long as the agent, and is to be small.
    entryPoints: ['agent/safety/keeper/keeperMain.ts'],
    outfile: 'dist/keeper.cjs',
    minifyWhitespace: true,
    sourcemap: false,
    plugins: [withoutWhatIsNotUsed(), inAscii('dist/keeper.cjs')],
  },
  {
    ...node,
    // The packages of the REST service, which most agents do not open.
    entryPoints: ['agent/rest/restLibraries.ts'],
    outfile: 'dist/rest.cjs',
    minifyWhitespace: true,
    sourcemap: false,
  },
  {
    ...node,
    entryPoints: ['extension/main.ts'],
    outfile: 'dist/extension.cjs',
    // Half of what VS Code waits for at activation is compiling it.
    minifyWhitespace: true,
    external: ['vscode'],
    plugins: [loadedLater('vscode-languageclient/node', './languageClient.cjs')],
  },
  {
    ...node,
    entryPoints: ['vscode-languageclient/node'],
    outfile: 'dist/languageClient.cjs',
    external: ['vscode'],
    sourcemap: false,
  },
  {
    ...shared,
    entryPoints: ['webview/main.ts'],
    outfile: 'dist/webview.js',
    platform: 'browser',
    target: 'es2023',
    format: 'iife',
    minify: true,
    plugins: [copy('webview/index.html', 'dist/index.html')],
  },
];

/** Builds everything, unless dist/ is newer than all of its sources. Ends the process where they do not compile. */
export async function build() {
  if (isUpToDate()) return;
  const esbuild = await import('esbuild');
  const results = await Promise.allSettled(targets.map((target) => esbuild.build(target)));
  // Its process would stay for as long as what is built here runs.
  await esbuild.stop();
  // esbuild itself has said why, in the lines before.
  if (results.some(({ status }) => status === 'rejected')) process.exit(1);
}

async function watch() {
  const esbuild = await import('esbuild');
  for (const target of targets) {
    const context = await esbuild.context({ ...target, logLevel: 'info' });
    await context.watch();
  }
}

function isUpToDate() {
  const built = OUTPUTS.map(
    (name) => statSync(join(root, 'dist', name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  );
  return newest(SOURCES.map((name) => join(root, name))) < Math.min(...built);
}

/** The latest change in files and folders; a folder changes when a file in it is deleted. */
function newest(paths) {
  let latest = 0;
  for (const path of paths) {
    const stat = statSync(path);
    latest = Math.max(latest, stat.mtimeMs);
    if (stat.isDirectory())
      latest = Math.max(latest, newest(readdirSync(path).map((name) => join(path, name))));
  }
  return latest;
}

/** Leaves a package out of a bundle, whose start would have to compile it, to load it from a bundle of its own. */
function loadedLater(name, bundle) {
  return {
    name: 'loaded-later',
    setup(build) {
      build.onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: bundle, external: true }));
    },
  };
}

/**
 * Of @kubernetes/client-node the agent uses KubeConfig alone: the classes generated for every kind of object, which
 * only its makeApiClient needs, would cost 10 MB of memory. Of undici it uses three dispatchers and their requests, of
 * zod's messages the English ones.
 */
function withoutWhatIsNotUsed() {
  return {
    name: 'without-what-is-not-used',
    setup(build) {
      const library = join(root, 'node_modules/@kubernetes/client-node/dist');
      build.onResolve({ filter: /^@kubernetes\/client-node$/ }, () => ({ path: join(library, 'config.js') }));
      for (const { filter, contents } of USED)
        build.onLoad({ filter }, ({ path }) => ({ contents, resolveDir: dirname(path) }));
    },
  };
}

const USED = [
  {
    filter: /client-node[/\\]dist[/\\]gen[/\\]index\.js$/,
    contents: `export { createConfiguration } from './configuration.js';
               export { ServerConfiguration } from './servers.js';`,
  },
  {
    filter: /node_modules[/\\]undici[/\\]index\.js$/,
    contents: `Object.assign(require('./lib/dispatcher/dispatcher').prototype, require('./lib/api'));
               exports.Agent = require('./lib/dispatcher/agent');
               exports.ProxyAgent = require('./lib/dispatcher/proxy-agent');
               exports.Socks5ProxyAgent = require('./lib/dispatcher/socks5-proxy-agent');`,
  },
  {
    filter: /zod[/\\]v4[/\\]locales[/\\]index\.js$/,
    contents: `export { default as en } from './en.js';`,
  },
];

/**
 * Writes what is left of other characters (in regular expressions and in licences) as escapes: V8 keeps a text of
 * which a single one is not Latin-1 with two bytes for each, which for the agent is 5 MB of memory.
 */
function inAscii(file) {
  return {
    name: 'in-ascii',
    setup(build) {
      build.onEnd(async () => {
        const text = await readFile(join(root, file), 'utf8');
        const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
        await writeFile(join(root, file), text.replace(/[\u0080-\uffff]/g, escaped));
      });
    },
  };
}

function copy(from, to) {
  return {
    name: 'copy',
    setup(build) {
      build.onEnd(async () => {
        mkdirSync(join(root, 'dist'), { recursive: true });
        await copyFile(join(root, from), join(root, to));
      });
    },
  };
}

/** As it is, so that what is gone from the source is gone from the copy. */
function copyFolder(from, to) {
  return {
    name: 'copy-folder',
    setup(build) {
      build.onEnd(async () => {
        await rm(join(root, to), { recursive: true, force: true });
        await cp(join(root, from), join(root, to), { recursive: true });
      });
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await (process.argv.includes('--watch') ? watch() : build());
}
