import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The built program, as users run it. */
export const AGENT_BUNDLE = fileURLToPath(new URL('../../dist/agent.cjs', import.meta.url));

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts `coxswain <args>` as a process of its own, of the built program or of a copy of it. */
export function startCli(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  bundle: string = AGENT_BUNDLE,
): Running {
  const child = spawn(process.execPath, [bundle, ...args], {
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: 'pipe',
  });
  return new Running(child);
}

/** Runs `coxswain <args>` to its end. */
export function runCli(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  bundle: string = AGENT_BUNDLE,
): Promise<Finished> {
  return startCli(args, env, bundle).finished;
}

/** A process with what it has printed so far. */
export class Running {
  readonly finished: Promise<Finished>;
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.on('data', (data) => {
      this.stdout += data;
    });
    child.stderr?.on('data', (data) => {
      this.stderr += data;
    });
    this.finished = new Promise((resolve) => {
      child.once('close', (code) => resolve({ code, stdout: this.stdout, stderr: this.stderr }));
    });
  }

  kill(signal: NodeJS.Signals): Promise<Finished> {
    this.child.kill(signal);
    return this.finished;
  }
}
