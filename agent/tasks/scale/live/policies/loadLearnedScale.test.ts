import { describe, expect, it } from 'vitest';
import { aHealPolicy } from '../../../../../test/support/healPolicy';
import { aScalePolicy as aLinearScaler } from '../../../../../test/support/scalePolicy';
import { createEngine } from '../../../../rl/engine/engines';
import type { PolicyModel } from '../../../../rl/policy/policyModel';
import { OBSERVATION_SPECS } from '../../../../sim/scale/observation';
import { loadLearnedScale } from './loadLearnedScale';
import type { ScaleSpecName } from './policy';

const ENGINE = createEngine('wasm');

/** It prefers the last of its changes the more, the greater its first number is. */
function aScalePolicy(spec: ScaleSpecName, changes: Partial<PolicyModel> = {}): PolicyModel {
  const { fields, podChanges } = OBSERVATION_SPECS[spec];
  return aLinearScaler(spec, { [podChanges.at(-1) ?? 0]: { [fields[0]?.name ?? '']: 4 } }, changes);
}

describe('a stored scaler', () => {
  for (const spec of ['scale/12', 'scale/36'] as const) {
    it(`of ${spec} is loaded with the changes of pods that it chooses from`, () => {
      const learned = loadLearnedScale(aScalePolicy(spec), 'scale/3', ENGINE);
      expect(learned).toMatchObject({
        version: 'scale/3',
        spec,
        podChanges: OBSERVATION_SPECS[spec].podChanges,
      });
      const values = OBSERVATION_SPECS[spec].fields.map((_, index) => (index === 0 ? 0.5 : 0));
      const probabilities = learned.probabilities(values);
      expect(probabilities.indexOf(Math.max(...probabilities))).toBe(probabilities.length - 1);
      // e² against 1 for each of the others.
      expect(probabilities.at(-1)).toBeCloseTo(Math.exp(2) / (Math.exp(2) + probabilities.length - 1), 5);
      expect(learned.unusualness(values)).toBeNull();
    });
  }

  it('is refused where it was trained for something else, or cannot decide', () => {
    const other = { ...aScalePolicy('scale/12'), spec: 'scale/13' };
    const actions = aScalePolicy('scale/36', {
      actionSpace: { kind: 'discrete', labels: ['0', '+1', '+2', '+3', '+4', '+5'] },
    });
    const broken = aScalePolicy('scale/12');
    broken.parameters.fill(Number.NaN);
    expect(() => loadLearnedScale(aHealPolicy({}), 'heal/1', ENGINE)).toThrow(/it observes heal\/9/);
    expect(() => loadLearnedScale(other, 'scale/1', ENGINE)).toThrow(/scale\/12 and scale\/36/);
    expect(() => loadLearnedScale(actions, 'scale/1', ENGINE)).toThrow(/its actions are/);
    expect(() => loadLearnedScale(broken, 'scale/1', ENGINE)).toThrow(/cannot decide/);
  });
});
