import { describe, expect, it } from 'vitest';
import { aHealPolicy } from '../../../../test/support/healPolicy';
import { createEngine } from '../../../rl/engine/engines';
import { fitInputDistribution } from '../../../rl/policy/inputDistribution';
import type { PolicyModel } from '../../../rl/policy/policyModel';
import { Random } from '../../../sim/random';
import { GROUP_OF_FIELD, RICH_GROUPS } from '../rich/richGroups';
import { HEAL_RICH } from '../rich/richSpec';
import { HEAL_9 } from '../spec';
import { healthyTwin } from './healthyTwin';
import { loadLearned } from './loadLearned';

const HEALTHY = [0.4, 0, 0, 0.5, 0.4, 0.1, 0, 0, 0.4];
const CRASHED = [0.3, 0, 0.1, 0.5, 0.4, 0.1, 0, 0, 0.4];

/** Restarts as soon as one pod of ten crashes: its logit is then 3, and −2 otherwise. */
const RESTARTS = { 'restart-pod': { crashed_count: 50, bias: -2 } };

function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}

function load(model: PolicyModel) {
  return loadLearned(model, 'heal/3', createEngine('js'));
}

describe('the groups of the rich observation', () => {
  it('have each field once, and fields alone', () => {
    const grouped: string[] = Object.values(RICH_GROUPS).flat();
    expect(grouped.toSorted()).toEqual(HEAL_RICH.fields.map(({ name }) => name).toSorted());
    expect(GROUP_OF_FIELD).toHaveLength(HEAL_RICH.fields.length);
  });
});

describe('the twin of a workload that is well', () => {
  it('lies within the ranges of its fields, for either contract', () => {
    for (const { fields } of [HEAL_9, HEAL_RICH]) {
      const twin = healthyTwin(fields.map(({ max }) => max));
      expect(twin).toHaveLength(fields.length);
      for (const [index, { min, max }] of fields.entries()) {
        expect(twin[index]).toBeGreaterThanOrEqual(min);
        expect(twin[index]).toBeLessThanOrEqual(max);
      }
    }
  });
});

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

  it('of the rich observation explains a choice by groups of fields that sum to what it says', () => {
    const { fields } = HEAL_RICH;
    const random = new Random(7);
    const weightsOf = () => Object.fromEntries(fields.map(({ name }) => [name, between(random, -2, 2)]));
    const model = aHealPolicy({ 'restart-pod': weightsOf(), 'scale-up': weightsOf() }, {}, HEAL_RICH);
    const policy = load(model);
    for (let repeat = 0; repeat < 5; repeat += 1) {
      const values = fields.map(({ min, max }) => between(random, min, max));
      const contributions = policy.contributions(values, 'restart-pod');
      expect(contributions.map(({ name }) => name)).toEqual(Object.keys(RICH_GROUPS));
      const sum = contributions.reduce((total, { value }) => total + value, 0);
      const chance = (seen: readonly number[]) => policy.probabilities(seen)[1] ?? 0;
      expect(sum).toBeCloseTo(chance(values) - chance(healthyTwin(values)), 5);
    }
  });

  it('gives a group nothing whose fields it does not look at, and all to the one that alone matters', () => {
    const policy = load(aHealPolicy({ 'restart-pod': { error_gap: 9 } }, {}, HEAL_RICH));
    const values = healthyTwin(HEAL_RICH.fields.map(() => 0.3));
    values[HEAL_RICH.fields.findIndex(({ name }) => name === 'error_gap')] = 0.5;
    const moved = policy.contributions(values, 'restart-pod').filter(({ value }) => Math.abs(value) > 1e-7);
    expect(moved.map(({ name }) => name)).toEqual(['one pod worse than its siblings']);
  });

  it('is as confident as its actions have helped, with the margin that it is best with', () => {
    const calibration = {
      idleMargin: 0.5,
      actions: 100,
      points: [
        { probability: 0.5, helped: 0.2 },
        { probability: 0.9, helped: 0.8 },
      ],
    };
    const policy = load(aHealPolicy(RESTARTS, { calibration }));
    expect(policy.idleMargin).toBe(0.5);
    expect(policy.confidence(0.7)).toBeCloseTo(0.5, 9);
    expect(load(aHealPolicy(RESTARTS)).idleMargin).toBe(2);
    expect(load(aHealPolicy(RESTARTS)).confidence(0.7)).toBe(0.7);
  });

  it('tells how unusual an observation is, where it knows what it was trained on', () => {
    const width = HEAL_9.fields.length;
    const random = new Random(3);
    const rows = Float32Array.from({ length: 500 * width }, () => between(random, 0.3, 0.5));
    const policy = load(aHealPolicy(RESTARTS, { inputDistribution: fitInputDistribution(rows, width) }));
    expect(policy.unusualness(HEAL_9.fields.map(() => 0.4))).toBeLessThan(1);
    expect(policy.unusualness(CRASHED)).toBeGreaterThan(1);
    expect(load(aHealPolicy(RESTARTS)).unusualness(CRASHED)).toBeNull();
  });

  it.each<{ name: string; changes: Partial<PolicyModel>; code: string; message: RegExp }>([
    {
      name: 'of another observation',
      changes: { spec: 'heal/38' },
      code: 'model-incompatible',
      message:
        /heal\/3 does not fit: it observes heal\/38, and what there is to observe is heal\/9 and heal\/54/,
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
