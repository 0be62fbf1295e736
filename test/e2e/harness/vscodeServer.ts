import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, open, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type CodeServerInstall, ensureCodeServer } from './codeServerInstall';

const START_TIMEOUT_MS = 60_000;
const END_TIMEOUT_MS = 10_000;

/** None of the first-run pages, surveys and updates that would cover what a test looks at. */
const SETTINGS = {
  'workbench.startupEditor': 'none',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'chat.disableAIFeatures': true,
  'update.mode': 'none',
  'workbench.enableExperiments': false,
};
const NO_GALLERY = { serviceUrl: 'http://127.0.0.1:9/none', itemUrl: '', resourceUrlTemplate: '' };

export interface VsCodeServerOptions {
  /** A packaged extension to install. */
  readonly vsix?: string;
  /** An unpacked extension; `id` is `publisher.name-version`. */
  readonly unpacked?: { readonly id: string; readonly folder: string };
  /** For tests inside the extension host. VS Code then shows no toasts and refuses dialogs. */
  readonly inHostTests?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Added to the environment of the server, and thus of the extension host. */
  readonly env?: NodeJS.ProcessEnv;
}

/** A running VS Code server: a workbench for browsers, and a real extension host. */
export interface VsCodeServer {
  readonly port: number;
  readonly logFile: string;
  /** Where the workbench opens `folder`; `payload` is what its web client passes on to the window. */
  url(folder: string, payload?: ReadonlyArray<readonly [string, string]>): string;
  /** The name by which the window knows a file of this machine. */
  remoteUri(path: string): string;
  /** The command lines of all processes that the server has started, directly or not; on Linux. */
  processes(): Promise<string[]>;
  /** Ends the server with all of its processes, waits for them, and removes its folder. */
  stop(): Promise<void>;
}

/** Starts code-server on a free loopback port, in a process group and a temporary folder of its own. */
export async function startVsCodeServer(options: VsCodeServerOptions = {}): Promise<VsCodeServer> {
  const install = await ensureCodeServer();
  const folder = await mkdtemp(join(tmpdir(), 'coxswain-vscode-'));
  try {
    await prepare(install, folder, options);
    const server = await launch(install, folder, options);
    return running(server, await listeningPort(server, logFile(folder)), folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function prepare(
  install: CodeServerInstall,
  folder: string,
  options: VsCodeServerOptions,
): Promise<void> {
  await mkdir(join(folder, 'data', 'User'), { recursive: true });
  await mkdir(join(folder, 'extensions'));
  await writeFile(join(folder, 'config.yaml'), '');
  const settings = { ...SETTINGS, ...options.settings };
  await writeFile(join(folder, 'data', 'User', 'settings.json'), JSON.stringify(settings));
  if (options.unpacked)
    await symlink(options.unpacked.folder, join(folder, 'extensions', options.unpacked.id));
  if (options.vsix) {
    const args = [install.entry, ...folders(folder), '--install-extension', options.vsix, '--force'];
    await promisify(execFile)(install.node, args, { env: environment(folder, options) });
  }
}

async function launch(
  install: CodeServerInstall,
  folder: string,
  options: VsCodeServerOptions,
): Promise<ChildProcess> {
  const flags = ['--disable-telemetry', '--disable-update-check', '--disable-workspace-trust'];
  flags.push('--disable-getting-started-override', '--ignore-last-opened');
  // Without it each closed browser leaves an extension host of 125 MB for three hours.
  flags.push('--reconnection-grace-time', '2');
  if (options.inHostTests) flags.push('--vscode-option', 'enable-smoke-test-driver');
  const args = [install.entry, '--bind-addr', '127.0.0.1:0', '--auth', 'none', ...folders(folder), ...flags];
  const env = environment(folder, options);
  // Straight into a file: nobody has to read a pipe for as long as the server lives.
  const log = await open(logFile(folder), 'w');
  try {
    return spawn(install.node, args, { env, detached: true, stdio: ['ignore', log.fd, log.fd] });
  } finally {
    await log.close();
  }
}

function logFile(folder: string): string {
  return join(folder, 'server.log');
}

function folders(folder: string): string[] {
  const at = (name: string) => join(folder, name);
  return [
    ['--config', at('config.yaml')],
    ['--user-data-dir', at('data')],
    ['--extensions-dir', at('extensions')],
  ].flat();
}

/** Without what npm, Vitest or an outer VS Code say to their own children. */
function environment(folder: string, options: VsCodeServerOptions): NodeJS.ProcessEnv {
  const foreign = /^(npm_|VSCODE_|VITEST|NODE_OPTIONS$|NODE_ENV$|INIT_CWD$|ELECTRON_|PORT$|PASSWORD$)/;
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name))),
    EXTENSIONS_GALLERY: JSON.stringify(NO_GALLERY),
    XDG_DATA_HOME: join(folder, 'xdg'),
    ...options.env,
  };
}

/** The port, which the server says in its log once it listens. */
async function listeningPort(server: ChildProcess, log: string): Promise<number> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (server.exitCode === null && Date.now() < deadline) {
    const port = /HTTP server listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(
      await readFile(log, 'utf8'),
    )?.[1];
    if (port !== undefined) return Number(port);
    await sleep(50);
  }
  signalGroup(server, 'SIGKILL');
  throw new Error(`code-server did not start. It said:\n${await readFile(log, 'utf8')}`);
}

function running(server: ChildProcess, port: number, folder: string): VsCodeServer {
  // A test process that dies early must not leave a server behind.
  const onExit = () => signalGroup(server, 'SIGKILL');
  process.once('exit', onExit);
  return {
    port,
    logFile: logFile(folder),
    url(workspace, payload = []) {
      const query = new URLSearchParams({ folder: workspace });
      if (payload.length > 0) query.set('payload', JSON.stringify(payload));
      return `http://127.0.0.1:${port}/?${query}`;
    },
    processes: () => commandsOfGroup(server.pid),
    remoteUri: (path) => `vscode-remote://127.0.0.1:${port}${path}`,
    async stop() {
      await endGroup(server);
      process.off('exit', onExit);
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function endGroup(server: ChildProcess): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    signalGroup(server, signal);
    const deadline = Date.now() + END_TIMEOUT_MS;
    while (Date.now() < deadline) {
      if (!signalGroup(server, 0)) return;
      await sleep(50);
    }
  }
}

/** Signals the server and all that it started; false when none of them is left. */
function signalGroup(server: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (server.pid === undefined) return false;
  try {
    return process.kill(-server.pid, signal);
  } catch {
    return false;
  }
}

async function commandsOfGroup(group: number | undefined): Promise<string[]> {
  const commands: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    // A process may end between two reads.
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // After the name in brackets, which may hold anything, come state, parent and process group.
    const [, , ofGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(ofGroup) !== group) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command !== '') commands.push(command.replaceAll('\0', ' ').trim());
  }
  return commands;
}
