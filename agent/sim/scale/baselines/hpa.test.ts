import { describe, expect, it } from 'vitest';
import { Random } from '../../random';
import { ScaleModel } from '../scaleModel';
import type { ScaleView } from '../scaleView';
import { HpaPolicy, type HpaSettings, hpaRecommendation } from './hpa';

/** `measured` pods that have metrics, `starting` that have none, and a CPU utilisation. */
function modelOf({
  measured,
  starting,
  cpu,
}: {
  measured: number;
  starting: number;
  cpu: number;
}): ScaleModel {
  const model = new ScaleModel(1, 100);
  model.pods.reset(measured, 60);
  model.pods.scaleTo(measured + starting, 0, new Random(1));
  Object.defineProperty(model.metrics, 'cpu', { value: cpu });
  return model;
}

describe('the HPA’s recommendation', () => {
  it.each([
    // Kubernetes' documentation: 200m against 100m doubles, 50m halves.
    { measured: 4, starting: 0, cpu: 1, target: 0.5, wanted: 8 },
    { measured: 4, starting: 0, cpu: 0.25, target: 0.5, wanted: 2 },
    { measured: 5, starting: 0, cpu: 0.8, target: 0.7, wanted: 6 },
    { measured: 3, starting: 0, cpu: 0.5, target: 0.7, wanted: 3 },
    // Within 10 % nothing is done; just outside it is.
    { measured: 10, starting: 0, cpu: 0.76, target: 0.7, wanted: 10 },
    { measured: 10, starting: 0, cpu: 0.64, target: 0.7, wanted: 10 },
    { measured: 10, starting: 0, cpu: 0.78, target: 0.7, wanted: 12 },
    // Whole percent, rounded down: 77.9 % is 77 %, a ratio of 1.1.
    { measured: 10, starting: 0, cpu: 0.779, target: 0.7, wanted: 10 },
    // 0.84 ÷ 0.7 × 5 is 6, not 7 for a rounding error.
    { measured: 5, starting: 0, cpu: 0.84, target: 0.7, wanted: 6 },
    // Up: those that start count as idle. 4 × 1.4 = 5.6 pods' worth of load over 6 pods: a ratio of 0.93.
    { measured: 4, starting: 2, cpu: 0.98, target: 0.7, wanted: 6 },
    // 6 × (4 × 2 ÷ 6) = 8.
    { measured: 4, starting: 2, cpu: 1, target: 0.5, wanted: 8 },
    // Idle ones turn a ratio above 1 into one below: nothing is done, in particular not down.
    { measured: 4, starting: 4, cpu: 0.98, target: 0.7, wanted: 8 },
    // Down: those that start are left out.
    { measured: 6, starting: 2, cpu: 0.35, target: 0.7, wanted: 3 },
    // No metrics, no change.
    { measured: 0, starting: 3, cpu: 1, target: 0.5, wanted: 3 },
  ])('for $measured pods at $cpu and $starting that start, target $target, is $wanted', (row) => {
    expect(hpaRecommendation(modelOf(row), row.target, 0.1)).toBe(row.wanted);
  });
});

describe('the HPA with its memory', () => {
  const DEFAULT: HpaSettings = { target: 0.5, tolerance: 0.1, downWindowSeconds: 300 };

  /** A deployment whose pods are all measured, at a CPU utilisation that may change. */
  function viewOf(pods: number, cpu: number) {
    const view = { ...modelOf({ measured: pods, starting: 0, cpu }), metrics: { cpu }, seconds: 0 };
    return Object.assign(view as unknown as ScaleView & { metrics: { cpu: number }; seconds: number }, {
      minReplicas: 2,
      maxReplicas: 30,
      pods: { count: pods, measured: () => pods },
    });
  }

  /** What it wants at one control step after the other, while the pods stay as they are. */
  function wishes(view: ReturnType<typeof viewOf>, settings: HpaSettings, cpus: readonly number[]): number[] {
    const policy = new HpaPolicy();
    return cpus.map((cpu, step) => {
      view.seconds = step * 15;
      view.metrics.cpu = cpu;
      return policy.decide(view, settings);
    });
  }

  it('holds the count that it finds until the window is over', () => {
    const view = viewOf(10, 0.1);
    const found = wishes(view, DEFAULT, Array<number>(22).fill(0.1));
    expect(found.slice(0, 20)).toEqual(Array<number>(20).fill(10));
    expect(found.slice(20)).toEqual([2, 2]);
  });

  it.each([
    { pods: 10, cpu: 1, wanted: 20 },
    { pods: 20, cpu: 1, wanted: 30 },
    { pods: 2, cpu: 1, wanted: 4 },
    { pods: 4, cpu: Number.NaN, wanted: 4 },
    { pods: 4, cpu: -0.5, wanted: 4 },
  ])('wants $wanted of $pods at $cpu, within its bounds', ({ pods, cpu, wanted }) => {
    expect(wishes(viewOf(pods, cpu), DEFAULT, [cpu])).toEqual([wanted]);
  });

  it('goes up only when the need has lasted for the window upwards', () => {
    const settings = { ...DEFAULT, upWindowSeconds: 45 };
    expect(wishes(viewOf(4, 1), settings, [0.5, 1, 1, 1, 1])).toEqual([4, 4, 4, 8, 8]);
  });
});
