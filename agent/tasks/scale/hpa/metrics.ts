import type { HpaMetric, HpaRules, MetricTarget } from './hpaSpec';
import type { PodAggregate } from './podAggregate';
import {
  averageMilli,
  replicasForAverage,
  replicasForShare,
  replicasForUtilisation,
  replicasForValue,
  utilisationPercent,
} from './replicas';

/** What is known of one metric now. */
export type MetricReading =
  /** For Resource, ContainerResource and Pods. */
  | { kind: 'pods'; pods: PodAggregate }
  /** For Object and External: the value in thousandths, and how many pods of the target run and are ready. */
  | { kind: 'value'; valueMilli: number; readyPods: number }
  /** It cannot be had, and why. */
  | { kind: 'invalid'; problem: string };

/** What one metric asks for. */
export type MetricProposal =
  | { isValid: true; replicas: number; name: string; status: Record<string, unknown> }
  | { isValid: false; reason: string; error: string; nestedError: string };

/** Replicas of the target: wanted ones (`spec`) and those that there are (`status`). */
export interface ReplicaCounts {
  specReplicas: number;
  statusReplicas: number;
}

/** How many pods a metric asks for; a value that is none is a metric that cannot be had. */
export function proposalOf(
  metric: HpaMetric,
  reading: MetricReading,
  counts: ReplicaCounts,
  rules: HpaRules,
): MetricProposal {
  if (reading.kind === 'invalid') return unusable(metric, reading.problem);
  if (!isUsable(reading)) return unusable(metric, 'the metric has a value that is negative or not a number');
  const target = targetOf(metric);
  if (target.type === 'Utilization' && reading.kind === 'pods' && reading.pods.requestMilli === 0) {
    return unusable(metric, 'no metrics returned matched known pods: they request nothing');
  }
  const replicas =
    reading.kind === 'pods'
      ? replicasOfPods(target, reading.pods, counts, rules)
      : replicasOfValue(target, reading, counts, rules);
  if (replicas === null) return unusable(metric, `a target of type ${target.type} does not go with it`);
  const current = currentOf(target, reading, counts);
  return { isValid: true, replicas, name: nameOf(metric, target), status: statusOf(metric, current) };
}

export function targetOf(metric: HpaMetric): MetricTarget {
  switch (metric.type) {
    case 'Resource':
      return metric.resource.target;
    case 'ContainerResource':
      return metric.containerResource.target;
    case 'Pods':
      return metric.pods.target;
    case 'Object':
      return metric.object.target;
    case 'External':
      return metric.external.target;
  }
}

function replicasOfPods(
  target: MetricTarget,
  pods: PodAggregate,
  { specReplicas }: ReplicaCounts,
  rules: HpaRules,
): number | null {
  switch (target.type) {
    case 'Utilization':
      return replicasForUtilisation(pods, target.averageUtilization, specReplicas, rules);
    case 'AverageValue':
      return replicasForAverage(pods, target.averageValueMilli, specReplicas, rules);
    case 'Value':
      return null;
  }
}

function replicasOfValue(
  target: MetricTarget,
  { valueMilli, readyPods }: Extract<MetricReading, { kind: 'value' }>,
  { specReplicas, statusReplicas }: ReplicaCounts,
  rules: HpaRules,
): number | null {
  switch (target.type) {
    case 'Value':
      return replicasForValue(valueMilli, target.valueMilli, readyPods, specReplicas, rules);
    case 'AverageValue':
      return replicasForShare(valueMilli, target.averageValueMilli, statusReplicas, rules);
    case 'Utilization':
      return null;
  }
}

/** `current` of the metric's status: without the pods that were only guessed at. */
function currentOf(
  target: MetricTarget,
  reading: Exclude<MetricReading, { kind: 'invalid' }>,
  { statusReplicas }: ReplicaCounts,
): Record<string, unknown> {
  if (reading.kind === 'value') {
    const { valueMilli } = reading;
    return target.type === 'Value'
      ? { value: milliQuantity(valueMilli) }
      : { averageValue: milliQuantity(Math.ceil(valueMilli / Math.max(1, statusReplicas))) };
  }
  const { usageMilli, requestMilli, ready } = reading.pods;
  const averageValue = milliQuantity(averageMilli(usageMilli, ready));
  return target.type === 'Utilization'
    ? { averageUtilization: utilisationPercent(usageMilli, requestMilli), averageValue }
    : { averageValue };
}

function statusOf(metric: HpaMetric, current: Record<string, unknown>): Record<string, unknown> {
  const { type } = metric;
  switch (type) {
    case 'Resource':
      return { type, resource: { name: metric.resource.name, current } };
    case 'ContainerResource': {
      const { name, container } = metric.containerResource;
      return { type, containerResource: { name, container, current } };
    }
    case 'Pods':
      return { type, pods: { metric: metric.pods.metric, current } };
    case 'Object': {
      const { describedObject } = metric.object;
      return { type, object: { describedObject, metric: metric.object.metric, current } };
    }
    case 'External':
      return { type, external: { metric: metric.external.metric, current } };
  }
}

/** As conditions and events call it. */
function nameOf(metric: HpaMetric, { type }: MetricTarget): string {
  switch (metric.type) {
    case 'Resource':
      return resourceName(metric.resource.name, type, 'resource');
    case 'ContainerResource':
      return resourceName(metric.containerResource.name, type, 'container resource');
    case 'Pods':
      return `pods metric ${metric.pods.metric.name}`;
    case 'Object':
      return `${metric.object.describedObject.kind} metric ${metric.object.metric.name}`;
    case 'External':
      return `external metric ${metric.external.metric.name}`;
  }
}

function resourceName(resource: string, target: MetricTarget['type'], what: string): string {
  return target === 'Utilization'
    ? `${resource} ${what} utilization (percentage of request)`
    : `${resource} resource`;
}

function unusable(metric: HpaMetric, problem: string): MetricProposal {
  const { reason, error, nesting } = failureOf(metric, problem);
  return { isValid: false, reason, error, nestedError: `${nesting}: ${error}` };
}

function failureOf(metric: HpaMetric, problem: string): { reason: string; error: string; nesting: string } {
  const what = targetOf(metric).type === 'Utilization' ? 'utilization' : 'usage';
  switch (metric.type) {
    case 'Resource': {
      const { name } = metric.resource;
      return {
        reason: 'FailedGetResourceMetric',
        error: `failed to get ${name} ${what}: ${problem}`,
        nesting: `failed to get ${name} resource metric value`,
      };
    }
    case 'ContainerResource': {
      const { name, container } = metric.containerResource;
      return {
        reason: 'FailedGetContainerResourceMetric',
        error: `failed to get ${name} ${what}: ${problem}`,
        nesting: `failed to get ${container} container metric value`,
      };
    }
    case 'Pods':
      return { reason: 'FailedGetPodsMetric', error: problem, nesting: 'failed to get pods metric value' };
    case 'Object':
      return {
        reason: 'FailedGetObjectMetric',
        error: problem,
        nesting: 'failed to get object metric value',
      };
    case 'External': {
      const { name } = metric.external.metric;
      return {
        reason: 'FailedGetExternalMetric',
        error: problem,
        nesting: `failed to get ${name} external metric value`,
      };
    }
  }
}

function isUsable(reading: Exclude<MetricReading, { kind: 'invalid' }>): boolean {
  return reading.kind === 'value'
    ? isAmount(reading.valueMilli) && isAmount(reading.readyPods)
    : Object.values(reading.pods).every(isAmount) && reading.pods.ready > 0;
}

function isAmount(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}

const SUFFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E'];

/** A number of thousandths as a Kubernetes quantity in its canonical decimal form: `250m`, `2`, `3M`. */
export function milliQuantity(milli: number): string {
  if (milli % 1000 !== 0) return `${milli}m`;
  let whole = milli / 1000;
  let suffix = 0;
  while (whole !== 0 && whole % 1000 === 0 && suffix < SUFFIXES.length - 1) {
    whole /= 1000;
    suffix++;
  }
  return `${whole}${SUFFIXES[suffix]}`;
}
