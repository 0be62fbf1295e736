import { classifyPods, type HpaPod } from '../classifyPods';
import { HpaSpec } from '../hpaSpec';
import type { MetricReading } from '../metrics';
import { emptyAggregate, type PodAggregate } from '../podAggregate';

/** The time of the look in tests. */
export const NOW_SECONDS = 100_000;

/** An HPA on CPU between 1 and 100 pods, but for what is given as its manifest has it. */
export function specOf(spec: Record<string, unknown> = {}): HpaSpec {
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  return HpaSpec.parse({ scaleTargetRef, maxReplicas: 100, metrics: [cpu(50)], ...spec });
}

export const cpu = (averageUtilization: number) =>
  resource('cpu', { type: 'Utilization', averageUtilization });
export const memory = (averageValue: string) => resource('memory', { type: 'AverageValue', averageValue });
export const resource = (name: string, target: object) => ({ type: 'Resource', resource: { name, target } });
export const podsMetric = (averageValue: string) => ({
  type: 'Pods',
  pods: { metric: { name: 'qps' }, target: { type: 'AverageValue', averageValue } },
});
export const objectMetric = (target: object) => ({
  type: 'Object',
  object: {
    metric: { name: 'qps' },
    describedObject: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'main' },
    target,
  },
});
export const externalMetric = (target: object) => ({
  type: 'External',
  external: { metric: { name: 'queue' }, target },
});
export const value = (amount: string) => ({ type: 'Value', value: amount });
export const averageValue = (amount: string) => ({ type: 'AverageValue', averageValue: amount });

/** Pods that each request a core, or an amount of anything else, and use so many thousandths. */
export function usages(usagesMilli: readonly number[], rest: Partial<PodAggregate> = {}): MetricReading {
  const { missing = 0, unready = 0 } = rest;
  const pods: PodAggregate = {
    ...emptyAggregate(),
    ready: usagesMilli.length,
    usageMilli: usagesMilli.reduce((sum, usage) => sum + usage, 0),
    requestMilli: usagesMilli.length * 1000,
    missingRequestMilli: missing * 1000,
    unreadyRequestMilli: unready * 1000,
    ...rest,
  };
  return { kind: 'pods', pods };
}

/** So many pods, all of which use so many percent of their request. */
export const allAt = (pods: number, percent: number, rest: Partial<PodAggregate> = {}) =>
  usages(Array<number>(pods).fill(percent * 10), rest);

export const single = (valueMilli: number, readyPods: number): MetricReading => ({
  kind: 'value',
  valueMilli,
  readyPods,
});

export const absent = (problem = 'no metrics returned'): MetricReading => ({ kind: 'invalid', problem });

/** A pod that has been ready for an hour, requests a core and uses `usageMilli`. */
export function pod(usageMilli: number | null, rest: Partial<HpaPod> = {}): HpaPod {
  return {
    name: 'web-1',
    phase: 'Running',
    isDeleting: false,
    startedSeconds: NOW_SECONDS - 3600,
    ready: { isReady: true, sinceSeconds: NOW_SECONDS - 3590 },
    containerWithoutRequest: null,
    requestMilli: 1000,
    sample: usageMilli === null ? null : { usageMilli, atSeconds: NOW_SECONDS - 5, windowSeconds: 15 },
    ...rest,
  };
}

/** Pods as classified for the utilisation of their CPU. */
export const cpuOf = (...pods: HpaPod[]) =>
  classifyPods(pods, { source: 'Resource', name: 'cpu', isUtilisation: true }, NOW_SECONDS);
export const memoryOf = (...pods: HpaPod[]) =>
  classifyPods(pods, { source: 'Resource', name: 'memory', isUtilisation: true }, NOW_SECONDS);
export const qpsOf = (...pods: HpaPod[]) =>
  classifyPods(pods, { source: 'Pods', name: 'qps', isUtilisation: false }, NOW_SECONDS);
