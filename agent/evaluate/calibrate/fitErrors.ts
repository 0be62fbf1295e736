import type { Calibration } from '../../protocol';
import { podCapacity } from '../../sim/scale/domain';
import { createScaleEnv } from '../../sim/scale/scaleEnv';
import { WARM_UP_STEPS } from '../../sim/scale/scaleModel';
import { MOST_REPLICAS } from '../../sim/scale/units';
import type { Fit } from './fit';
import type { History } from './history';
import { toLoad } from './load';
import { median, withoutGaps } from './series';

type FitError = Calibration['fit']['errors'][number];

const SEED = 1;

/**
 * How far off the fitted simulator is: the recorded load is replayed with the recorded replicas, and what comes out is
 * compared with what was measured, both as means over the window of the metrics.
 */
export function fitErrors(history: History, { domain }: Fit, usableCores: number): FitError[] {
  const { intervalSeconds } = history.rate;
  const load = toLoad(history.rate.values, intervalSeconds);
  const pods = toLoad(withoutGaps(history.pods), intervalSeconds);
  const cores = toLoad(history.cpuCores, intervalSeconds);
  const p95 = toLoad(history.latencyP95Seconds, intervalSeconds);
  const fullRate = MOST_REPLICAS * podCapacity(domain);
  const env = createScaleEnv(
    {
      spec: 'scale/12',
      minReplicas: 1,
      maxReplicas: MOST_REPLICAS,
      episodeSteps: Math.max(10, load.length),
      domain: { ...domain, peakLoadShare: 1 },
    },
    (points) => {
      for (let index = 0; index < points.length; index++) {
        const step = Math.min(load.length - 1, Math.max(0, index - WARM_UP_STEPS));
        points[index] = (load[step] ?? 0) / fullRate;
      }
    },
  );
  env.reset(SEED);
  const cpuErrors: Difference[] = [];
  const latencyErrors: Difference[] = [];
  for (let step = 0; step < load.length; step++) {
    env.scaleTo(Math.max(1, Math.round(pods[step] ?? 1)));
    const { metrics } = env.model;
    note(cpuErrors, metrics.cpu, (cores[step] ?? 0) / (usableCores * (pods[step] ?? 1)));
    note(latencyErrors, metrics.latencyP95Seconds, p95[step] ?? Number.NaN);
  }
  return [
    ...errorsOf('CPU utilisation', cpuErrors, { factor: 100, unit: 'percentage points' }),
    ...errorsOf('95th percentile of latency', latencyErrors, { factor: 1000, unit: 'ms' }),
  ];
}

interface Difference {
  absolute: number;
  relative: number;
}

/** What was not measured says nothing. */
function note(differences: Difference[], simulated: number, measured: number): void {
  if (!Number.isFinite(measured) || measured <= 0) return;
  const absolute = Math.abs(simulated - measured);
  differences.push({ absolute, relative: absolute / measured });
}

function errorsOf(
  name: string,
  differences: readonly Difference[],
  { factor, unit }: { factor: number; unit: string },
): FitError[] {
  if (differences.length === 0) return [];
  return [
    {
      name: `${name}, median error`,
      value: factor * median(differences.map(({ absolute }) => absolute)),
      unit,
    },
    {
      name: `${name}, median relative error`,
      value: 100 * median(differences.map(({ relative }) => relative)),
      unit: '%',
    },
  ];
}
