import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureBuildTools } from './tools';

const VERSION = '4.139.1';
/** code-server runs on exactly this major version of Node, which its native modules are compiled for. */
const NODE_VERSION = '24.21.0';
const PROGRESS_INTERVAL_MS = 15_000;

/** An installed code-server: `node entry …` runs it. */
export interface CodeServerInstall {
  readonly node: string;
  readonly entry: string;
}

/**
 * code-server from npm, in a cache folder outside of the checkout. The first call compiles native modules
 * (about 100 s, 600 MB); later ones find it. It appears there when it is complete, and runs that race wait for each
 * other.
 */
export async function ensureCodeServer(): Promise<CodeServerInstall> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'coxswain');
  const folder = join(cache, `code-server-${VERSION}`);
  if (await exists(folder)) return describe(folder);
  await mkdir(cache, { recursive: true });
  const release = await lock(`${folder}.lock`);
  try {
    if (!(await exists(folder))) await install(folder);
  } finally {
    release();
  }
  return describe(folder);
}

function describe(folder: string): CodeServerInstall {
  return {
    node: join(folder, 'node_modules', nodePackage(), 'bin', 'node'),
    entry: join(folder, 'node_modules/code-server/out/node/entry.js'),
  };
}

async function install(folder: string): Promise<void> {
  ensureBuildTools();
  const log = `${folder}.log`;
  await rm(log, { force: true });
  for (const name of await readdir(dirname(folder))) {
    // Left by a run that was killed.
    if (name.includes('.partial-')) await rm(join(dirname(folder), name), { recursive: true, force: true });
  }
  const partial = await mkdtemp(`${folder}.partial-`);
  try {
    await npmInstallAll(partial, log);
    await rename(partial, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** In two steps: compiling takes the headers that the first one brings, since node-gyp downloads none here. */
async function npmInstallAll(folder: string, log: string): Promise<void> {
  const node = join(folder, 'node_modules', nodePackage());
  const dependencies: Record<string, string> = { [nodePackage()]: NODE_VERSION };
  await writeManifest(folder, dependencies);
  await npmInstall(`Node ${NODE_VERSION} for code-server`, folder, log, {});
  dependencies['code-server'] = VERSION;
  await writeManifest(folder, dependencies);
  await npmInstall(`code-server ${VERSION} (once, about two minutes)`, folder, log, {
    PATH: `${join(node, 'bin')}${delimiter}${process.env.PATH ?? ''}`,
    npm_config_nodedir: node,
  });
}

function writeManifest(folder: string, dependencies: Record<string, string>): Promise<void> {
  const manifest = {
    private: true,
    dependencies,
    allowScripts: { [`code-server@${VERSION}`]: true, 'argon2@0.44.0': true },
  };
  return writeFile(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
}

async function npmInstall(what: string, folder: string, log: string, env: NodeJS.ProcessEnv): Promise<void> {
  const startedAtMs = Date.now();
  const say = (text: string) => process.stderr.write(`Installing ${what} … ${text}\n`);
  say(`log: ${log}`);
  const progress = setInterval(
    () => say(`${Math.round((Date.now() - startedAtMs) / 1000)} s`),
    PROGRESS_INTERVAL_MS,
  );
  try {
    await run('npm', ['install', '--foreground-scripts', '--no-audit', '--no-fund'], folder, log, {
      ...outsideNpm(),
      ...env,
    });
  } finally {
    clearInterval(progress);
  }
}

async function run(
  program: string,
  args: string[],
  cwd: string,
  log: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const output = createWriteStream(log, { flags: 'a' });
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  await new Promise((resolve) => output.end(resolve));
  if (code === 0) return;
  const tail = (await readFile(log, 'utf8')).split('\n').slice(-30).join('\n');
  throw new Error(`${program} ${args.join(' ')} ended with code ${code}. The end of ${log}:\n${tail}`);
}

/**
 * The environment without what an outer `npm run` says about its own project, and about its own Node: by the user
 * agent that it hands on code-server would take our Node 24 for the one that npm was started with.
 */
function outsideNpm(): NodeJS.ProcessEnv {
  const names =
    /^(npm_(package|lifecycle|command|node)|npm_config_(user_agent|(local|global)?_?prefix)$|INIT_CWD$|NODE_OPTIONS$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !names.test(name)));
}

/** As the npm package `node` names the one that it installs. */
function nodePackage(): string {
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${process.platform}-${process.arch}`;
}

/** Waits for an exclusive lock. It is SQLite's, thus the kernel's: it ends with the process that holds it. */
async function lock(path: string): Promise<() => void> {
  const database = new DatabaseSync(path);
  for (let tries = 0; ; tries++) {
    try {
      database.exec('BEGIN EXCLUSIVE');
      return () => database.close();
    } catch (error) {
      if (!(error instanceof Error) || !/locked/.test(error.message)) throw error;
    }
    if (tries === 0)
      process.stderr.write(`Another run installs code-server in ${dirname(path)}; waiting …\n`);
    await sleep(1000);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
