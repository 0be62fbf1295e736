import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClusterConnection, connectCluster } from '../../agent/cluster/connection';
import { DEFAULT_CONFIG } from '../../agent/config/schema';
import { fixedConfig } from '../../agent/config/source';
import { startEmbeddedCluster } from '../../agent/embedded/cluster';
import type { JournalRow } from '../../agent/protocol';
import { Agent } from '../../agent/server/agent';
import { compared, type Row } from './row';
import { median } from './statistics';

const CHECKOUT = 'shop/Deployment/checkout';
const RUNS = 3;
const LIMIT_MS = 2000;
/** Else each run would have to wait for the minute between two actions. */
const UNHURRIED = { ...DEFAULT_CONFIG.guard, actionInterval: 1000 };

/** From the watch showing a killed container to the guard's verdict on its restart, in real time. */
export async function run(): Promise<Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'coxswain-bench-'));
  const kubeconfigPath = join(directory, 'kubeconfig');
  const cluster = await startEmbeddedCluster({ kubeconfigPath, rate: 1, seed: 1, demo: true });
  const agent = await Agent.start({
    version: '0.0.0',
    stateDirectory: directory,
    openConfig: () => fixedConfig({ ...DEFAULT_CONFIG, mode: 'approve', guard: UNHURRIED }),
    trusted: true,
    assetsDirectory: directory,
    log: () => undefined,
  });
  const journal = new Journal(agent);
  const watcher = await Watcher.open(kubeconfigPath);
  try {
    await agent.handle('connect', { kubeconfig: kubeconfigPath }, 'benchmark');
    await watcher.untilReady();
    await untilServing(agent);
    const latenciesMs: number[] = [];
    for (let index = 0; index < RUNS; index += 1)
      latenciesMs.push(await measureOnce(agent, journal, watcher));
    const limit = { name: 'at most', value: LIMIT_MS };
    return [
      compared(`watch event to verdict (median of ${RUNS})`, median(latenciesMs), 'ms', limit),
      compared(`watch event to verdict (worst of ${RUNS})`, Math.max(...latenciesMs), 'ms', limit),
    ];
  } finally {
    await watcher.close();
    await agent.close('the benchmark is over');
    await cluster.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The demo's load begins half a minute after its start. */
async function untilServing(agent: Agent): Promise<void> {
  while ((agent.snapshot().samples[CHECKOUT]?.at(-1)?.latencyP95Ms ?? null) === null) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Fills a pod's memory until its container is killed, and lets a person approve the restart that is proposed. */
async function measureOnce(agent: Agent, journal: Journal, watcher: Watcher): Promise<number> {
  const killed = watcher.nextTermination();
  const verdict = journal.next('verdict');
  await agent.handle('injectFault', { workloadId: CHECKOUT, kind: 'memory-stress' }, 'benchmark');
  const killedAtMs = await killed;
  const { atMs, row } = await verdict;
  const closed = journal.next('incident-closed');
  if (row.event.kind !== 'verdict' || row.event.verdict.outcome !== 'needs-approval') {
    throw new Error(`unexpected: ${JSON.stringify(row.event)}`);
  }
  await agent.handle('approve', { proposalId: row.event.proposalId }, 'benchmark');
  await closed;
  return atMs - killedAtMs;
}

/** Waits for rows of the agent's journal, with the wall time at which they were written. */
class Journal {
  #waiting: { kind: string; resolve: (found: { atMs: number; row: JournalRow }) => void }[] = [];

  constructor(agent: Agent) {
    agent.onRow((row) => {
      const atMs = performance.now();
      for (const { resolve } of this.#waiting.filter(({ kind }) => kind === row.event.kind))
        resolve({ atMs, row });
      this.#waiting = this.#waiting.filter(({ kind }) => kind !== row.event.kind);
    });
  }

  next(kind: JournalRow['event']['kind']): Promise<{ atMs: number; row: JournalRow }> {
    return new Promise((resolve) => this.#waiting.push({ kind, resolve }));
  }
}

/** A second connection that sees the same watch events as the agent. */
class Watcher {
  #connection: ClusterConnection | null = null;
  #known = new Set<string>();
  #onChange: () => void = () => undefined;

  static async open(kubeconfigPath: string): Promise<Watcher> {
    const watcher = new Watcher();
    watcher.#connection = await connectCluster({
      kubeconfigPath,
      namespaces: ['shop'],
      onChange: () => watcher.#onChange(),
      onTrouble: () => undefined,
      onWarning: () => undefined,
    });
    return watcher;
  }

  untilReady(): Promise<void> {
    return this.#until(() => {
      const workload = this.#workload();
      return workload !== undefined && workload.readyReplicas === workload.desiredReplicas;
    });
  }

  /** The wall time at which the watch shows a container's death that it did not show before. */
  async nextTermination(): Promise<number> {
    this.#known = new Set(this.#terminations());
    await this.#until(() => this.#terminations().some((key) => !this.#known.has(key)));
    return performance.now();
  }

  async close(): Promise<void> {
    await this.#connection?.close();
  }

  #terminations(): string[] {
    return (this.#workload()?.pods ?? []).flatMap(({ uid, lastTermination }) =>
      lastTermination ? [`${uid}@${lastTermination.atMs}`] : [],
    );
  }

  #workload() {
    return this.#connection?.snapshot().workloads.get(CHECKOUT);
  }

  #until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#onChange = () => {
        if (condition()) resolve();
      };
      this.#onChange();
    });
  }
}
