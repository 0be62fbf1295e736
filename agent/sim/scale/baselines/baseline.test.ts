import { describe, expect, it } from 'vitest';
import { FIRST_HELD_OUT_SEED } from '../../../rl/env/env';
import { createScaleEnv, type ScaleEnv } from '../scaleEnv';
import { actionTowards, runScaleBaseline, type ScaleBaseline } from './baseline';
import { defaultHpa, tunedHpa } from './hpa';
import { PerPrice } from './perPrice';
import { tunedPredictive } from './predictive';
import { tunedQuantile } from './quantile';
import { doNothing, fixedReplicas, randomPodChanges } from './simple';

const EPISODES = 60;

/** Mean cost of held-out episodes. */
function cost(env: ScaleEnv, baseline: ScaleBaseline): number {
  let sum = 0;
  for (let episode = 0; episode < EPISODES; episode++) {
    sum += runScaleBaseline(env, baseline, FIRST_HELD_OUT_SEED + episode).objectiveCost as number;
  }
  return sum / EPISODES;
}

describe('the baselines', () => {
  it.each([
    // From good to bad; those of one rank are not compared. Where a violation is dear, doing nothing costs more than
    // all pods all the time; where it is cheap, less. At W = 5 the customary settings of the HPA are nearly the best.
    [5, [['predictive-tuned', 'quantile-tuned'], ['hpa-tuned'], ['do-nothing'], ['random', 'fixed-30']]],
    [20, [['predictive-tuned', 'quantile-tuned'], ['hpa-tuned'], ['hpa-default'], ['do-nothing', 'random']]],
    [
      80,
      [['predictive-tuned', 'quantile-tuned'], ['hpa-tuned'], ['hpa-default'], ['random'], ['do-nothing']],
    ],
  ])('stand in the order that one expects at W = %d', (violationPrice, ranks) => {
    const env = createScaleEnv({ violationPrice });
    const baselines = [
      doNothing(),
      randomPodChanges(),
      fixedReplicas(30),
      defaultHpa(),
      tunedHpa(),
      tunedPredictive(),
      tunedQuantile(),
    ];
    const costs = ranks.map((names) =>
      baselines.filter(({ name }) => names.includes(name)).map((baseline) => cost(env, baseline)),
    );
    for (const [rank, worse] of costs.slice(1).entries()) {
      expect(Math.max(...(costs[rank] as number[]))).toBeLessThan(Math.min(...worse));
    }
  });

  it.each([doNothing, randomPodChanges, defaultHpa, tunedHpa, tunedPredictive, tunedQuantile])(
    'play the same episode again: %o',
    (create) => {
      const env = createScaleEnv();
      const baseline = create();
      const first = runScaleBaseline(env, baseline, 7);
      runScaleBaseline(env, baseline, 8);
      expect(runScaleBaseline(env, baseline, 7)).toEqual(first);
    },
  );

  it('can act by the actions of a policy', () => {
    const env = createScaleEnv({ domain: { peakLoadShare: 0.5 } });
    env.reset(1);
    env.scaleTo(10);
    const changes = [1, 6, 8, 9, 10, 11, 12, 13, 14, 30].map(
      (wanted) => env.podChanges[actionTowards(env, wanted)],
    );
    expect(changes).toEqual([-2, -2, -2, -1, 0, 1, 2, 2, 4, 4]);
  });
});

describe('settings per price', () => {
  it.each([
    [0.5, 'cheap'],
    [5, 'cheap'],
    [9.9, 'cheap'],
    [10.1, 'middle'],
    [39, 'middle'],
    [41, 'dear'],
    [1000, 'dear'],
  ])('at %d are those of the nearest price: %s', (price, expected) => {
    const settings = new PerPrice([
      [5, 'cheap'],
      [20, 'middle'],
      [80, 'dear'],
    ]);
    expect(settings.nearest(price)).toBe(expected);
  });
});
