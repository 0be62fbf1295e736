import type { KubeObject } from '../../objectStore';
import type { SeriesStore } from '../../seriesStore';
import { DEPLOYMENTS, HORIZONTAL_POD_AUTOSCALERS, NODES, PODS } from '../../store/resourceTypes';
import type { Cluster } from '../controller';
import { deploymentSpec, keyOf } from '../kinds';
import type { Kubelet } from '../nodes/kubelet';
import { NodeMetrics } from './nodeMetrics';
import { PodMetrics } from './podMetrics';
import { SeriesGroup } from './seriesGroup';

/** What is scraped beside pods, nodes and their kinds. */
export interface ScrapeSource {
  scrape(atMs: number): void;
}

/** Writes the cluster's metrics every scrape interval, as a Prometheus in the cluster would have them. */
export class Scraper {
  readonly #cluster: Cluster;
  readonly #kubelet: Kubelet;
  readonly #series: SeriesStore;
  readonly #intervalMs: number;
  readonly #pods = new Map<string, PodMetrics>();
  readonly #deployments = new Map<string, SeriesGroup>();
  readonly #autoscalers = new Map<string, SeriesGroup>();
  readonly #nodes = new Map<string, NodeMetrics>();
  /** Namespaces whose pods cannot be scraped, and until when. */
  readonly #lost = new Map<string, number>();
  readonly #sources: ScrapeSource[] = [];
  #dueAtMs = 0;

  constructor(cluster: Cluster, kubelet: Kubelet, series: SeriesStore, intervalMs: number) {
    this.#cluster = cluster;
    this.#kubelet = kubelet;
    this.#series = series;
    this.#intervalMs = intervalMs;
  }

  scrapeIfDue(): void {
    const atMs = this.#cluster.clock.nowMs();
    if (atMs < this.#dueAtMs) return;
    this.#dueAtMs = atMs + this.#intervalMs;
    this.#scrapePods(atMs);
    this.#scrapeDeployments(atMs);
    this.#scrapeAutoscalers(atMs);
    this.#scrapeNodes(atMs);
    for (const source of this.#sources) source.scrape(atMs);
  }

  /** Scrapes it too from now on. */
  add(source: ScrapeSource): void {
    this.#sources.push(source);
  }

  /** As if the pods of the namespace could not be reached until then: their series end. */
  lose(namespace: string, untilMs: number): void {
    this.#lost.set(namespace, untilMs);
  }

  #scrapePods(atMs: number): void {
    const present = new Set<string>();
    for (const pod of this.#cluster.store.list(PODS)) {
      if ((this.#lost.get(pod.metadata.namespace ?? '') ?? 0) > atMs) continue;
      const key = keyOf(pod.metadata);
      present.add(key);
      this.#metricsOf(key, pod, atMs).scrape(atMs, pod, this.#kubelet.running.get(key));
    }
    endMissing(this.#pods, present, atMs);
  }

  #metricsOf(key: string, pod: KubeObject, atMs: number): PodMetrics {
    const known = this.#pods.get(key);
    if (known?.uid === pod.metadata.uid) return known;
    known?.end(atMs);
    const metrics = new PodMetrics(this.#series, pod);
    this.#pods.set(key, metrics);
    return metrics;
  }

  #scrapeDeployments(atMs: number): void {
    const present = new Set<string>();
    for (const deployment of this.#cluster.store.list(DEPLOYMENTS)) {
      const key = keyOf(deployment.metadata);
      const { namespace = '', name } = deployment.metadata;
      let group = this.#deployments.get(key);
      if (!group) {
        group = new SeriesGroup(this.#series, { namespace, deployment: name });
        this.#deployments.set(key, group);
      }
      present.add(key);
      group.append(atMs, 'kube_deployment_spec_replicas', deploymentSpec(deployment).replicas);
      for (const [metric, field] of DEPLOYMENT_COUNTS) {
        group.append(atMs, metric, Number(deployment.status?.[field] ?? 0));
      }
    }
    endMissing(this.#deployments, present, atMs);
  }

  #scrapeAutoscalers(atMs: number): void {
    const present = new Set<string>();
    for (const { metadata, spec, status } of this.#cluster.store.list(HORIZONTAL_POD_AUTOSCALERS)) {
      const { namespace = '', name } = metadata;
      const key = keyOf(metadata);
      const labels = { namespace, horizontalpodautoscaler: name };
      const group = this.#autoscalers.get(key) ?? new SeriesGroup(this.#series, labels);
      this.#autoscalers.set(key, group);
      present.add(key);
      const metric = 'kube_horizontalpodautoscaler';
      group.append(atMs, `${metric}_spec_min_replicas`, Number(spec?.minReplicas ?? 1));
      group.append(atMs, `${metric}_spec_max_replicas`, Number(spec?.maxReplicas));
      group.append(atMs, `${metric}_status_desired_replicas`, Number(status?.desiredReplicas ?? 0));
      group.append(atMs, `${metric}_status_current_replicas`, Number(status?.currentReplicas ?? 0));
    }
    endMissing(this.#autoscalers, present, atMs);
  }

  #scrapeNodes(atMs: number): void {
    const present = new Set<string>();
    for (const node of this.#cluster.store.list(NODES)) {
      const { name } = node.metadata;
      const metrics = this.#nodes.get(name) ?? new NodeMetrics(this.#series, name);
      this.#nodes.set(name, metrics);
      present.add(name);
      metrics.scrape(atMs, node);
    }
    endMissing(this.#nodes, present, atMs);
  }
}

const DEPLOYMENT_COUNTS = [
  ['kube_deployment_status_replicas', 'replicas'],
  ['kube_deployment_status_replicas_ready', 'readyReplicas'],
  ['kube_deployment_status_replicas_available', 'availableReplicas'],
  ['kube_deployment_status_replicas_unavailable', 'unavailableReplicas'],
  ['kube_deployment_status_replicas_updated', 'updatedReplicas'],
] as const;

function endMissing(
  groups: Map<string, { end(atMs: number): void }>,
  present: ReadonlySet<string>,
  atMs: number,
): void {
  for (const [key, group] of groups) {
    if (present.has(key)) continue;
    group.end(atMs);
    groups.delete(key);
  }
}
