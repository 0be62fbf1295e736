import type { Pod, Workload } from '../../../cluster/snapshot';
import type { LoadMetrics } from '../../../metrics/loadReadings';
import { freshValue } from '../../../metrics/reading';
import type { AutoscalerRules } from '../../../safety/handover/rulesBefore';
import { classifyPods, type HpaPod } from '../hpa/classifyPods';
import { decideHpa } from '../hpa/hpa';
import { type HpaMetric, HpaSpec } from '../hpa/hpaSpec';
import { HpaState } from '../hpa/hpaState';
import type { MetricReading } from '../hpa/metrics';

/** What the HPA's algorithm needs of one look. */
export interface HpaInput {
  nowMs: number;
  workload: Workload;
  load: LoadMetrics;
}

const MILLI = 1000;

/**
 * The HPA's algorithm beside the cluster's: what it would want of a workload by any settings, also while its own HPA is
 * suspended. It remembers what an HPA does, look by look.
 */
export class HpaMirror {
  readonly #state = new HpaState();
  #replicas: number | null = null;

  reset(): void {
    this.#state.clear();
    this.#replicas = null;
  }

  /** Null where its metrics cannot be had here, or its spec makes no sense. */
  wish({ nowMs, workload, load }: HpaInput, settings: AutoscalerRules): number | null {
    const nowSeconds = nowMs / 1000;
    const { desiredReplicas, ref } = workload;
    // Whoever has scaled: the policies of an HPA reckon with what has changed within their period.
    if (this.#replicas !== null) this.#state.noteRescale(nowSeconds, this.#replicas, desiredReplicas);
    this.#replicas = desiredReplicas;
    const spec = HpaSpec.safeParse({ ...settings, scaleTargetRef: { kind: ref.kind, name: ref.name } }).data;
    if (!spec) return null;
    const readings = spec.metrics.map((metric) => readingOf(metric, { nowMs, workload, load }));
    const decision = decideHpa(spec, this.#state, {
      nowSeconds,
      specReplicas: desiredReplicas,
      statusReplicas: workload.pods.filter(({ deletingSinceMs }) => deletingSinceMs === null).length,
      readings,
    });
    const isKnown = readings.some(({ kind }) => kind !== 'invalid');
    return isKnown ? decision.desiredReplicas : null;
  }
}

/** CPU and memory of the pods; anything else is measured by adapters that only the HPA itself asks. */
function readingOf(metric: HpaMetric, { nowMs, workload, load }: HpaInput): MetricReading {
  if (metric.type !== 'Resource')
    return { kind: 'invalid', problem: `${metric.type} metrics are not known here` };
  const { name, target } = metric.resource;
  const isCpu = name === 'cpu';
  if (!isCpu && name !== 'memory') return { kind: 'invalid', problem: `${name} is not known here` };
  const usage = isCpu ? load.cpuCores : load.memoryBytes;
  const request = isCpu ? workload.cpuRequestCores : workload.memoryRequestBytes;
  const windowSeconds = (load.windowMs ?? 0) / 1000;
  const pods = workload.pods.map((pod) => {
    const reading = usage.get(pod.name);
    const used = reading === undefined ? null : freshValue(reading);
    return podOf(
      pod,
      request,
      used === null || reading?.kind !== 'fresh' ? null : { used, atMs: reading.atMs, windowSeconds },
    );
  });
  const isUtilisation = target.type === 'Utilization';
  return classifyPods(pods, { source: 'Resource', name, isUtilisation }, nowMs / 1000);
}

function podOf(
  pod: Pod,
  request: number | null,
  sample: { used: number; atMs: number; windowSeconds: number } | null,
): HpaPod {
  return {
    name: pod.name,
    phase: pod.phase,
    isDeleting: pod.deletingSinceMs !== null,
    startedSeconds: pod.createdAtMs / 1000,
    ready: { isReady: pod.ready, sinceSeconds: pod.readyChangedAtMs / 1000 },
    containerWithoutRequest: request === null ? 'app' : null,
    requestMilli: (request ?? 0) * MILLI,
    sample: sample && {
      usageMilli: sample.used * MILLI,
      atSeconds: sample.atMs / 1000,
      windowSeconds: sample.windowSeconds,
    },
  };
}
