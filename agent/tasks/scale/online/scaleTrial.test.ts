import { describe, expect, it } from 'vitest';
import { aWorkload } from '../../../../test/support/builders';
import { aLearnedScale } from '../../../../test/support/learnedScale';
import { DEFAULT_CONFIG } from '../../../config/schema';
import { noLoad } from '../../../metrics/loadReadings';
import { createScaleEnv } from '../../../sim/scale/scaleEnv';
import type { ScaleLook } from '../live/policies/policy';
import { ScaleTrial } from './scaleTrial';

const STEP_MS = 15_000;
const LOOKS = 60;

/** A candidate that always wants this change, beside one that keeps so many pods, under an even load of about six. */
function tried(
  change: number,
  pods: number,
  look: Partial<ScaleLook> = {},
  trial = new ScaleTrial(aLearnedScale({ [change]: 0.95 }), () => DEFAULT_CONFIG, null),
): ScaleTrial {
  const env = createScaleEnv({ spec: 'scale/36', maxReplicas: 30, violationPrice: 20 }, (points) =>
    points.fill(1),
  );
  env.reset(5);
  const share = 6 / env.model.estimates.load;
  const even = createScaleEnv({ spec: 'scale/36', maxReplicas: 30, violationPrice: 20 }, (points) =>
    points.fill(share),
  );
  even.reset(5);
  for (let step = 1; step <= LOOKS; step += 1) {
    even.scaleTo(pods);
    const seen = { nowMs: step * STEP_MS, view: even.model, workload: aWorkload([]), load: noLoad('none') };
    trial.looked('shop/checkout', { ...seen, violationPrice: 20, disturbance: null, ...look }, pods);
  }
  return trial;
}

describe('a scaler on trial', () => {
  it('passes with fewer pods that are enough, and fails with fewer that are not', () => {
    const enough = tried(-1, 10);
    expect(enough.score.candidate).toBeCloseTo(enough.score.steering - enough.looks, 6);
    expect(enough.hasPassed).toBe(true);
    const tooFew = tried(-2, 8);
    expect(tooFew.hasPassed).toBe(false);
    expect(tooFew.figures).toMatch(/^\d+\.\d\d pods of cost in place of 8\.00, means of \d+ steps$/);
  });

  it('passes with more pods where those that there are serve late, and fails where they do not', () => {
    expect(tried(2, 6).hasPassed).toBe(true);
    expect(tried(2, 12).hasPassed).toBe(false);
  });

  it('passes where it is as good, and is judged once its pods would serve', () => {
    const same = tried(0, 9);
    expect([same.hasPassed, same.score.candidate]).toEqual([true, same.score.steering]);
    expect(same.looks).toBeGreaterThan(LOOKS - 45);
    expect(same.looks).toBeLessThan(LOOKS);
  });

  it('is not judged in a fault, nor across a gap', () => {
    expect(tried(-1, 10, { disturbance: 'a fault runs' }).looks).toBe(0);
    const trial = tried(0, 9);
    const before = trial.looks;
    trial.interrupted('shop/checkout');
    tried(0, 9, { nowMs: 1e9 }, trial);
    expect(trial.looks).toBe(before);
  });

  it('goes on with the score of an earlier run, and begins anew with what is none', () => {
    const score = { steps: 7, steering: 70, candidate: 60 };
    const of = (given: unknown) => new ScaleTrial(aLearnedScale(), () => DEFAULT_CONFIG, given).score;
    expect(of(score)).toEqual(score);
    expect(of({ agreed: 3 })).toEqual({ steps: 0, steering: 0, candidate: 0 });
  });
});
