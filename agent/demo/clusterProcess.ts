import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type ClusterReady, CoxswainError, parseClusterReady } from '../protocol';

export interface ClusterProcess {
  url: string;
  kubeconfigPath: string;
  /** Rejects where it ends without being told to; never resolves. */
  readonly died: Promise<never>;
  stop(): Promise<void>;
}

/** How long it may take to end in order, wall time. */
const STOP_TIMEOUT_MS = 3000;

/**
 * Starts `coxswain cluster` as a child, which ends with its stdin, so that it cannot outlive this process. Aborting
 * the signal gives up a start; one that is done is ended by `stop`.
 */
export async function startClusterProcess(options: {
  kubeconfigPath: string;
  rate: number;
  seed: number;
  /** Whether the demo apps run in it; they do where absent. */
  demo?: boolean;
  signal: AbortSignal;
}): Promise<ClusterProcess> {
  const { kubeconfigPath, rate, seed, demo = true, signal } = options;
  const args = ['--kubeconfig', kubeconfigPath, '--rate', String(rate), '--seed', String(seed)];
  args.push(demo ? '--no-release-demo' : '--no-demo');
  // In a process group of its own: Ctrl-C reaches us alone, and we end it in order.
  const child = spawn(process.execPath, [process.argv[1] ?? '', 'cluster', ...args, '--exit-with-stdin'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: process.platform !== 'win32',
  });
  // It may have ended by itself when we tell it to.
  child.stdin.on('error', () => undefined);
  const died = untilDeath(child);
  died.catch(() => undefined);
  try {
    const ready = await Promise.race([untilReady(child, signal), died]);
    return { url: ready.url, kubeconfigPath: ready.kubeconfig, died, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

async function untilReady(child: ChildProcess, signal: AbortSignal): Promise<ClusterReady> {
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const [line] = await once(lines, 'line', { signal });
  const ready = parseClusterReady(String(line));
  if (ready) return ready;
  throw endedError(`has printed "${line}" in place of its address`);
}

async function untilDeath(child: ChildProcess): Promise<never> {
  const [code, killedBy] = await once(child, 'exit');
  throw endedError(`has ended with ${killedBy ?? `exit code ${code}`}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  child.stdin?.end();
  await exited;
  clearTimeout(timer);
}

function endedError(what: string): CoxswainError {
  return new CoxswainError('internal', `The embedded cluster ${what}.`, 'What it has said stands above.');
}
