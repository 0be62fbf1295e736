import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program that comes from the operating system, not from npm. */
interface Tool {
  readonly programs: readonly string[];
  readonly debianPackage: string;
}

const BROWSER: Tool = {
  programs: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
  debianPackage: 'chromium',
};

const PROMETHEUS: Tool = { programs: ['prometheus'], debianPackage: 'prometheus' };

/** What compiles code-server's native modules: `kerberos` wants krb5-config and its headers. */
const BUILD_TOOLS: readonly Tool[] = [
  { programs: ['krb5-config'], debianPackage: 'libkrb5-dev' },
  { programs: ['g++'], debianPackage: 'build-essential' },
  { programs: ['make'], debianPackage: 'build-essential' },
  { programs: ['python3'], debianPackage: 'python3' },
];

/** The path of a Chromium, installed first where this may be done. */
export function ensureBrowser(): string {
  ensureTools([BROWSER]);
  const path = find(BROWSER);
  if (path === null) throw new Error('apt-get installed chromium, but it is not on PATH.');
  return path;
}

/** The path of a Prometheus, whose package brings promtool too, installed first where this may be done. */
export function ensurePrometheus(): string {
  ensureTools([PROMETHEUS]);
  const path = find(PROMETHEUS);
  if (path === null) throw new Error('apt-get installed prometheus, but it is not on PATH.');
  return path;
}

export function ensureBuildTools(): void {
  ensureTools(BUILD_TOOLS);
}

/** Installs what is missing as root on Debian; anywhere else it throws with the command to run. */
function ensureTools(tools: readonly Tool[]): void {
  const missing = tools.filter((tool) => find(tool) === null);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((tool) => tool.debianPackage))];
  const aptGet = find({ programs: ['apt-get'], debianPackage: 'apt' });
  if (aptGet === null || process.getuid?.() !== 0) {
    throw new Error(
      `These tests need ${packages.join(', ')}. On Debian or Ubuntu: sudo apt-get install ${packages.join(' ')}`,
    );
  }
  process.stderr.write(`Installing ${packages.join(', ')} with apt-get …\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // apt's own progress goes to stderr: stdout belongs to the reporter of the tests.
  const options = { env, stdio: ['ignore', 2, 2] as Array<'ignore' | number> };
  execFileSync(aptGet, ['update', '-q'], options);
  execFileSync(aptGet, ['install', '-q', '-y', '--no-install-recommends', ...packages], options);
}

function find(tool: Tool): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter);
  for (const program of tool.programs) {
    for (const folder of folders) {
      const path = join(folder, program);
      if (isExecutable(path)) return path;
    }
  }
  return null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
