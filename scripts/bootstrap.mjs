// Runs before every npm script, on whatever Node the machine has (20 or later) and with nothing installed:
// only Node's own modules may be imported here. It installs the dependencies when package-lock.json asks for
// others than are there; among them is Node 24 (the npm package `node`), which npm scripts then find first.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

if (!isInstalled()) {
  await install();
  checkNode();
}

/** Whether node_modules holds what package-lock.json names; optional packages are those of other platforms. */
function isInstalled() {
  // npm writes this file at the end of every install that succeeded.
  const record = `${root}node_modules/.package-lock.json`;
  if (!existsSync(record) || !existsSync(`${root}node_modules/.bin/node`)) return false;
  const installed = packagesIn(record);
  return Object.entries(packagesIn(`${root}package-lock.json`)).every(([path, { integrity, optional }]) => {
    if (path === '' || (optional && !installed[path])) return true;
    return installed[path]?.integrity === integrity;
  });
}

function packagesIn(lockfile) {
  return JSON.parse(readFileSync(lockfile, 'utf8')).packages;
}

async function install() {
  say('Installing dependencies with npm ci (once, about a minute) …');
  const startedAtMs = Date.now();
  const elapsed = () => `${Math.round((Date.now() - startedAtMs) / 1000)} s`;
  const progress = setInterval(() => say(`… ${elapsed()}`), 15_000);
  const code = await npmCi();
  clearInterval(progress);
  if (code !== 0) {
    fail(
      `npm ci ended with code ${code}. npm's own lines above say why.`,
      'If they speak of ENOTFOUND, ETIMEDOUT or ECONNREFUSED, the package registry cannot be reached: check the ' +
        'network, the proxy (npm config get https-proxy) and the registry (npm config get registry). Then run the same command again.',
    );
  }
  say(`Installed in ${elapsed()}.`);
}

/** Runs the npm that runs us. Its output goes to stderr: stdout belongs to the command that comes next. */
function npmCi() {
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const [program, first] = npm ? [process.execPath, [npm]] : ['npm', []];
  return new Promise((resolve) => {
    const child = spawn(program, [...first, ...args], { cwd: root, stdio: ['ignore', 2, 2] });
    child.once('error', (error) => {
      fail(
        `npm could not be started: ${error.message}`,
        'Install Node 20 or later with npm, then try again.',
      );
    });
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
}

/** The package `node` fetches its binary in an install script, which a user's npm settings may have switched off. */
function checkNode() {
  const { stdout } = spawnSync(`${root}node_modules/.bin/node`, ['--version'], { encoding: 'utf8' });
  if (stdout?.startsWith('v24.')) return;
  fail(
    `The package "node" is installed but its binary is not there (node --version says ${stdout?.trim() || 'nothing'}).`,
    'Its install script did not run: set "ignore-scripts" to false (npm config get ignore-scripts), delete node_modules, then try again.',
  );
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(what, remedy) {
  say(`\nCoxswain is not installed: ${what}\n${remedy}`);
  process.exit(1);
}
