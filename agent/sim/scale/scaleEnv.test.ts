import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkEnv } from '../../rl/env/checkEnv';
import { FIRST_HELD_OUT_SEED } from '../../rl/env/env';
import { weightedSum } from '../../rl/env/rewardTerms';
import { Random } from '../random';
import { runScaleBaseline } from './baselines/baseline';
import { defaultHpa } from './baselines/hpa';
import { doNothing, fixedReplicas } from './baselines/simple';
import { LOAD_FAMILIES } from './loadFamilies';
import { OBSERVATION_SPEC_NAMES } from './observation';
import { createScaleEnv, type ScaleEnv } from './scaleEnv';
import type { DrawLoad } from './workload';

const TRACES = path.resolve(import.meta.dirname, '../../../../shared/traces');

/** Plays random actions. @returns observations, rewards and objectives of all steps */
function play(env: ScaleEnv, seed: number, actionSeed: number): number[] {
  const random = new Random(actionSeed);
  const numbers: number[] = [];
  env.reset(seed);
  for (;;) {
    const { reward, truncated } = env.step(random.below(env.actionSpace.labels.length));
    numbers.push(...env.observation, reward, env.objective);
    if (truncated) return numbers;
  }
}

describe.each(OBSERVATION_SPEC_NAMES)('the env %s', (spec) => {
  it('keeps the contract of an env', () => {
    expect(checkEnv(createScaleEnv({ spec, episodeSteps: 60 }))).toEqual([]);
  });

  it('keeps every number within its range, for any load, domain and bounds', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 0xffffffff }),
        fc.constantFrom(...LOAD_FAMILIES),
        fc.integer({ min: 1, max: 99 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(
          {},
          { startupSeconds: 600 },
          { metricLagSteps: 4, metricWindowSteps: 8 },
          { peakLoadShare: 2 },
        ),
        (seed, family, minReplicas, more, domain) => {
          const maxReplicas = Math.min(100, minReplicas + more);
          const env = createScaleEnv({
            spec,
            families: [family],
            minReplicas,
            maxReplicas,
            domain,
            episodeSteps: 40,
          });
          const fields = env.observationSpace.fields;
          const numbers = play(env, seed, seed);
          for (const [index, value] of numbers.entries()) {
            const field = fields[index % (fields.length + 2)];
            const { name, min, max } = field ?? { name: 'reward', min: -1e6, max: 10 };
            if (!(value >= Math.fround(min) && value <= Math.fround(max))) {
              throw new Error(`${name} is ${value}, not within ${min} and ${max}`);
            }
          }
          expect(env.model.pods.count).toBeGreaterThanOrEqual(minReplicas);
          expect(env.model.pods.count).toBeLessThanOrEqual(maxReplicas);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('shows numbers that vary: no field is dead', () => {
    const env = createScaleEnv({ spec });
    const count = env.observationSpace.fields.length;
    const seen = env.observationSpace.fields.map(() => new Set<number>());
    for (let seed = 0; seed < 10; seed++) {
      for (const [index, value] of play(env, seed, seed).entries()) seen[index % (count + 2)]?.add(value);
    }
    const dead = env.observationSpace.fields.filter((_, index) => (seen[index] as Set<number>).size < 2);
    expect(dead).toEqual([]);
  });

  it('is the same for the same seed and actions, and goes on so after other episodes', () => {
    const first = play(createScaleEnv({ spec }), 11, 1);
    const env = createScaleEnv({ spec });
    play(env, 12, 2);
    env.reset(13);
    env.step(0);
    expect(play(env, 11, 1)).toEqual(first);
    expect(play(env, 14, 1)).not.toEqual(first);
  });

  it('is rewarded by the weighted sum of its terms', () => {
    const env = createScaleEnv({ spec });
    env.reset(3);
    for (let step = 0; step < 50; step++) {
      const { reward } = env.step(step % env.podChanges.length);
      expect(reward).toBe(weightedSum(env.rewardWeights, env.terms, 0));
    }
  });
});

describe('the scale env', () => {
  it('scales by its action, within the bounds', () => {
    const env = createScaleEnv({ minReplicas: 3, maxReplicas: 8, domain: { peakLoadShare: 0.1 } });
    expect(env.actionSpace.labels).toEqual(['−2', '−1', '0', '+1', '+2', '+4']);
    env.reset(1);
    const counts = [5, 4, 2, 3, 0, 0, 1].map((action) => {
      env.step(action);
      return env.model.pods.count;
    });
    expect(counts).toEqual([7, 8, 8, 8, 6, 4, 3]);
    env.scaleTo(1000);
    expect(env.model.pods.count).toBe(8);
    env.scaleTo(-5);
    expect(env.model.pods.count).toBe(3);
  });

  it('charges for an action only where it changed something', () => {
    const env = createScaleEnv({ minReplicas: 2, maxReplicas: 3, domain: { peakLoadShare: 0.1 } });
    env.reset(1);
    env.step(0);
    expect(env.info().actionsPerHour).toBe(0);
    env.step(5);
    env.step(5);
    expect(env.info().actionsPerHour).toBeCloseTo(240 / 3);
  });

  describe('under the guard’s pace', () => {
    const calm = { domain: { peakLoadShare: 0.2 }, maxReplicas: 60 };
    const playAll = (options: object, wanted: number, steps: number) => {
      const env = createScaleEnv({ ...calm, ...options });
      env.reset(1);
      const from = env.model.pods.count;
      return Array.from({ length: steps }, () => {
        env.scaleTo(wanted);
        return env.model.pods.count - from;
      });
    };

    it('scales no faster than the guard allows', () => {
      const free = playAll({}, 50, 2);
      expect(free[0]).toBe(free[1]);
      expect(playAll({ pace: 'guard' }, 50, 6)).toEqual([5, 5, 5, 5, 10, 10]);
    });

    it('takes its limits from the options', () => {
      const guard = { podsUpPerMinute: 2, scaleUpCooldownSeconds: 0 };
      expect(playAll({ pace: 'guard', guard }, 50, 5)).toEqual([2, 2, 2, 2, 4]);
    });

    it('has the HPA below it as a net, where there is one', () => {
      const overload: DrawLoad = (points) => {
        points.fill(0.1);
        points.fill(1, 20);
      };
      const pods = [0.9, null].map((netUtilisation) => {
        const env = createScaleEnv({ pace: 'guard', guard: { netUtilisation }, episodeSteps: 100 }, overload);
        env.reset(1);
        const from = env.model.pods.count;
        while (!env.scaleTo(from).truncated);
        return env.model.pods.count - from;
      });
      expect(pods[0]).toBeGreaterThan(0);
      expect(pods[1]).toBe(0);
    });

    it('has the same load in the same episode, and with either pace about half of the episodes', () => {
      const isPaced = Array.from({ length: 200 }, (_, seed) => {
        const env = createScaleEnv({ ...calm, pace: 'either' });
        env.reset(seed);
        const { count } = env.model.pods;
        env.scaleTo(50);
        return env.model.pods.count === count + 5;
      });
      expect(isPaced.filter(Boolean).length).toBeGreaterThan(70);
      expect(isPaced.filter(Boolean).length).toBeLessThan(130);
      const loads = ['free', 'guard', 'either'].map(
        (pace) => runScaleBaseline(createScaleEnv({ pace }), doNothing(), 5).meanLoad,
      );
      expect(new Set(loads).size).toBe(1);
    });
  });

  it('draws a load that is given to it in place of its own', () => {
    const draw: DrawLoad = (points) => void points.fill(0.5);
    const env = createScaleEnv({ domain: { peakLoadShare: 0.4 }, violationPrice: 20 }, draw);
    const { meanLoad } = runScaleBaseline(env, fixedReplicas(10), 3);
    // Half of the peak of 0.4 · 30 pods.
    expect(meanLoad).toBeCloseTo(6, 1);
  });

  it('ends after its steps, by truncation, and has to be reset then', () => {
    const env = createScaleEnv({ episodeSteps: 10 });
    expect(() => env.step(0)).toThrow(RangeError);
    env.reset(1);
    for (let step = 1; step <= 10; step++) {
      expect(env.step(2)).toMatchObject({ terminated: false, truncated: step === 10 });
    }
    expect(() => env.step(2)).toThrow('the episode is over');
  });

  it('brings the same requests to every policy', () => {
    const env = createScaleEnv();
    const arrivals = [doNothing(), fixedReplicas(30), defaultHpa()].map((baseline) => {
      const { meanLoad } = runScaleBaseline(env, baseline, 5);
      return meanLoad;
    });
    expect(new Set(arrivals).size).toBe(1);
  });

  it('draws W evenly in its logarithm, and shows it', () => {
    const env = createScaleEnv();
    const index = env.observationSpace.fields.findIndex(({ name }) => name === 'violationPrice');
    const prices = Array.from({ length: 400 }, (_, seed) => {
      env.reset(seed);
      expect(env.observation[index]).toBeCloseTo(
        (Math.log(env.violationPrice) - Math.log(200) / 2) / (Math.log(50) / 2),
        4,
      );
      return env.violationPrice;
    }).sort((a, b) => a - b);
    expect(prices[0]).toBeGreaterThanOrEqual(2);
    expect(prices[399]).toBeLessThanOrEqual(100);
    expect(Math.abs(Math.log((prices[200] as number) / Math.sqrt(200)))).toBeLessThan(0.3);
  });

  it('has the same episode under another price', () => {
    const infos = [5, 80].map((violationPrice) =>
      runScaleBaseline(createScaleEnv({ violationPrice }), fixedReplicas(8), 4),
    );
    expect(infos.map((info) => info.violationPrice)).toEqual([5, 80]);
    expect(infos[0]?.violatedShare).toBe(infos[1]?.violatedShare);
  });

  it('costs more and violates less with more pods', () => {
    const env = createScaleEnv();
    for (let seed = FIRST_HELD_OUT_SEED; seed < FIRST_HELD_OUT_SEED + 20; seed++) {
      const infos = [2, 4, 8, 16, 30].map((pods) => runScaleBaseline(env, fixedReplicas(pods), seed));
      for (const [index, info] of infos.entries()) {
        const fewer = infos[index - 1];
        if (!fewer) continue;
        expect(info.meanPods).toBeGreaterThan(fewer.meanPods as number);
        expect(info.violatedShare).toBeLessThanOrEqual(fewer.violatedShare as number);
        expect(info.errorShare).toBeLessThanOrEqual(fewer.errorShare as number);
      }
    }
  });

  it('tells its objective as the mean of what its steps cost', () => {
    const env = createScaleEnv({ episodeSteps: 50 });
    env.reset(8);
    let sum = 0;
    for (let step = 0; step < 50; step++) {
      env.step(step % 6);
      sum -= env.objective;
    }
    expect(env.info().objectiveCost).toBeCloseTo(sum / 50, 10);
  });

  it
    .skipIf(!existsSync(TRACES))
    .each([
      'worldcup98_19980630_24h_1min.csv',
      'azure_llm_code_1h_1s.csv',
      'azure_llm_conv_1h_1s.csv',
      'nab_twitter_volume_amzn_5min.csv',
      'nab_nyc_taxi_30min.csv',
    ])('replays %s', (file) => {
    const rows = readFileSync(path.join(TRACES, file), 'utf8').trim().split('\n').slice(1);
    const values = rows.map((row) => Number(row.split(',')[1]));
    // Half-hourly and five-minute series are sped up, so that an episode sees more than a line of them.
    const env = createScaleEnv({ trace: { values, intervalSeconds: 60 }, violationPrice: 20 });
    const [nothing, hpa] = [doNothing(), defaultHpa()].map((baseline) => {
      let cost = 0;
      for (let seed = 0; seed < 20; seed++)
        cost += runScaleBaseline(env, baseline, seed).objectiveCost as number;
      return cost;
    });
    expect(hpa as number).toBeLessThan(nothing as number);
  });
});
