import { describe, expect, it } from 'vitest';
import { aHealPolicy } from '../../../test/support/healPolicy';
import { createEngine } from '../../rl/engine/engines';
import type { PolicyModel } from '../../rl/policy/policyModel';
import { HEAL_LABELS } from '../../tasks/heal/policies/learned';
import { createPredictor } from './predictor';

const ENGINE = createEngine('wasm');
const IDLE = [0.4, 0, 0, 0.5, 0.4, 0.1, 0, 0, 0.4];
/** Logits: scale up 2 × CPU, all others 0. */
const POLICY = aHealPolicy({ 'scale-up': { avg_cpu: 2 } });

const predictorOf = (task: 'heal' | 'scale', changes: Partial<PolicyModel> = {}) =>
  createPredictor(task, { ...POLICY, ...changes }, `${task}/1`, ENGINE);

describe('a policy that is asked without a cluster', () => {
  it('of another task answers with the likeliest action, as its probabilities have it', () => {
    const answer = predictorOf('scale', { spec: 'scale/9' }).predict(IDLE);
    expect(answer).toMatchObject({
      label: 'scale-up',
      action: 2,
      policy: 'scale/1',
      observationSpec: 'scale/9',
    });
    expect(answer.confidence).toBeCloseTo(Math.E / (Math.E + 4), 6);
    expect(answer.alternatives.map(({ confidence }) => confidence)).toEqual(
      Array(4).fill(expect.closeTo(1 / (Math.E + 4), 6)),
    );
  });

  it('of heal answers as it decides: not sure enough of an action it does nothing', () => {
    expect(predictorOf('heal').predict(IDLE)).toMatchObject({
      label: 'none',
      action: HEAL_LABELS.indexOf('none'),
    });
    const sure = createPredictor('heal', aHealPolicy({ 'scale-up': { avg_cpu: 9 } }), 'heal/1', ENGINE);
    expect(sure.predict(IDLE)).toMatchObject({ label: 'scale-up', policy: 'learned heal/1' });
  });

  it.each(['heal', 'scale'] as const)('of %s says which number is wrong', (task) => {
    const predictor = predictorOf(task);
    const refusal = (message: RegExp) =>
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) });
    expect(() => predictor.predict(IDLE.slice(1))).toThrow(refusal(/8 numbers, and heal\/9 .*has 9/));
    expect(() => predictor.check(IDLE.with(4, 1.1))).toThrow(
      refusal(/avg_memory .* is 1\.1, not within 0…1/),
    );
    expect(() => predictor.check(IDLE.with(4, Number.NaN))).toThrow(refusal(/avg_memory/));
    expect(() => predictor.check(IDLE.with(4, 1 + 1e-9))).not.toThrow();
  });

  it('is refused where it was learned for something else', () => {
    expect(() => predictorOf('heal', { spec: 'heal/8' })).toThrow(
      expect.objectContaining({ code: 'model-incompatible' }),
    );
  });
});
