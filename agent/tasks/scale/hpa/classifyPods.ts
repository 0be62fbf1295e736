import type { MetricReading } from './metrics';
import { emptyAggregate, type PodAggregate } from './podAggregate';

/** Of `--horizontal-pod-autoscaler-initial-readiness-delay`. */
const INITIAL_READINESS_SECONDS = 30;
/** Of `--horizontal-pod-autoscaler-cpu-initialization-period`. */
const CPU_INITIALISATION_SECONDS = 300;

/** One pod of the target, as far as an HPA looks at it, for one metric. */
export interface HpaPod {
  name: string;
  phase: string;
  isDeleting: boolean;
  /** `status.startTime`; null where no kubelet has it yet. */
  startedSeconds: number | null;
  /** The pod's condition Ready and when it last changed; null where it has none. */
  ready: { isReady: boolean; sinceSeconds: number } | null;
  /** The container without a request for the resource; null where all have one, or none is asked for. */
  containerWithoutRequest: string | null;
  requestMilli: number;
  /** The end of the window over which the usage is a mean, and its length; null where there is no metric. */
  sample: { usageMilli: number; atSeconds: number; windowSeconds: number } | null;
}

export interface PodsMetric {
  source: 'Resource' | 'Pods';
  /** `cpu`, `memory`, or the name of a Pods metric. */
  name: string;
  /** Whether it is a share of the request that is held. */
  isUtilisation: boolean;
}

/** Puts the pods of a target into those whose metric counts, those without one, and those that are not ready yet. */
export function classifyPods(pods: readonly HpaPod[], metric: PodsMetric, nowSeconds: number): MetricReading {
  if (pods.length === 0) return invalid('no pods returned by selector while calculating replica count');
  const aggregate = emptyAggregate();
  // Only CPU waits for pods to be ready: it is what starting costs.
  const isCpu = metric.source === 'Resource' && metric.name === 'cpu';
  for (const pod of pods) addTo(aggregate, pod, isCpu, nowSeconds);
  if (aggregate.ready === 0) {
    const hasAny = pods.some(({ sample }) => sample !== null);
    return invalid(
      hasAny ? 'did not receive metrics for targeted pods (pods might be unready)' : nothingReturned(metric),
    );
  }
  const without = metric.isUtilisation && pods.find((pod) => pod.containerWithoutRequest !== null);
  if (without) {
    const { containerWithoutRequest, name } = without;
    return invalid(
      `missing request for ${metric.name} in container ${containerWithoutRequest} of Pod ${name}`,
    );
  }
  return { kind: 'pods', pods: aggregate };
}

function addTo(aggregate: PodAggregate, pod: HpaPod, isCpu: boolean, nowSeconds: number): void {
  const { requestMilli, sample } = pod;
  if (pod.isDeleting || pod.phase === 'Failed') return;
  if (pod.phase === 'Pending') {
    aggregate.unready++;
    aggregate.unreadyRequestMilli += requestMilli;
  } else if (!sample || !(sample.usageMilli >= 0 && Number.isFinite(sample.usageMilli))) {
    aggregate.missing++;
    aggregate.missingRequestMilli += requestMilli;
  } else if (isCpu && isStarting(pod, sample, nowSeconds)) {
    aggregate.unready++;
    aggregate.unreadyRequestMilli += requestMilli;
  } else {
    aggregate.ready++;
    aggregate.usageMilli += sample.usageMilli;
    aggregate.requestMilli += requestMilli;
  }
}

/**
 * Within the first minutes: not ready, or not ready for the whole window of the sample. Later: not ready, and never
 * ready since shortly after the start.
 */
function isStarting(
  { startedSeconds, ready }: HpaPod,
  { atSeconds, windowSeconds }: NonNullable<HpaPod['sample']>,
  nowSeconds: number,
): boolean {
  if (startedSeconds === null || ready === null) return true;
  if (startedSeconds + CPU_INITIALISATION_SECONDS > nowSeconds) {
    return !ready.isReady || atSeconds < ready.sinceSeconds + windowSeconds;
  }
  return !ready.isReady && startedSeconds + INITIAL_READINESS_SECONDS > ready.sinceSeconds;
}

function nothingReturned({ source, name }: PodsMetric): string {
  return source === 'Resource'
    ? `unable to get metrics for resource ${name}: no metrics returned from resource metrics API`
    : `unable to get metric ${name}: no metrics returned from custom metrics API`;
}

function invalid(problem: string): MetricReading {
  return { kind: 'invalid', problem };
}
