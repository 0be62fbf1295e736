import { describe, expect, it } from 'vitest';
import { aHealPolicy } from '../../../../test/support/healPolicy';
import { createEngine } from '../../../rl/engine/engines';
import type { PolicyModel } from '../../../rl/policy/policyModel';
import { HEAL_9 } from '../spec';
import { loadLearned } from './loadLearned';

const HEALTHY = [0.4, 0, 0, 0.5, 0.4, 0.1, 0, 0, 0.4];
const CRASHED = [0.3, 0, 0.1, 0.5, 0.4, 0.1, 0, 0, 0.4];

/** Restarts as soon as one pod of ten crashes: its logit is then 3, and −2 otherwise. */
const RESTARTS = { 'restart-pod': { crashed_count: 50, bias: -2 } };

function load(model: PolicyModel) {
  return loadLearned(model, 'heal/3', createEngine('js'));
}

describe('a stored policy', () => {
  it('is asked for probabilities, by hand', () => {
    const policy = load(aHealPolicy(RESTARTS));
    const restart = (logit: number) => Math.exp(logit) / (Math.exp(logit) + 4);
    expect(policy.version).toBe('heal/3');
    expect(policy.probabilities(HEALTHY)[1]).toBeCloseTo(restart(-2), 6);
    expect(policy.probabilities(CRASHED)[1]).toBeCloseTo(restart(3), 6);
  });

  it('explains a choice by what is not as in a healthy workload', () => {
    const policy = load(aHealPolicy(RESTARTS));
    const contributions = policy.contributions(CRASHED, 'restart-pod');
    expect(contributions.map(({ name }) => name)).toEqual(HEAL_9.fields.map(({ name }) => name));
    const crashed = contributions.find(({ name }) => name === 'crashed_count')?.value ?? 0;
    const difference = (policy.probabilities(CRASHED)[1] ?? 0) - (policy.probabilities(HEALTHY)[1] ?? 0);
    expect(crashed).toBeCloseTo(difference, 5);
    expect(contributions.filter(({ value }) => Math.abs(value) > 1e-6)).toHaveLength(1);
  });

  it.each<{ name: string; changes: Partial<PolicyModel>; code: string; message: RegExp }>([
    {
      name: 'of another observation',
      changes: { spec: 'heal/39' },
      code: 'model-incompatible',
      message: /heal\/3 does not fit: it observes heal\/39, heal\/9 is needed/,
    },
    {
      name: 'of other actions',
      changes: { actionSpace: { kind: 'discrete', labels: ['none', 'reboot', 'up', 'down', 'drain'] } },
      code: 'model-incompatible',
      message: /its actions are none, reboot/,
    },
    {
      name: 'whose fields have another order',
      changes: { observationSpace: { kind: 'box', fields: HEAL_9.fields.toReversed() } },
      code: 'model-incompatible',
      message: /number 1 of its observation is replica_count/,
    },
    {
      name: 'that contradicts itself',
      changes: { parameters: new Float32Array(3) },
      code: 'model-invalid',
      message: /heal\/3 cannot decide: 3 parameters where 50 are needed/,
    },
    {
      name: 'whose numbers overflow',
      changes: { parameters: new Float32Array(50).fill(3e38) },
      code: 'model-invalid',
      message: /cannot decide/,
    },
  ])('$name is refused', ({ changes, code, message }) => {
    expect(() => load(aHealPolicy({}, changes))).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});
