import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClosableApiServer, openApiServer } from '../../agent/cluster/apiServer';
import { type ClusterConnection, connectCluster } from '../../agent/cluster/connection';
import { loadKubeconfig } from '../../agent/cluster/kubeconfig';
import type { Workload } from '../../agent/cluster/snapshot';
import { ConfigSchema } from '../../agent/config/schema';
import { fixedConfig } from '../../agent/config/source';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../agent/embedded/cluster';
import { DEMO_NAMESPACE, DEMO_WORKLOADS, demoObjects } from '../../agent/embedded/demo/app';
import type { JournalRow } from '../../agent/protocol';
import { Agent } from '../../agent/server/agent';

/** Clusters run faster, so that a delay of the real machine weighs as much more; what is measured is cluster time. */
const RATE = 4;
/** More would overload them now and then, which is no false alarm. */
const NOISE_FACTOR = 5;
const CHAOS = '/apis/chaos-mesh.org/v1alpha1';

/**
 * The demo's shop and as many workloads again with five times the noise in their load, in an embedded cluster, with
 * an agent in mode `approve`: what it proposes is judged, and nobody approves it, so that faults last.
 */
export class DetectionShop {
  readonly directory: string;
  readonly cluster: EmbeddedCluster;
  readonly connection: ClusterConnection;
  readonly #api: ClosableApiServer;
  readonly #agent: Agent;
  readonly rows: JournalRow[] = [];
  readonly #listeners = new Set<(row: JournalRow) => void>();
  readonly #onChange = new Set<() => void>();
  #faults = 0;

  static async open(seed: number): Promise<DetectionShop> {
    const directory = mkdtempSync(join(tmpdir(), 'coxswain-bench-'));
    const kubeconfigPath = join(directory, 'kubeconfig');
    const cluster = await startEmbeddedCluster({ kubeconfigPath, rate: RATE, seed, demo: true });
    const later: { shop: DetectionShop | null } = { shop: null };
    const connection = await connectCluster({
      kubeconfigPath,
      namespaces: [DEMO_NAMESPACE],
      onChange: () => later.shop?.changed(),
      onTrouble: () => undefined,
      onWarning: () => undefined,
    });
    // Confirmation by samples alone, as the tuned rules have it.
    const config = ConfigSchema.parse({ mode: 'approve', heal: { confirmFor: '0s' } });
    const agent = await Agent.start({
      version: '0.0.0',
      stateDirectory: directory,
      openConfig: () => fixedConfig(config),
      trusted: true,
      assetsDirectory: directory,
      log: () => undefined,
    });
    const api = openApiServer(loadKubeconfig({ path: kubeconfigPath }));
    const shop = new DetectionShop(directory, cluster, connection, api, agent);
    later.shop = shop;
    await shop.#installMore();
    await agent.handle('connect', { kubeconfig: kubeconfigPath }, 'benchmark');
    return shop;
  }

  private constructor(
    directory: string,
    cluster: EmbeddedCluster,
    connection: ClusterConnection,
    api: ClosableApiServer,
    agent: Agent,
  ) {
    this.directory = directory;
    this.cluster = cluster;
    this.connection = connection;
    this.#api = api;
    this.#agent = agent;
    agent.onRow((row) => {
      this.rows.push(row);
      for (const listener of this.#listeners) listener(row);
    });
  }

  get ids(): string[] {
    return [...this.connection.snapshot().workloads.keys()];
  }

  workload(id: string): Workload {
    const found = this.connection.snapshot().workloads.get(id);
    if (!found) throw new Error(`there is no ${id}`);
    return found;
  }

  nowMs(): number {
    return this.connection.clock.nowMs();
  }

  /** Cluster time. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.connection.clock.schedule(ms, resolve));
  }

  changed(): void {
    for (const listener of this.#onChange) listener();
  }

  /** Resolves when the watch shows it. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!condition()) return;
        this.#onChange.delete(check);
        resolve();
      };
      this.#onChange.add(check);
      check();
    });
  }

  /** The next row that is wanted; null where none comes in that much cluster time. */
  nextRow(wanted: (row: JournalRow) => boolean, withinMs: number): Promise<JournalRow | null> {
    const { promise, resolve } = Promise.withResolvers<JournalRow | null>();
    const listener = (row: JournalRow) => wanted(row) && resolve(row);
    this.#listeners.add(listener);
    const cancel = this.connection.clock.schedule(withinMs, () => resolve(null));
    return promise.finally(() => {
      cancel();
      this.#listeners.delete(listener);
    });
  }

  /** When the samples of its first pod were last taken, by the cluster's Prometheus. */
  async lastScrapeMs(id: string): Promise<number> {
    const [pod] = this.workload(id).pods;
    const query = `timestamp(container_memory_working_set_bytes{pod="${pod?.name}"})`;
    const path = `/api/v1/namespaces/monitoring/services/prometheus-server:9090/proxy/api/v1/query?${new URLSearchParams({ query })}`;
    const { body } = await this.#api.send({ method: 'GET', path });
    const answer = body as { data: { result: { value: [number, string] }[] } };
    return Number(answer.data.result[0]?.value[1]) * 1000;
  }

  /** Puts a Chaos Mesh object on one pod; returns what takes it away. */
  async inject(plural: string, kind: string, id: string, spec: object): Promise<() => Promise<void>> {
    this.#faults += 1;
    const { selector } = this.workload(id);
    const name = `fault-${this.#faults}`;
    const path = `${CHAOS}/namespaces/${DEMO_NAMESPACE}/${plural}`;
    await this.#api.send({
      method: 'POST',
      path,
      body: {
        apiVersion: 'chaos-mesh.org/v1alpha1',
        kind,
        metadata: { name, namespace: DEMO_NAMESPACE },
        spec: { mode: 'one', selector: { namespaces: [DEMO_NAMESPACE], labelSelectors: selector }, ...spec },
      },
    });
    return async () => void (await this.#api.send({ method: 'DELETE', path: `${path}/${name}` }));
  }

  async close(): Promise<void> {
    await this.connection.close();
    await this.#api.close();
    await this.#agent.close('the benchmark is over');
    await this.cluster.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  async #installMore(): Promise<void> {
    for (const workload of DEMO_WORKLOADS) {
      const load = { ...workload.load, noise: NOISE_FACTOR * workload.load.noise };
      const objects = demoObjects({ ...workload, name: `noisy-${workload.name}`, load });
      const post = (path: string, body: unknown) => this.#api.send({ method: 'POST', path, body });
      await post(`/api/v1/namespaces/${DEMO_NAMESPACE}/services`, objects.service);
      await post(`/apis/policy/v1/namespaces/${DEMO_NAMESPACE}/poddisruptionbudgets`, objects.budget);
      await post(`/apis/apps/v1/namespaces/${DEMO_NAMESPACE}/deployments`, objects.deployment);
    }
  }
}
