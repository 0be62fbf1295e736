import type { createSeriesStore } from '../../agent/embedded/prometheus/seriesStore';
import type { Series } from '../../agent/embedded/seriesStore';

type Store = ReturnType<typeof createSeriesStore>;

export const SCRAPE_MS = 5000;
export const MEBIBYTE = 2 ** 20;

/** What a pod does, per second; its series are what cAdvisor and the app would expose of that. */
export interface PodBehaviour {
  cpuCores: number;
  memoryBytes: number;
  requests: number;
  failures: number;
  /** Every request takes between half of this and this. */
  latencySeconds: number;
}

export const CALM: PodBehaviour = {
  cpuCores: 0.5,
  memoryBytes: 128 * MEBIBYTE,
  requests: 20,
  failures: 0,
  latencySeconds: 0.1,
};

const BOUNDS = [0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6];

/** Scrapes one pod of namespace `shop` every five seconds. Returns its series, to end them. */
export function scrapePod(
  store: Store,
  pod: string,
  behaviour: PodBehaviour,
  span: { fromMs: number; untilMs: number },
): Series[] {
  const labels = { namespace: 'shop', pod, container: 'app' };
  const cpu = store.series('container_cpu_usage_seconds_total', labels);
  const memory = store.series('container_memory_working_set_bytes', labels);
  const good = store.series('http_requests_total', { ...labels, status: '200' });
  // A status that has not occurred yet has no series.
  const failed =
    behaviour.failures > 0 ? store.series('http_requests_total', { ...labels, status: '503' }) : null;
  const buckets = [...BOUNDS.map(String), '+Inf'].map((le) =>
    store.series('http_request_duration_seconds_bucket', { ...labels, le }),
  );
  for (let atMs = span.fromMs; atMs <= span.untilMs; atMs += SCRAPE_MS) {
    const seconds = (atMs - span.fromMs) / 1000;
    cpu.append(atMs, seconds * behaviour.cpuCores);
    memory.append(atMs, behaviour.memoryBytes);
    good.append(atMs, seconds * (behaviour.requests - behaviour.failures));
    failed?.append(atMs, seconds * behaviour.failures);
    for (const [index, bucket] of buckets.entries()) {
      const bound = BOUNDS[index] ?? Number.POSITIVE_INFINITY;
      bucket.append(atMs, bound >= behaviour.latencySeconds ? seconds * behaviour.requests : 0);
    }
  }
  return [cpu, memory, good, ...(failed ? [failed] : []), ...buckets];
}
