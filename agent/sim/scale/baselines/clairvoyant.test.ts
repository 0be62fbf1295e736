import { describe, expect, it } from 'vitest';
import { createScaleEnv } from '../scaleEnv';
import { plainDomain } from '../testing/builders';
import type { DrawLoad } from '../workload';
import { runScaleBaseline } from './baseline';
import { clairvoyant, podsNeeded, tunedClairvoyant } from './clairvoyant';
import { tunedHpa } from './hpa';
import { peakReplicas } from './simple';

/** 4.5 pods at full utilisation, and twice as much from step 40 on until step 80. */
const TWO_LEVELS: DrawLoad = (points) => {
  points.fill(0.5);
  points.fill(1, 40, 80);
};
const ENV = { domain: plainDomain({ metricLagSteps: 1 }), violationPrice: 20, episodeSteps: 120 };
const SETTINGS = { target: 0.75, safety: 0, downSeconds: 120 };

describe('the clairvoyant', () => {
  const decisions = (draw: DrawLoad) => {
    const env = createScaleEnv(ENV, draw);
    const rule = clairvoyant('clairvoyant', () => SETTINGS);
    env.reset(1);
    const pods: number[] = [];
    for (let over = false; !over; ) {
      over = env.scaleTo(rule.decide(env)).truncated;
      pods.push(env.model.pods.count);
    }
    return { env, pods };
  };

  it('has the pods of a rise ready when it comes, and keeps them until the last moment', () => {
    const { pods } = decisions(TWO_LEVELS);
    // 9 pods of load ÷ 0.75; 32 of the 40 steps are left after the warm-up, and start-ups take up to 50 s.
    expect(pods[0]).toBe(6);
    expect(pods.indexOf(12)).toBeGreaterThanOrEqual(27);
    expect(pods.indexOf(12)).toBeLessThanOrEqual(29);
    expect(pods.lastIndexOf(12)).toBeGreaterThanOrEqual(70);
    expect(pods.at(-1)).toBe(6);
  });

  it('does not scale down for what it will need back within two minutes', () => {
    const { pods } = decisions((points) => {
      points.fill(1);
      points.fill(0.5, 40, 46);
    });
    expect(new Set(pods)).toEqual(new Set([12]));
  });

  it('sees no further than the episode', () => {
    const { env } = decisions(TWO_LEVELS);
    expect(podsNeeded(env.model, 1e6, SETTINGS)).toBe(0);
  });

  it('costs less than the tuned HPA on all loads but by chance', () => {
    const env = createScaleEnv({ violationPrice: 20 });
    const seeds = Array.from({ length: 40 }, (_, seed) => seed);
    const cheaper = seeds.filter((seed) => {
      const [bound, hpa] = [tunedClairvoyant(), tunedHpa()].map(
        (rule) => runScaleBaseline(env, rule, seed).objectiveCost as number,
      );
      return (bound as number) <= (hpa as number);
    });
    expect(cheaper.length).toBeGreaterThan(36);
  });
});

describe('fixed replicas for the peak', () => {
  it('are those of the 95th percentile of the load at 70 %', () => {
    const env = createScaleEnv(ENV, TWO_LEVELS);
    const { meanPods, actionsPerHour } = runScaleBaseline(env, peakReplicas(), 1);
    // 9 ÷ 0.7 from the second step on.
    expect(meanPods).toBeCloseTo(13, 5);
    expect(actionsPerHour).toBeCloseTo(240 / 120);
  });
});
