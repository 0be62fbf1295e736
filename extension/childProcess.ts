import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ProcessExit } from './processError';

const KEPT_LINES = 10;

/** One of our own Node processes, run by the editor's Node. It ends by itself when our end of its stdin closes. */
export interface NodeChild {
  process: ChildProcessWithoutNullStreams;
  /** The last lines that it wrote to stderr, oldest first: in most cases they say why it ended. */
  stderrTail: readonly string[];
  /** How it ended; pending while it lives, never rejected. */
  exited: Promise<ProcessExit>;
  /** Closes stdin, and kills it where it has not ended `graceMs` later. */
  end(graceMs: number): Promise<ProcessExit>;
}

/** Runs `node <args>` with the editor's own Node; each line of its stderr goes to `log`. */
export function spawnNode(
  args: readonly string[],
  log: (line: string) => void,
  env: Readonly<Record<string, string>> = {},
): NodeChild {
  const child = spawn(process.execPath, args, {
    // In the desktop's extension host execPath is Electron, which this makes behave as Node.
    env: { ...process.env, ...env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: 'pipe',
  });
  const stderrTail: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    log(line);
    stderrTail.push(line);
    if (stderrTail.length > KEPT_LINES) stderrTail.shift();
  });
  // Writing to a process that has just died is an error event, and `exited` tells of the death already.
  child.stdin.on('error', () => {});
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
    child.once('error', (error) => {
      stderrTail.push(error.message);
      if (child.pid === undefined) resolve({ code: null, signal: null });
    });
  });
  return {
    process: child,
    stderrTail,
    exited,
    async end(graceMs) {
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      const exit = await exited;
      clearTimeout(timer);
      return exit;
    },
  };
}
