import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ClusterReady, CoxswainError } from '../protocol';

export interface ClusterProcess {
  url: string;
  kubeconfigPath: string;
  stop(): Promise<void>;
}

/** Starts `coxswain cluster` as a child, which ends with its stdin, so that it cannot outlive this process. */
export async function startClusterProcess(options: {
  kubeconfigPath: string;
  rate: number;
  seed: number;
}): Promise<ClusterProcess> {
  const args = [
    'cluster',
    ...['--kubeconfig', options.kubeconfigPath],
    ...['--rate', String(options.rate)],
    ...['--seed', String(options.seed)],
    '--exit-with-stdin',
  ];
  // In a process group of its own: Ctrl-C reaches us alone, and we end it in order.
  const child = spawn(process.execPath, [process.argv[1] ?? '', ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: process.platform !== 'win32',
  });
  const ready = await readyLine(child);
  return {
    url: ready.url,
    kubeconfigPath: ready.kubeconfig,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.stdin?.end();
      await once(child, 'exit');
    },
  };
}

async function readyLine(child: ChildProcess): Promise<ClusterReady> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new CoxswainError(
      'internal',
      `The embedded cluster ended with exit code ${code} before it was ready.`,
      'Its message stands above.',
    );
  });
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const [line] = await Promise.race([once(lines, 'line'), ended]);
  ended.catch(() => undefined);
  return ClusterReady.parse(JSON.parse(String(line)));
}
