import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';

/** Bundles the agent of the journal's tests into a folder; returns the path of the script. */
export function bundleAgent(folder: string): Promise<string> {
  return bundleScript('journalAgent.ts', folder);
}

/** The same for another file beside this one. */
export async function bundleScript(name: string, folder: string): Promise<string> {
  const outfile = join(folder, name.replace(/\.ts$/, '.mjs'));
  await build({
    entryPoints: [join(import.meta.dirname, name)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // Bundled CommonJS packages still call `require`.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  return outfile;
}

/** One run of such a script as a process of its own. */
export class AgentProcess {
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #spoke: Promise<unknown>;

  constructor(script: string, ...args: string[]) {
    this.#child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#closed = once(this.#child, 'close');
    const { stdout } = this.#child;
    if (!stdout) throw new Error('the child has no stdout');
    const reader = createInterface({ input: stdout });
    reader.on('line', (line) => this.lines.push(line));
    this.#spoke = Promise.race([once(reader, 'line'), this.#closed]);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves at the first line, or at the end. */
  async spoke(): Promise<void> {
    await this.#spoke;
  }

  /** Resolves when it has ended by itself, once all it has said has arrived. */
  async ended(): Promise<void> {
    await this.#closed;
  }

  /** Kills without warning; resolves with the signal that ended the process, once all it has said has arrived. */
  async kill(): Promise<NodeJS.Signals | null> {
    this.#child.kill('SIGKILL');
    await this.#closed;
    return this.#child.signalCode;
  }
}
