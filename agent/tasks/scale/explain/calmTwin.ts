import { OBSERVATION_SPECS } from '../../../sim/scale/observation';
import type { ScaleView } from '../../../sim/scale/scaleView';
import { LATENCY_OBJECTIVE_SECONDS, MOST_REPLICAS } from '../../../sim/scale/units';
import type { ScaleSpecName } from '../live/policies/policy';

/** Around which scale/36 centres loads, and which HPAs hold by custom. */
const CALM_UTILISATION = 0.7;

/** What tells the workload and its setting, not its load: as many pods, the same memory, the same price. */
const KEPT: Readonly<Record<ScaleSpecName, readonly string[]>> = {
  'scale/12': ['memoryCurrent', 'memoryAverage', 'memoryMax', 'pods'],
  'scale/36': ['podsLogarithm', 'pods', 'podShare', 'startup', 'metricWindow', 'metricLag', 'violationPrice'],
};

/**
 * What a decision is compared with: the same workload with as many pods, all of them ready and at 70 % of what they can
 * serve, at half its objective of latency, without errors or a queue, under a load that has been even for an hour, and
 * long after the last change of its pods.
 *
 * @param values of one of the two specs
 */
export function calmTwin(spec: ScaleSpecName, values: readonly number[]): number[] {
  const { fields, write } = OBSERVATION_SPECS[spec];
  const twin = new Float32Array(fields.length);
  const pods = values[fields.findIndex(({ name }) => name === 'pods')] ?? 0;
  const count = spec === 'scale/12' ? pods * MOST_REPLICAS : (pods + 1) * 15;
  write(calmView(Math.max(1, count)), 1, twin);
  return fields.map(({ name }, field) => (KEPT[spec].includes(name) ? values[field] : twin[field]) ?? 0);
}

function calmView(count: number): ScaleView {
  const load = CALM_UTILISATION * count;
  return {
    metrics: {
      ...{ cpu: CALM_UTILISATION, cpuMean: CALM_UTILISATION, cpuMax: CALM_UTILISATION },
      ...{ memory: 0, memoryMean: 0, memoryMax: 0 },
      ...{ arrivalRate: load, servedRate: load, readyPods: count },
      ...{ violatedShare: 0, errorShare: 0, backlog: 0 },
      latencyP95Seconds: LATENCY_OBJECTIVE_SECONDS / 2,
    },
    estimates: {
      ...{ podRate: 1, load, leadSteps: 1, level: load, trend: 0 },
      ...{ rise80: { value: 0 }, rise95: { value: 0 }, riseSize: 0, riseMax: 0 },
      ...{ mean5: load, deviation5: 0, max5: load, mean15: load, max15: load },
      loadAgo: () => load,
    },
    pods: {
      ...{ count, ready: count, startupEstimateSeconds: 0, measured: () => count },
      ...{ lastUpSeconds: Number.NEGATIVE_INFINITY, lastDownSeconds: Number.NEGATIVE_INFINITY },
    },
    domain: { metricWindowSteps: 0, metricLagSteps: 0 },
    minReplicas: 1,
    maxReplicas: MOST_REPLICAS,
    seconds: 0,
  };
}
