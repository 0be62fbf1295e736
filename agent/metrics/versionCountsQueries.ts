import { podPattern } from './queries';
import type { Question } from './queryTogether';

/** Pods of one namespace that are counted together. */
export interface CountedNamespace {
  namespace: string;
  /** Names of pods of both versions. */
  pods: readonly string[];
  /** Names of pods of the canaries, of which resources are asked for too. */
  canaryPods: readonly string[];
}

export type CountsPart = 'requests' | 'buckets' | 'times' | 'cpu' | 'memory';

/** Longer patterns of pods than this are left out: all pods of the namespace are asked for, and most not looked at. */
const LONGEST_PATTERN = 1500;
/** What Prometheus takes as the name of a label. */
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * Labels of whoever has scraped: two Prometheus replicas behind one address, or a PodMonitor beside a ServiceMonitor,
 * hold the same counter twice. It is counted once, or else all evidence would be doubled, and the coming or going of
 * one of them would look like as many requests as there ever were.
 */
const SCRAPERS = 'job, service, endpoint, prometheus, prometheus_replica, replica, __replica__';

/**
 * The questions for a round of counts: raw counters, so that what was counted between two rounds is exact, summed over
 * every label but those that are needed. The time of each pod's newest sample tells how old they are.
 *
 * @param index of the namespace within the round
 * @param routeLabel by which requests are told apart; left out where it is no name of a label
 */
export function countsQuestions(
  { namespace, pods, canaryPods }: CountedNamespace,
  index: number,
  routeLabel: string,
  windowMs: number,
): Question[] {
  const all = selector(namespace, pods);
  const canaries = selector(namespace, canaryPods);
  const route = isLabelName(routeLabel) ? `, ${routeLabel}` : '';
  const containers = `${canaries},container!="",container!="POD"`;
  const requests = `http_requests_total{${all}}`;
  const once = (series: string) => `(max without (${SCRAPERS}) (${series}))`;
  const questions: readonly [CountsPart, string][] = [
    ['requests', `sum by (pod, status${route}) ${once(requests)}`],
    ['buckets', `sum by (pod, le${route}) ${once(`http_request_duration_seconds_bucket{${all}}`)}`],
    ['times', `max by (pod) (timestamp(${requests}))`],
    [
      'cpu',
      `sum by (pod) (rate(container_cpu_usage_seconds_total{${containers}}[${Math.round(windowMs)}ms]))`,
    ],
    ['memory', `sum by (pod) (container_memory_working_set_bytes{${containers}})`],
  ];
  return questions.map(([part, promql]) => ({ key: countsKey(index, part), promql }));
}

export function countsKey(index: number, part: CountsPart): string {
  return `${part}-${index}`;
}

/** Whether Prometheus can have a label of that name. */
export function isLabelName(text: string): boolean {
  return LABEL_NAME.test(text);
}

function selector(namespace: string, pods: readonly string[]): string {
  const pattern = podPattern(pods);
  const matcher = pattern.length > LONGEST_PATTERN ? '' : `,pod=~"${pattern}"`;
  return `namespace="${namespace}"${matcher}`;
}
