import { describe, expect, it } from 'vitest';
import { aWorkload } from '../../../../test/support/builders';
import { noLoad } from '../../../metrics/loadReadings';
import { createScaleEnv, type ScaleEnv } from '../../../sim/scale/scaleEnv';
import type { ScaleLook } from '../live/policies/policy';
import { type StepChange, stepReward } from '../live/stepReward';
import { StepRecorder } from './stepRecorder';

const STEP_MS = 15_000;

/** What the live scaler would see of the simulated deployment. */
function lookAt(env: ScaleEnv, nowMs: number, changes: Partial<ScaleLook> = {}): ScaleLook {
  return {
    ...{ nowMs, view: env.model, workload: aWorkload([]), load: noLoad('simulated') },
    ...{ violationPrice: env.violationPrice, disturbance: null, ...changes },
  };
}

const by = (change: number): StepChange => ({ change, isReversal: false });

/** One step, of which the first and the second look are like this. */
function oneStep(
  step: StepChange,
  second: Partial<ScaleLook> = {},
  first: Partial<ScaleLook> = {},
): ReturnType<StepRecorder['look']> {
  const env = createScaleEnv({ spec: 'scale/36', violationPrice: 20 });
  env.reset(3);
  const recorder = new StepRecorder('shop/checkout');
  recorder.look(lookAt(env, 0, first), by(0));
  env.step(env.podChanges.indexOf(0));
  return recorder.look(lookAt(env, STEP_MS, second), step);
}

describe('the steps of a workload that is scaled', () => {
  it('are those of the simulator: what was seen, what was done, what was seen then', () => {
    const env = createScaleEnv({ spec: 'scale/36', violationPrice: 20 });
    env.reset(7);
    const recorder = new StepRecorder('shop/checkout');
    recorder.look(lookAt(env, 0), by(0));
    for (let number = 1; number <= 12; number += 1) {
      const [state, pods] = [Array.from(env.observation), env.model.pods.count];
      env.step(number % env.podChanges.length);
      const change = env.model.pods.count - pods;
      const step = { change, isReversal: number % 2 === 0 };
      const steps = recorder.look(lookAt(env, number * STEP_MS), step);
      const { total } = stepReward(env.model, 20, step, 'scale/36');
      expect(steps.find(({ spec }) => spec === 'scale/36')).toEqual({
        ...{ spec: 'scale/36', state, action: env.podChanges.indexOf(change), reward: total },
        ...{ nextState: Array.from(env.observation), terminated: false, source: 'shop/checkout' },
        atMs: number * STEP_MS,
      });
    }
  });

  it('are told by each contract that has an action for them, with its own reward', () => {
    const cases: [number, string[]][] = [
      [0, ['scale/12', 'scale/36']],
      [-1, ['scale/12', 'scale/36']],
      [2, ['scale/36']],
      [5, []],
      [-9, []],
    ];
    for (const [change, specs] of cases) {
      expect([change, oneStep(by(change)).map(({ spec }) => spec)]).toEqual([change, specs]);
    }
    const [seed, rich] = oneStep(by(1));
    expect(seed?.reward).not.toBe(rich?.reward);
    expect([seed?.state.length, rich?.state.length]).toEqual([12, 36]);
  });

  const none: [string, Partial<ScaleLook>, Partial<ScaleLook>?][] = [
    ['in which the price was moved', { violationPrice: 40 }],
    ['that ends while a fault runs', { disturbance: 'fault pod-kill runs' }],
    ['that begins while an incident is open', {}, { disturbance: 'an incident is open' }],
    ['after a minute without a look', { nowMs: 4 * STEP_MS }],
    ['that a person has cut short', { nowMs: 1000 }],
  ];
  for (const [which, second, first] of none) {
    it(`leave out one ${which}`, () => {
      expect(oneStep(by(0))).toHaveLength(2);
      expect(oneStep(by(0), second, first)).toEqual([]);
    });
  }

  it('do not bridge missing data', () => {
    const env = createScaleEnv({ spec: 'scale/36' });
    env.reset(1);
    const recorder = new StepRecorder('x');
    recorder.look(lookAt(env, 0), by(0));
    recorder.interrupted();
    expect(recorder.look(lookAt(env, STEP_MS), by(0))).toEqual([]);
    expect(recorder.look(lookAt(env, 2 * STEP_MS), by(0))).toHaveLength(2);
  });
});
