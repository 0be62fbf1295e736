import { classifyPods, type HpaPod } from '../../../tasks/scale/hpa/classifyPods';
import { type HpaMetric, milli } from '../../../tasks/scale/hpa/hpaSpec';
import { type MetricReading, targetOf } from '../../../tasks/scale/hpa/metrics';
import type { KubeObject } from '../../objectStore';
import { condition, keyOf, podPhase, podSpec, requestOf } from '../kinds';
import type { MetricsServer, PodUsage } from './metricsServer';

/** Names under which the pods' rate of requests can be asked for, as prometheus-adapter serves it. */
const REQUEST_RATES = new Set(['http_requests', 'http_requests_per_second']);

/** What is known of a metric: of the pods that the HPA's target selects, and nothing beyond them. */
export function readMetric(
  metric: HpaMetric,
  pods: readonly KubeObject[],
  usages: MetricsServer,
  nowMs: number,
): MetricReading {
  const isUtilisation = targetOf(metric).type === 'Utilization';
  const classify = (source: 'Resource' | 'Pods', name: string, look: (pod: KubeObject) => HpaPod) =>
    classifyPods(pods.map(look), { source, name, isUtilisation }, nowMs / 1000);
  const usageOf = (pod: KubeObject) => usages.usageOf(keyOf(pod.metadata));
  switch (metric.type) {
    case 'Resource': {
      const { name } = metric.resource;
      return classify('Resource', name, (pod) => resourceOf(pod, usageOf(pod), name));
    }
    case 'ContainerResource': {
      const { name, container } = metric.containerResource;
      return classify('Resource', name, (pod) => resourceOf(pod, usageOf(pod), name, container));
    }
    case 'Pods': {
      const { name } = metric.pods.metric;
      if (!REQUEST_RATES.has(name)) return notServed(`unable to get metric ${name}`, 'custom', name, 'pods');
      return classify('Pods', name, (pod) => facts(pod, usageOf(pod), (usage) => usage.requestsPerSecond));
    }
    case 'Object': {
      const { name } = metric.object.metric;
      const { kind } = metric.object.describedObject;
      return notServed(`unable to get metric ${name}`, 'custom', name, kind);
    }
    case 'External': {
      const { name } = metric.external.metric;
      return notServed(`unable to get external metric ${name}`, 'external', name, 'the cluster');
    }
  }
}

function notServed(what: string, api: 'custom' | 'external', metric: string, of: string): MetricReading {
  const why = `the server could not find the metric ${metric} for ${of}`;
  return {
    kind: 'invalid',
    problem: `${what}: unable to fetch metrics from ${api} metrics API: ${why}`,
  };
}

/** Of the whole pod, or of one of its containers. */
function resourceOf(
  pod: KubeObject,
  usage: PodUsage | undefined,
  resource: string,
  container?: string,
): HpaPod {
  if (resource !== 'cpu' && resource !== 'memory') return facts(pod, undefined, () => 0);
  const { containers } = podSpec(pod);
  const named = containers.filter(({ name }) => container === undefined || name === container);
  // All load is the first container's; a container that a pod does not have has no metric.
  const isLoaded = named.some((candidate) => candidate === containers[0]);
  const amount = (of: PodUsage) => (resource === 'cpu' ? of.cpuCores : of.memoryBytes);
  const requests = named.map((candidate) => requestOf(candidate, resource));
  return {
    ...facts(pod, named.length > 0 ? usage : undefined, (of) => (isLoaded ? amount(of) : 0)),
    containerWithoutRequest: named[requests.indexOf(null)]?.name ?? null,
    requestMilli: requests.reduce<number>((sum, request) => sum + milli(request ?? 0), 0),
  };
}

function facts(pod: KubeObject, usage: PodUsage | undefined, amount: (usage: PodUsage) => number): HpaPod {
  const { startTime } = pod.status ?? {};
  const ready = condition(pod, 'Ready');
  return {
    name: pod.metadata.name,
    phase: podPhase(pod),
    isDeleting: pod.metadata.deletionTimestamp !== undefined,
    startedSeconds: typeof startTime === 'string' ? Date.parse(startTime) / 1000 : null,
    ready: ready
      ? { isReady: ready.status === 'True', sinceSeconds: Date.parse(ready.lastTransitionTime ?? '') / 1000 }
      : null,
    containerWithoutRequest: null,
    requestMilli: 0,
    sample: usage
      ? {
          usageMilli: milli(amount(usage)),
          atSeconds: usage.atMs / 1000,
          windowSeconds: usage.windowSeconds,
        }
      : null,
  };
}
