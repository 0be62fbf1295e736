import { describe, expect, it } from 'vitest';
import { createScaleEnv, type ScaleEnv } from '../scaleEnv';
import { forecastLoad, predictive } from './predictive';
import { quantileRule } from './quantile';

const AT_ONCE = { downWindowSeconds: 0 };

/** An env with so many pods, whose estimates are what is given. */
function envOf(pods: number, estimates: object): ScaleEnv {
  const env = createScaleEnv({ minReplicas: 1 });
  env.reset(1);
  env.scaleTo(pods);
  Object.assign(env.model.estimates, { leadSteps: 4, level: 0, trend: 0, ...estimates });
  return env;
}

describe('the predictive rule', () => {
  it.each([
    // 9 ÷ 0.9 + 0.5 · √9.
    { pods: 10, load: 9, level: 9, trend: 0, wanted: 12 },
    // 5 + 4 · 1 = 9 in one lead time.
    { pods: 10, load: 5, level: 5, trend: 1, wanted: 12 },
    // Falling: never less than for the load that there is. 4 ÷ 0.9 + 1 = 5.4.
    { pods: 10, load: 4, level: 5, trend: -1, wanted: 6 },
    // 11.5 wanted are within 10 % of 11.
    { pods: 11, load: 9, level: 9, trend: 0, wanted: 11 },
  ])('wants $wanted pods for a load of $load with trend $trend', ({ pods, wanted, ...estimates }) => {
    const rule = predictive('rule', () => ({
      target: 0.9,
      safety: 0.5,
      trendGain: 1,
      tolerance: 0.1,
      ...AT_ONCE,
    }));
    expect(rule.decide(envOf(pods, estimates))).toBe(wanted);
  });

  it('believes as much of the trend as it is told to', () => {
    const { model } = envOf(5, { load: 5, level: 5, trend: 1 });
    expect([0, 0.5, 1].map((gain) => forecastLoad(model.estimates, gain))).toEqual([5, 7, 9]);
  });
});

describe('the quantile rule', () => {
  it.each([
    // 4 ÷ 0.8 + 1 · √4 + 2 ÷ 0.8, and the 95 % quantile: + 4 ÷ 0.8.
    { quantile: 80, rise80: 2, rise95: 4, wanted: 10 },
    { quantile: 95, rise80: 2, rise95: 4, wanted: 12 },
    // A load that only falls needs no more than it is: 7.
    { quantile: 80, rise80: -3, rise95: 0, wanted: 7 },
  ] as const)('leaves room for the $quantile % quantile of rises', ({ quantile, rise80, rise95, wanted }) => {
    const env = envOf(20, { load: 4 });
    env.model.estimates.rise80.value = rise80;
    env.model.estimates.rise95.value = rise95;
    const rule = quantileRule('rule', () => ({ quantile, target: 0.8, safety: 1, ...AT_ONCE }));
    expect(rule.decide(env)).toBe(wanted);
  });
});
