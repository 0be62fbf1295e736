import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, vi } from 'vitest';
import { listLeftovers } from '../../agent/chaos/leftovers';
import type { ClusterReader } from '../../agent/cluster/api';
import { clusterReader, openApiServer } from '../../agent/cluster/apiServer';
import { loadKubeconfig } from '../../agent/cluster/kubeconfig';
import { type Config, DEFAULT_CONFIG } from '../../agent/config/schema';
import { fixedConfig } from '../../agent/config/source';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../agent/embedded/cluster';
import type { ExperimentRun, JournalRow, Params } from '../../agent/protocol';
import { Agent } from '../../agent/server/agent';
import { AGENT_BUNDLE, startCli } from '../support/cli';

export const CHECKOUT = 'shop/Deployment/checkout';
/** Cluster time runs so much faster that a test takes seconds. */
export const RATE = 20;
const WAIT_MS = 45_000;

/** An embedded cluster with the demo shop, and an agent on it. */
export class ChaosFixture {
  readonly directory: string;
  readonly cluster: Pick<EmbeddedCluster, 'kubeconfigPath' | 'close'>;
  rows: JournalRow[] = [];
  #agent: Agent | null = null;

  /** @param releaseDemo whether there is something to release as well */
  static async open(rate = RATE, releaseDemo = false): Promise<ChaosFixture> {
    const directory = mkdtempSync(join(tmpdir(), 'coxswain-chaos-'));
    const kubeconfigPath = join(directory, 'kubeconfig');
    return new ChaosFixture(
      directory,
      await startEmbeddedCluster({ kubeconfigPath, rate, seed: 7, demo: true, releaseDemo }),
    );
  }

  /** The same with the cluster as a process of its own, so that what is measured is the agent. */
  static async openApart(): Promise<ChaosFixture> {
    const directory = mkdtempSync(join(tmpdir(), 'coxswain-chaos-'));
    const kubeconfigPath = join(directory, 'kubeconfig');
    const args = [
      'cluster',
      '--kubeconfig',
      kubeconfigPath,
      '--rate',
      String(RATE),
      '--seed',
      '7',
      '--no-release-demo',
    ];
    const program = startCli(args);
    await vi.waitFor(() => expect(existsSync(kubeconfigPath)).toBe(true), { timeout: WAIT_MS, interval: 50 });
    const close = async () => void (await program.kill('SIGTERM'));
    return new ChaosFixture(directory, { kubeconfigPath, close });
  }

  private constructor(directory: string, cluster: ChaosFixture['cluster']) {
    this.directory = directory;
    this.cluster = cluster;
  }

  get agent(): Agent {
    if (this.#agent) return this.#agent;
    throw new Error('no agent was started');
  }

  async start(changes: Partial<Config> = {}): Promise<void> {
    this.rows = [];
    this.#agent = await Agent.start({
      version: '0.0.0',
      stateDirectory: this.directory,
      openConfig: () => fixedConfig({ ...DEFAULT_CONFIG, ...changes }),
      trusted: true,
      // The experiments that come along are there, and the keeper.
      assetsDirectory: dirname(AGENT_BUNDLE),
      log: () => undefined,
    });
    this.agent.onRow((row) => this.rows.push(row));
    await this.agent.handle('connect', { kubeconfig: this.cluster.kubeconfigPath }, 'test');
  }

  async stopAgent(): Promise<void> {
    await this.#agent?.close('the test is over');
    this.#agent = null;
  }

  async close(): Promise<void> {
    await this.stopAgent();
    await this.cluster.close();
    // The keeper of an agent that was killed may have a last word to say.
    rmSync(this.directory, { recursive: true, maxRetries: 10, retryDelay: 100 });
  }

  until(check: () => void): Promise<void> {
    return vi.waitFor(check, { timeout: WAIT_MS, interval: 50 });
  }

  workload(id = CHECKOUT) {
    return this.agent.snapshot().workloads.find((workload) => workload.id === id);
  }

  /** Also until requests have been measured. */
  untilHealthy(id = CHECKOUT): Promise<void> {
    return this.until(() => {
      expect(this.workload(id)?.health).toBe('healthy');
      expect(this.agent.snapshot().samples[id]?.at(-1)?.latencyP95Ms ?? 0).toBeGreaterThan(0);
    });
  }

  run(id: string): ExperimentRun {
    const run = this.agent.snapshot().runs.find((each) => each.id === id);
    if (run) return run;
    throw new Error(`no run ${id}`);
  }

  async begin(params: Params<'runExperiment'>): Promise<ExperimentRun> {
    return (await this.agent.handle('runExperiment', params, 'test')).run;
  }

  async finishedRun(params: Params<'runExperiment'>): Promise<ExperimentRun> {
    const { id } = await this.begin(params);
    await this.until(() => expect(this.run(id).phase).toBe('finished'));
    return this.run(id);
  }

  untilClean(): Promise<void> {
    return vi.waitFor(async () => expect(await this.leftovers()).toEqual([]), {
      timeout: WAIT_MS,
      interval: 100,
    });
  }

  /** What of our faults the API server still has. */
  leftovers(): Promise<string[]> {
    return this.asking(listLeftovers);
  }

  /** Asks the API server itself, whether there is an agent or not. */
  async asking<T>(question: (reader: ClusterReader) => Promise<T>): Promise<T> {
    const server = openApiServer(loadKubeconfig({ path: this.cluster.kubeconfigPath }));
    try {
      return await question(clusterReader(server));
    } finally {
      await server.close();
    }
  }
}
