import type { Workload } from '../cluster/snapshot';
import type { Config } from '../config/schema';

const PODS = 'namespace="$namespace",pod=~"$pods"';
/** cAdvisor also counts whole pods (no container) and the pause container. */
const CONTAINERS = `${PODS},container!="",container!="POD"`;
const LATENCY = `rate(http_request_duration_seconds_bucket{${PODS}}[$window])`;
const REQUESTS = `rate(http_requests_total{${PODS}}[$window])`;
const FAILED = `rate(http_requests_total{${PODS},status=~"5.."}[$window])`;

/**
 * The queries of seed 002, in the metric names of cAdvisor, kube-state-metrics and the usual HTTP middleware. Those
 * that the config can replace have its names. As long as nothing has failed there is no series of failed requests:
 * the share is then 0, not missing.
 */
export const DEFAULT_QUERIES = {
  cpu: `sum by (pod) (rate(container_cpu_usage_seconds_total{${CONTAINERS}}[$window]))`,
  memory: `sum by (pod) (container_memory_working_set_bytes{${CONTAINERS}})`,
  cpuLimit: `sum by (pod) (kube_pod_container_resource_limits{${PODS},resource="cpu"})`,
  memoryLimit: `sum by (pod) (container_spec_memory_limit_bytes{${CONTAINERS}})`,
  latencyP50: `histogram_quantile(0.5, sum by (le) (${LATENCY}))`,
  latencyP95: `histogram_quantile(0.95, sum by (le) (${LATENCY}))`,
  latencyP99: `histogram_quantile(0.99, sum by (le) (${LATENCY}))`,
  podLatencyP50: `histogram_quantile(0.5, sum by (pod, le) (${LATENCY}))`,
  podLatencyP95: `histogram_quantile(0.95, sum by (pod, le) (${LATENCY}))`,
  errorRate: `(sum(${FAILED}) or sum(${REQUESTS}) * 0) / sum(${REQUESTS})`,
  podErrorRate: `(sum by (pod) (${FAILED}) or sum by (pod) (${REQUESTS}) * 0) / sum by (pod) (${REQUESTS})`,
  requests: `sum(${REQUESTS})`,
  podRequests: `sum by (pod) (${REQUESTS})`,
} as const;
export type QueryName = keyof typeof DEFAULT_QUERIES;

export interface NamedQuery<Name extends string = QueryName> {
  name: Name;
  promql: string;
}

/**
 * What scaling asks for, once per control step: of those above what it needs, and the requests by latency. The last two
 * have no default: the first is worked out from the buckets, the second from latency.
 */
export const LOAD_QUERIES = {
  cpu: DEFAULT_QUERIES.cpu,
  memory: DEFAULT_QUERIES.memory,
  latencyP50: DEFAULT_QUERIES.latencyP50,
  latencyP95: DEFAULT_QUERIES.latencyP95,
  errorRate: DEFAULT_QUERIES.errorRate,
  requests: DEFAULT_QUERIES.requests,
  latencyBuckets: `sum by (le) (${LATENCY})`,
  violatedShare: undefined,
  queue: undefined,
} as const;
export type LoadQueryName = keyof typeof LOAD_QUERIES;

/** What `$window` stands for, ms: in the queries of requests, and in those of CPU and memory. */
export interface Windows {
  requestsMs: number;
  resourcesMs: number;
}

/** The queries for a workload that has pods, with the config's replacements and every placeholder filled in. */
export function queriesFor(
  workload: Workload,
  { queries }: Pick<Config['metrics'], 'queries'>,
  windows: Windows,
): NamedQuery[] {
  return filledTemplates({ ...DEFAULT_QUERIES, ...replaced(queries) }, workload, windows).filter(({ name }) =>
    isNeeded(name, workload),
  );
}

/** The queries of scaling, as `queriesFor`. Those without a default are left out where the config has none. */
export function loadQueriesFor(
  workload: Workload,
  { queries }: Pick<Config['metrics'], 'queries'>,
  windows: Windows,
): NamedQuery<LoadQueryName>[] {
  return filledTemplates({ ...LOAD_QUERIES, ...replaced(queries, LOAD_QUERIES) }, workload, windows);
}

/** The config's own queries, of those that are meant. */
function replaced(
  queries: Config['metrics']['queries'],
  meant: Readonly<Record<string, unknown>> = DEFAULT_QUERIES,
): Record<string, string> {
  const own = Object.entries(queries).flatMap(([name, promql]) =>
    promql !== undefined && name in meant ? [[name, promql] as const] : [],
  );
  return Object.fromEntries(own);
}

function filledTemplates<Name extends string>(
  templates: Readonly<Record<Name, string | undefined>>,
  workload: Workload,
  windows: Windows,
): NamedQuery<Name>[] {
  const fill = {
    requests: placeholders(workload, windows.requestsMs),
    resources: placeholders(workload, windows.resourcesMs),
  };
  return (Object.keys(templates) as Name[]).flatMap((name) => {
    const promql = templates[name];
    if (promql === undefined) return [];
    return [
      { name, promql: promql.replace(PLACEHOLDER, RESOURCES.has(name) ? fill.resources : fill.requests) },
    ];
  });
}

const RESOURCES: ReadonlySet<string> = new Set(['cpu', 'memory', 'cpuLimit', 'memoryLimit']);

const PLACEHOLDER = /\$(namespace|pods|window|workload)\b/g;

function placeholders(
  workload: Workload,
  windowMs: number,
  pods = podPattern(workload.pods.map((pod) => pod.name)),
): (placeholder: string) => string {
  const values: Readonly<Record<string, string>> = {
    $namespace: workload.ref.namespace,
    $pods: pods,
    $window: `${Math.round(windowMs)}ms`,
    $workload: workload.ref.name,
  };
  return (placeholder) => values[placeholder] ?? placeholder;
}

/**
 * A query of somebody's own about a workload, with every placeholder filled in.
 *
 * @param pods what `$pods` stands for; the pods that there are now where absent
 */
export function filledIn(promql: string, workload: Workload, windowMs: number, pods?: string): string {
  return promql.replace(PLACEHOLDER, placeholders(workload, windowMs, pods));
}

/** A regular expression for all pods that a Deployment has ever had: its name, the template's hash, five letters. */
export function everyPodPattern({ ref }: Pick<Workload, 'ref'>): string {
  return `${escapeName(ref.name)}-[a-z0-9]+-[a-z0-9]{5}`;
}

/** Limits are asked for only where the cluster's own objects do not say them. */
function isNeeded(name: QueryName, workload: Workload): boolean {
  if (name === 'cpuLimit') return workload.cpuLimitCores === null;
  if (name === 'memoryLimit') return workload.memoryLimitBytes === null;
  return true;
}

/** A regular expression for exactly these pods, with the prefix that pods of a ReplicaSet share written once. */
export function podPattern(names: readonly string[]): string {
  const byPrefix = new Map<string, string[]>();
  for (const name of names.toSorted()) {
    const cut = name.lastIndexOf('-') + 1;
    const prefix = escapeName(name.slice(0, cut));
    byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), escapeName(name.slice(cut))]);
  }
  return [...byPrefix].map(([prefix, ends]) => `${prefix}(${ends.join('|')})`).join('|');
}

/**
 * Of what a Kubernetes name may hold (letters, digits, `-`, `.`) only the dot means something in a regular
 * expression. A class needs no backslash, which would have to be doubled in some quotes of PromQL and not in others.
 */
function escapeName(name: string): string {
  return name.replaceAll('.', '[.]');
}
