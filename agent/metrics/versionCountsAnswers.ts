import type { Answer } from './queryTogether';
import type { CountedPod } from './versionCounts';
import type { PodCounters } from './versionCountsDeltas';
import type { Buckets } from './versionCountsLatency';
import { type CountsPart, countsKey, isLabelName } from './versionCountsQueries';

/** What Prometheus has said in a round about one namespace. */
export type NamespaceAnswers = Readonly<Record<CountsPart, Answer | undefined>>;

export function answersOf(answers: ReadonlyMap<string, Answer>, index: number): NamespaceAnswers {
  const part = (name: CountsPart) => answers.get(countsKey(index, name));
  return {
    requests: part('requests'),
    buckets: part('buckets'),
    times: part('times'),
    cpu: part('cpu'),
    memory: part('memory'),
  };
}

/** Of one version in one interval, by route. */
export interface VersionIncreases {
  /** Requests by route and status: keys of `seriesKey`. */
  requests: ReadonlyMap<string, number>;
  /** By route. */
  buckets: ReadonlyMap<string, Buckets>;
}

/** By pod: requests by route and status, and by route and bound; or why they cannot be used. */
export function readCounters(
  answers: NamespaceAnswers,
  routeLabel: string,
  pods: readonly CountedPod[],
): { requests: Map<string, PodCounters>; buckets: Map<string, PodCounters> } | { why: string } {
  if (answers.requests?.kind !== 'samples') return { why: whyOf(answers.requests) };
  if (answers.times?.kind !== 'samples') return { why: whyOf(answers.times) };
  const names = new Set(pods.map(({ name }) => name));
  const label = isLabelName(routeLabel) ? routeLabel : '';
  const requests = countersBy(answers.requests, names, label, 'status');
  const buckets = countersBy(answers.buckets, names, label, 'le');
  if (typeof requests === 'string') return { why: `the counts of requests cannot be used: ${requests}` };
  if (typeof buckets === 'string') return { why: `the latency histogram cannot be used: ${buckets}` };
  return { requests, buckets };
}

function countersBy(
  answer: Answer | undefined,
  pods: ReadonlySet<string>,
  routeLabel: string,
  label: 'status' | 'le',
): Map<string, PodCounters> | string {
  const byPod = new Map<string, Map<string, number>>();
  if (answer?.kind !== 'samples') return byPod;
  for (const { labels, value } of answer.samples) {
    const pod = labels.pod ?? '';
    if (!pods.has(pod)) continue;
    if (!Number.isFinite(value) || value < 0) return `pod ${pod} has ${value}`;
    if (labels[label] === undefined) return `pod ${pod} has requests without the label ${label}`;
    const counters = byPod.get(pod) ?? new Map<string, number>();
    counters.set(seriesKey(labels[routeLabel] ?? '', labels[label] ?? ''), value);
    byPod.set(pod, counters);
  }
  return byPod;
}

/** The value of a label never holds a line break in practice; the last one parts the two. */
export function seriesKey(route: string, value: string): string {
  return `${route}\n${value}`;
}

export function partsOfKey(key: string): { route: string; value: string } {
  const cut = key.lastIndexOf('\n');
  return { route: key.slice(0, cut), value: key.slice(cut + 1) };
}

export function increasesOf(
  pods: readonly CountedPod[],
  requests: ReadonlyMap<string, PodCounters>,
  buckets: ReadonlyMap<string, PodCounters>,
): VersionIncreases {
  const of = (counters: ReadonlyMap<string, PodCounters>) =>
    pods.flatMap(({ name }) => counters.get(name) ?? []);
  return { requests: added(of(requests)), buckets: bucketsByRoute(of(buckets)) };
}

/** What pods have counted in their lives, by route. */
export function lifeOf(
  pods: readonly CountedPod[],
  buckets: ReadonlyMap<string, PodCounters>,
): Map<string, Buckets> {
  return bucketsByRoute(pods.flatMap(({ name }) => buckets.get(name) ?? []));
}

function bucketsByRoute(counters: readonly PodCounters[]): Map<string, Buckets> {
  const routes = new Map<string, Map<number, number>>();
  for (const [key, count] of added(counters)) {
    const { route, value } = partsOfKey(key);
    const buckets = routes.get(route) ?? new Map<number, number>();
    buckets.set(value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value), count);
    routes.set(route, buckets);
  }
  return routes;
}

function added(counters: readonly PodCounters[]): Map<string, number> {
  const sum = new Map<string, number>();
  for (const each of counters) for (const [key, count] of each) sum.set(key, (sum.get(key) ?? 0) + count);
  return sum;
}

/** Answers of 500 to 599, as everywhere in Coxswain. */
export function isFailed(key: string): boolean {
  return partsOfKey(key).value.startsWith('5');
}

/** Cluster time of the newest sample; null where no pod has one. */
export function newestMs(
  answer: Answer | undefined,
  pods: readonly CountedPod[],
  nowMs: number,
): number | null {
  if (answer?.kind !== 'samples') return null;
  const names = new Set(pods.map(({ name }) => name));
  const ages = answer.samples.flatMap(({ labels, value, atMs }) =>
    names.has(labels.pod ?? '') && Number.isFinite(value) ? [Math.max(0, atMs - value * 1000)] : [],
  );
  return ages.length === 0 ? null : nowMs - Math.min(...ages);
}

/** Mean over the canary's pods, as a share of the limit of one. */
export function resource(
  answer: Answer | undefined,
  pods: readonly CountedPod[],
  limit: number | null,
): number | null {
  if (answer?.kind !== 'samples' || limit === null || limit <= 0) return null;
  const names = new Set(pods.map(({ name }) => name));
  const used = answer.samples.flatMap(({ labels, value }) =>
    names.has(labels.pod ?? '') && Number.isFinite(value) ? [value] : [],
  );
  if (used.length === 0) return null;
  return Math.min(1, Math.max(0, used.reduce((sum, each) => sum + each, 0) / used.length / limit));
}

function whyOf(answer: Answer | undefined): string {
  return answer?.kind === 'failed' ? answer.error.message : 'Prometheus was not asked';
}
