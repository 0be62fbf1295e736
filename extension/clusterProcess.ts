import { createInterface } from 'node:readline';
import type { ClusterReady } from '../agent/protocol';
import { CoxswainError } from '../agent/protocol/errors';
import { type NodeChild, spawnNode } from './childProcess';
import { exitError, type ProcessExit } from './processError';
import { Signal } from './signal';

const READY_TIMEOUT_MS = 60_000;
/** So that the charts begin full, and a calibration, which wants an hour of load, can be had at once. */
const HISTORY_MINUTES = '70';
const END_GRACE_MS = 2000;

export interface ClusterOptions {
  agentPath: string;
  /** Where the kubeconfig is written. */
  kubeconfig: string;
  /** Cluster seconds in one second of wall time, 1…1000. */
  rate: number;
}

/** The embedded cluster as a child process of this window: at most one, and it never outlives the window. */
export class ClusterProcess {
  /** It has ended without being asked to. */
  readonly died = new Signal<CoxswainError>();
  readonly #log: (line: string) => void;
  #starting: Promise<ClusterReady> | null = null;
  #child: NodeChild | null = null;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  get isRunning(): boolean {
    return this.#starting !== null;
  }

  /** The cluster that runs already, or a new one. Rejects with a `CoxswainError` that says why it did not start. */
  start(options: ClusterOptions): Promise<ClusterReady> {
    if (this.#starting) return this.#starting;
    const starting = this.#spawn(options);
    this.#starting = starting;
    starting.catch(() => {
      if (this.#starting === starting) this.#starting = null;
    });
    return starting;
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    this.#starting = null;
    await child?.end(END_GRACE_MS);
  }

  async dispose(): Promise<void> {
    this.died.dispose();
    await this.stop();
  }

  async #spawn({ agentPath, kubeconfig, rate }: ClusterOptions): Promise<ClusterReady> {
    const settings = ['--kubeconfig', kubeconfig, '--rate', String(rate), '--history', HISTORY_MINUTES];
    const args = ['cluster', ...settings, '--exit-with-stdin'];
    const child = spawnNode([agentPath, ...args], (line) => this.#log(`cluster: ${line}`));
    this.#child = child;
    try {
      const cluster = await firstReadyLine(child);
      void child.exited.then((exit) => this.#onExit(child, exit));
      return cluster;
    } catch (error) {
      if (this.#child === child) this.#child = null;
      await child.end(END_GRACE_MS);
      throw error;
    }
  }

  #onExit(child: NodeChild, exit: ProcessExit): void {
    if (this.#child !== child) return;
    this.#child = null;
    this.#starting = null;
    this.died.fire(ended(exit, child));
  }
}

async function firstReadyLine(child: NodeChild): Promise<ClusterReady> {
  const { parseClusterReady } = await import('../agent/protocol/clusterReady');
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(notReady()), READY_TIMEOUT_MS);
    // stdout is read to its end, or a cluster that prints more would block on a full pipe.
    createInterface({ input: child.process.stdout }).on('line', (line) => {
      const cluster = parseClusterReady(line);
      if (!cluster) return;
      clearTimeout(timer);
      resolve(cluster);
    });
    void child.exited.then((exit) => {
      clearTimeout(timer);
      reject(ended(exit, child));
    });
  });
}

function ended(exit: ProcessExit, child: NodeChild): CoxswainError {
  return exitError('embedded cluster', 'internal', exit, child.stderrTail);
}

function notReady(): CoxswainError {
  return new CoxswainError(
    'internal',
    `The embedded cluster was not ready in ${READY_TIMEOUT_MS / 1000} s.`,
    '"Coxswain: Show Agent Output" has the details; "Coxswain: Start Embedded Cluster" tries again.',
  );
}
