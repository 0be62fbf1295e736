import { LATENCY_BOUNDS_SECONDS } from '../../../sim/histogram';
import type { KubeObject } from '../../objectStore';
import type { SeriesStore } from '../../seriesStore';
import { isPodReady, podPhase, podSpec, requestOf } from '../kinds';
import type { RunningPod } from '../nodes/kubelet';
import { ROUTE_BOUNDS_SECONDS, type RouteCounts } from '../traffic/requestCounts';
import { SeriesGroup } from './seriesGroup';

const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'];
const WAITING_REASONS = ['ContainerCreating', 'CrashLoopBackOff', 'ErrImagePull', 'ImagePullBackOff'];
const TERMINATED_REASONS = ['OOMKilled', 'Completed', 'Error'];
const RESOURCES = ['cpu', 'memory'] as const;
const BUCKET_LABELS = LATENCY_BOUNDS_SECONDS.map(String);
const ROUTE_BUCKET_LABELS = ROUTE_BOUNDS_SECONDS.map(String);
/** The CFS period in microseconds. */
const CPU_PERIOD = 100_000;
const PERIODS_PER_SECOND = 1e6 / CPU_PERIOD;

/** What Prometheus scrapes about one pod: from cAdvisor, from kube-state-metrics, and from the pod itself. */
export class PodMetrics {
  readonly uid: string;
  readonly #container: SeriesGroup;
  readonly #state: SeriesGroup;
  readonly #app: SeriesGroup;
  /** Of an app that tells its routes apart, in place of `#app`. */
  readonly #routes = new Map<string, SeriesGroup>();
  readonly #routeGroup: (route: string) => SeriesGroup;

  constructor(store: SeriesStore, pod: KubeObject) {
    const { uid, name, namespace = '' } = pod.metadata;
    const container = podSpec(pod).containers[0]?.name ?? '';
    const node = podSpec(pod).nodeName ?? '';
    this.uid = uid;
    this.#container = new SeriesGroup(store, { namespace, pod: name, container, node });
    this.#state = new SeriesGroup(store, { namespace, pod: name, container, uid });
    this.#app = new SeriesGroup(store, { namespace, pod: name, container });
    this.#routeGroup = (route) => new SeriesGroup(store, { namespace, pod: name, container, route });
  }

  scrape(atMs: number, pod: KubeObject, running: RunningPod | undefined): void {
    this.#scrapeState(atMs, pod, running);
    if (!running?.sim.running) {
      this.#container.end(atMs);
      this.#endApp(atMs);
      return;
    }
    this.#scrapeContainer(atMs, running);
    if (running.requests) for (const counts of running.requests.routes) this.#scrapeRoute(atMs, counts);
    else this.#scrapeApp(atMs, running);
  }

  end(atMs: number): void {
    this.#container.end(atMs);
    this.#state.end(atMs);
    this.#endApp(atMs);
  }

  #endApp(atMs: number): void {
    this.#app.end(atMs);
    for (const group of this.#routes.values()) group.end(atMs);
  }

  #scrapeRoute(atMs: number, { route, byStatus, buckets, count, secondsSum }: RouteCounts): void {
    const group = this.#routes.get(route) ?? this.#routeGroup(route);
    this.#routes.set(route, group);
    for (const [status, requests] of byStatus) {
      group.append(atMs, 'http_requests_total', requests, 'status', String(status));
    }
    const duration = 'http_request_duration_seconds';
    for (const [index, label] of ROUTE_BUCKET_LABELS.entries()) {
      group.append(atMs, `${duration}_bucket`, buckets[index] ?? 0, 'le', label);
    }
    group.append(atMs, `${duration}_bucket`, count, 'le', '+Inf');
    group.append(atMs, `${duration}_count`, count);
    group.append(atMs, `${duration}_sum`, secondsSum);
  }

  #scrapeState(atMs: number, pod: KubeObject, running: RunningPod | undefined): void {
    const phase = podPhase(pod);
    for (const candidate of PHASES) {
      this.#state.append(atMs, 'kube_pod_status_phase', candidate === phase ? 1 : 0, 'phase', candidate);
    }
    const ready = isPodReady(pod);
    this.#state.append(atMs, 'kube_pod_status_ready', ready ? 1 : 0, 'condition', 'true');
    this.#state.append(atMs, 'kube_pod_status_ready', ready ? 0 : 1, 'condition', 'false');
    this.#state.append(atMs, 'kube_pod_container_status_restarts_total', running?.restarts ?? 0);
    this.#scrapeReasons(atMs, running);
    for (const resource of RESOURCES) this.#scrapeResource(atMs, pod, resource);
  }

  #scrapeResource(atMs: number, pod: KubeObject, resource: (typeof RESOURCES)[number]): void {
    const container = podSpec(pod).containers[0];
    const limit = container?.resources.limits[resource];
    const request = container ? requestOf(container, resource) : null;
    if (limit !== undefined) {
      this.#state.append(atMs, 'kube_pod_container_resource_limits', limit, 'resource', resource);
    }
    if (request !== null) {
      this.#state.append(atMs, 'kube_pod_container_resource_requests', request, 'resource', resource);
    }
  }

  #scrapeReasons(atMs: number, running: RunningPod | undefined): void {
    const waiting = running && waitingReason(running);
    for (const reason of WAITING_REASONS) {
      const value = reason === waiting ? 1 : 0;
      this.#state.append(atMs, 'kube_pod_container_status_waiting_reason', value, 'reason', reason);
    }
    const last = running?.lastTermination?.reason;
    for (const reason of TERMINATED_REASONS) {
      const value = reason === last ? 1 : 0;
      this.#state.append(atMs, 'kube_pod_container_status_last_terminated_reason', value, 'reason', reason);
    }
  }

  #scrapeContainer(atMs: number, running: RunningPod): void {
    const { sim } = running;
    const { cpuLimitCores, memoryLimitBytes } = sim.model;
    this.#container.append(atMs, 'container_cpu_usage_seconds_total', sim.cpuSeconds);
    this.#scrapeThrottling(atMs, running);
    this.#container.append(atMs, 'container_memory_working_set_bytes', sim.memoryBytes);
    this.#container.append(atMs, 'container_memory_usage_bytes', sim.memoryBytes);
    this.#container.append(atMs, 'container_spec_cpu_quota', cpuLimitCores * CPU_PERIOD);
    this.#container.append(atMs, 'container_spec_cpu_period', CPU_PERIOD);
    // cAdvisor says 0 where there is no limit.
    const limit = Number.isFinite(memoryLimitBytes) ? memoryLimitBytes : 0;
    this.#container.append(atMs, 'container_spec_memory_limit_bytes', limit);
  }

  /** The model knows for how long, not in which of its periods of 100 ms, the container was held back. */
  #scrapeThrottling(atMs: number, { sim }: RunningPod): void {
    const { ageSeconds, throttledSeconds } = sim;
    const inPeriods = (seconds: number) => Math.floor(seconds * PERIODS_PER_SECOND);
    this.#container.append(atMs, 'container_cpu_cfs_periods_total', inPeriods(ageSeconds));
    this.#container.append(atMs, 'container_cpu_cfs_throttled_periods_total', inPeriods(throttledSeconds));
    this.#container.append(atMs, 'container_cpu_cfs_throttled_seconds_total', throttledSeconds);
  }

  /** The model counts in fractions of requests; what an app exposes are whole ones. */
  #scrapeApp(atMs: number, { sim }: RunningPod): void {
    const requests = 'http_requests_total';
    this.#app.append(atMs, requests, Math.floor(sim.succeeded), 'status', '200');
    this.#app.append(atMs, requests, Math.floor(sim.failed), 'status', '500');
    this.#app.append(atMs, requests, Math.floor(sim.refused), 'status', '503');
    this.#app.append(atMs, requests, Math.floor(sim.timedOut + sim.lost), 'status', '504');
    const buckets = 'http_request_duration_seconds_bucket';
    for (const [index, label] of BUCKET_LABELS.entries()) {
      this.#app.append(atMs, buckets, Math.floor(sim.latencyBuckets[index] ?? 0), 'le', label);
    }
    const count = Math.floor(sim.succeeded + sim.failed + sim.timedOut);
    this.#app.append(atMs, buckets, count, 'le', '+Inf');
    this.#app.append(atMs, 'http_request_duration_seconds_count', count);
    this.#app.append(atMs, 'http_request_duration_seconds_sum', sim.latencySecondsSum);
  }
}

function waitingReason({ container }: RunningPod): string | undefined {
  switch (container.kind) {
    case 'creating':
      return 'ContainerCreating';
    case 'backing-off':
      return 'CrashLoopBackOff';
    case 'image-missing':
      return container.isBackingOff ? 'ImagePullBackOff' : 'ErrImagePull';
    default:
      return undefined;
  }
}
