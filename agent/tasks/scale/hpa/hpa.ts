import { limit, stabilise } from './behavior';
import {
  type HpaCondition,
  type HpaEvent,
  limited,
  metricFound,
  metricUnusable,
  scaleKnown,
  scalingDisabled,
  stabilised,
  warning,
} from './conditions';
import type { HpaSpec } from './hpaSpec';
import type { HpaState } from './hpaState';
import { type MetricProposal, type MetricReading, proposalOf, type ReplicaCounts } from './metrics';

/** What an HPA sees of its target at one sync. */
export interface HpaLook extends ReplicaCounts {
  /** Of any clock that never goes back. */
  nowSeconds: number;
  /** One for each metric of the spec, in their order; one that is not there is a metric that cannot be had. */
  readings: readonly MetricReading[];
  /** Why the metrics are not asked at all, as `ambiguousSelector` says it. */
  refusal?: { condition: HpaCondition; events: readonly HpaEvent[] } | undefined;
}

export interface HpaDecision {
  /** What `spec.replicas` of the target should be; what it is where nothing is to be done. */
  desiredReplicas: number;
  isRescale: boolean;
  /** Why it is to be rescaled, as `rescaled` tells it; empty where it is not. */
  why: string;
  /** What the metrics ask for, before windows, policies and bounds; null where they were not asked or do not say. */
  recommended: number | null;
  /** Of each type at most one; of a type that is not there nothing new is known. */
  conditions: readonly HpaCondition[];
  events: readonly HpaEvent[];
  /** `status.currentMetrics`. */
  currentMetrics: readonly Record<string, unknown>[];
}

/**
 * One sync of the HorizontalPodAutoscaler, autoscaling/v2, after its documentation and API reference. Records the
 * recommendation in `state`; after the target was scaled the caller calls `state.noteRescale`, and tells of it with
 * `rescaled` or `rescaleFailed` of conditions.ts.
 *
 * https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/
 */
export function decideHpa(spec: HpaSpec, state: HpaState, look: HpaLook): HpaDecision {
  const { specReplicas, nowSeconds } = look;
  state.begin(nowSeconds, specReplicas);
  if (specReplicas === 0 && spec.minReplicas !== 0) {
    return { ...nothing(look), conditions: [scaleKnown, scalingDisabled] };
  }
  if (specReplicas > spec.maxReplicas) {
    return rescale(look, spec.maxReplicas, 'Current number of replicas above Spec.MaxReplicas');
  }
  if (specReplicas < spec.minReplicas) {
    return rescale(look, spec.minReplicas, 'Current number of replicas below Spec.MinReplicas');
  }
  if (look.refusal) {
    const { condition, events } = look.refusal;
    return { ...nothing(look), conditions: [scaleKnown, condition], events };
  }
  return byMetrics(spec, state, look);
}

function byMetrics(spec: HpaSpec, state: HpaState, look: HpaLook): HpaDecision {
  const { specReplicas, nowSeconds } = look;
  const proposals = spec.metrics.map((metric, index) =>
    proposalOf(metric, look.readings[index] ?? NO_READING, look, spec),
  );
  const valid = proposals.filter((proposal) => proposal.isValid);
  const invalid = proposals.filter((proposal) => !proposal.isValid);
  const currentMetrics = valid.map(({ status }) => status);
  const events = invalid.map(({ reason, error }) => warning(reason, error));
  const [first] = valid;
  const greatest =
    first && valid.reduce((most, next) => (next.replicas > most.replicas ? next : most), first);
  // What cannot be seen may be what needs the pods: up is still safe, down is not.
  if (!greatest || (invalid.length > 0 && greatest.replicas < specReplicas)) {
    const refusal = refusedBecauseOf(invalid, proposals.length);
    return {
      ...nothing(look),
      currentMetrics,
      conditions: [scaleKnown, refusal.condition],
      events: [...events, refusal.event],
    };
  }
  const recommended = greatest.replicas;
  const stable = stabilise(spec, state, nowSeconds, specReplicas, recommended);
  const desired = limit(spec, state, nowSeconds, specReplicas, stable);
  const why = recommended > specReplicas ? `${greatest.name} above target` : 'All metrics below target';
  return {
    ...rescale(look, desired, why),
    recommended,
    currentMetrics,
    conditions: [
      stabilised(specReplicas, recommended, stable),
      metricFound(greatest.name),
      limited(spec, specReplicas, stable, desired),
    ],
    events,
  };
}

function refusedBecauseOf(invalid: readonly Extract<MetricProposal, { isValid: false }>[], metrics: number) {
  const [first] = invalid;
  const { reason, error, nestedError } = first ?? NO_METRIC;
  const counts = `${invalid.length} invalid out of ${metrics}`;
  const message = `invalid metrics (${counts}), first error is: ${nestedError}`;
  return {
    condition: metricUnusable(reason, error),
    event: warning('FailedComputeMetricsReplicas', message),
  };
}

const NO_READING: MetricReading = { kind: 'invalid', problem: 'no reading' };
const NO_METRIC = {
  reason: 'InvalidMetricSourceType',
  error: 'the spec has no metric',
  nestedError: 'the spec has no metric',
};

function nothing({ specReplicas }: HpaLook): HpaDecision {
  return {
    desiredReplicas: specReplicas,
    isRescale: false,
    why: '',
    recommended: null,
    conditions: [scaleKnown],
    events: [],
    currentMetrics: [],
  };
}

function rescale(look: HpaLook, desiredReplicas: number, why: string): HpaDecision {
  if (desiredReplicas === look.specReplicas) return nothing(look);
  return { ...nothing(look), desiredReplicas, isRescale: true, why };
}
