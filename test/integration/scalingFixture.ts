import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openApiServer } from '../../agent/cluster/apiServer';
import { loadKubeconfig } from '../../agent/cluster/kubeconfig';
import { HANDOVER } from '../../agent/cluster/model/handoverNote';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../agent/embedded/cluster';
import { openEmbeddedClient } from '../../agent/embedded/control/client';
import { openJournalReader } from '../../agent/journal/reader';
import type { JournalRow } from '../../agent/protocol';
import { autoscalerAddress } from '../../agent/safety/handover/address';
import { ClusterWriter } from '../../agent/safety/writer';
import { CuttableRoad } from './cuttableRoad';
import { AgentProcess, bundleScript } from './journalProcess';

const HPA = autoscalerAddress({ kind: 'hpa', name: 'frontend' }, 'web');
const DEPLOYMENT = { apiVersion: 'apps/v1', plural: 'deployments', namespace: 'web', name: 'frontend' };
const WAIT_MS = 30_000;

interface HpaObject {
  metadata: { annotations?: Record<string, string> };
  spec: unknown;
}

/** An embedded cluster with an HPA, and agents as processes that take it over and are killed. */
export class ScalingFixture {
  readonly directory: string;
  readonly road: CuttableRoad;
  /** By way of `road`. */
  readonly kubeconfig: string;
  readonly #cluster: EmbeddedCluster;
  readonly #server: ReturnType<typeof openApiServer>;
  readonly #writer: ClusterWriter;
  readonly #script: string;
  readonly #agents: AgentProcess[] = [];
  #spec: unknown = null;

  static async open(rate = 20): Promise<ScalingFixture> {
    const directory = mkdtempSync(join(tmpdir(), 'coxswain-scaling-'));
    const kubeconfigPath = join(directory, 'direct');
    const options = { kubeconfigPath, rate, seed: 7, demo: false, scaledDemo: true };
    const cluster = await startEmbeddedCluster(options);
    const road = new CuttableRoad(cluster.url);
    const address = await road.open();
    const kubeconfig = join(directory, 'kubeconfig');
    writeFileSync(kubeconfig, readFileSync(kubeconfigPath, 'utf8').replaceAll(cluster.url, address));
    const script = await bundleScript('scalingAgent.ts', directory);
    const fixture = new ScalingFixture(directory, cluster, road, kubeconfig, script);
    fixture.#spec = (await fixture.hpa()).spec;
    return fixture;
  }

  private constructor(
    directory: string,
    cluster: EmbeddedCluster,
    road: CuttableRoad,
    kubeconfig: string,
    script: string,
  ) {
    this.directory = directory;
    this.road = road;
    this.kubeconfig = kubeconfig;
    this.#cluster = cluster;
    this.#script = script;
    this.#server = openApiServer(loadKubeconfig({ path: cluster.kubeconfigPath }));
    this.#writer = new ClusterWriter(this.#server);
  }

  async close(): Promise<void> {
    for (const agent of this.#agents) await agent.kill();
    // Keepers would try for a quarter of an hour to reach a cluster that is gone.
    for (const pid of processesWith(`${this.directory}/`)) process.kill(pid, 'SIGKILL');
    await this.#server.close();
    await this.road.close();
    await this.#cluster.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /**
   * @param holdFor `ever`: it does not hand back by itself.
   * @param beatMs between two signs of life to its keeper
   */
  agent(holdFor: 'ever' | 'a moment', beatMs = 15_000): AgentProcess {
    const args = [this.kubeconfig, this.directory, holdFor, String(beatMs)];
    const agent = new AgentProcess(this.#script, 'steer', ...args);
    this.#agents.push(agent);
    return agent;
  }

  async hpa(): Promise<HpaObject> {
    return (await this.#writer.read(HPA)) as HpaObject;
  }

  async replicas(): Promise<number> {
    return ((await this.#writer.read(DEPLOYMENT)) as { spec: { replicas: number } }).spec.replicas;
  }

  /** Whether the HPA is as it was in the beginning, to the last field. */
  async isWorking(): Promise<boolean> {
    const { metadata, spec } = await this.hpa();
    return (
      metadata.annotations?.[HANDOVER] === undefined && JSON.stringify(spec) === JSON.stringify(this.#spec)
    );
  }

  /** @returns after how many ms of wall time; throws where it never is */
  async untilWorking(): Promise<number> {
    const fromMs = performance.now();
    try {
      await this.until(() => this.isWorking());
    } catch (error) {
      const hpa = JSON.stringify(await this.hpa());
      throw new Error(`the HPA was not handed back: ${hpa}; its keepers say: ${this.keeperLog()}`, {
        cause: error,
      });
    }
    return performance.now() - fromMs;
  }

  keeperLog(): string {
    const path = join(this.directory, 'keeper.log');
    return existsSync(path) ? readFileSync(path, 'utf8') : 'nothing';
  }

  async until(check: () => Promise<boolean> | boolean, withinMs = WAIT_MS): Promise<void> {
    const endMs = performance.now() + withinMs;
    let trouble: unknown = null;
    while (performance.now() <= endMs) {
      try {
        if (await check()) return;
      } catch (error) {
        // A journal that is just being opened or closed cannot be read for a moment.
        trouble = error;
      }
      await delay(10);
    }
    throw new Error(`not within ${withinMs} ms: ${check}`, { cause: trouble });
  }

  /** From now on so many requests per second; a pod at full CPU serves 100. */
  async load(requestsPerSecond: number): Promise<void> {
    const client = await openEmbeddedClient(this.#cluster.kubeconfigPath);
    const load = { kind: 'constant', requestsPerSecond, noise: 0, startAfterSeconds: 0 } as const;
    await client.setLoad({ namespace: 'web', service: 'frontend', load });
    await client.close();
  }

  /** Resolves when it has said this. */
  said(agent: AgentProcess, line: string): Promise<void> {
    return this.until(() => agent.lines.includes(line));
  }

  /** The rows of the journal, whose chain holds. */
  rows(): readonly JournalRow[] {
    const reader = openJournalReader(join(this.directory, 'journal'));
    try {
      const verdict = reader.verify();
      if (!verdict.ok) throw new Error(`the journal is broken: ${JSON.stringify(verdict)}`);
      return reader.since(0);
    } finally {
      reader.close();
    }
  }

  /** How many changes whose description begins so were done after the first `rows` of the journal. */
  doneSince(rows: number, description: string): number {
    const events = this.rows()
      .slice(rows)
      .map(({ event }) => event);
    const done = new Set(
      events.flatMap((event) =>
        event.kind === 'result' && event.result === 'done' ? event.transactionId : [],
      ),
    );
    return events.filter(
      (event) =>
        event.kind === 'intent' && event.description.startsWith(description) && done.has(event.transactionId),
    ).length;
  }

  /** How often a keeper has handed back after a death. */
  keeperHandBacks(): number {
    return this.rows().filter(({ event }) => event.kind === 'handover' && event.by === 'keeper').length;
  }
}

/** Those whose arguments have this in them. */
function processesWith(text: string): number[] {
  try {
    return execFileSync('pgrep', ['-f', text], { encoding: 'utf8' }).trim().split('\n').map(Number);
  } catch {
    // There is none.
    return [];
  }
}

/** The keeper of an agent, by its process id. */
export function keeperOf(agent: AgentProcess): number {
  const [pid] = execFileSync('pgrep', ['-P', String(agent.pid)], { encoding: 'utf8' })
    .trim()
    .split('\n');
  return Number(pid);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
