import { describe, expect, it } from 'vitest';
import { aLearnedScale } from '../../../../test/support/learnedScale';
import { OBSERVATION_SPECS } from '../../../sim/scale/observation';
import { GROUPS_36 } from '../../../sim/scale/observation36';
import type { DecisionEvent, DecisionRow } from '../../explained';
import { createLearnedScale, type LearnedScale } from '../live/policies/learnedScale';
import type { ScaleLook, ScalePolicy, ScaleSpecName, ScaleWish } from '../live/policies/policy';
import { calmTwin } from './calmTwin';
import { explainLearnedScale, explainScaleRule, scaleVersionOf } from './explainScale';

const UP = { kind: 'scale', from: 4, to: 6 } as const;

/** As in a calm workload, but for what is named. */
function seen(spec: ScaleSpecName, changes: Readonly<Record<string, number>>): number[] {
  const { fields } = OBSERVATION_SPECS[spec];
  const calm = calmTwin(
    spec,
    fields.map(({ name }) => (name === 'pods' ? (spec === 'scale/12' ? 0.04 : -0.7) : 0)),
  );
  return fields.map(({ name }, field) => changes[name] ?? calm[field] ?? 0);
}

function decided(changes: Partial<DecisionEvent> = {}): DecisionRow {
  const event: DecisionEvent = {
    ...{ kind: 'decision', workloadId: 'shop/Deployment/checkout', task: 'scale', trigger: 'step' },
    ...{ policy: 'learned scale/3', observationSpec: 'scale/36', action: UP, reason: 'because' },
    ...{ observation: seen('scale/36', {}), confidence: 0.9, rewardTerms: {}, decisionMs: 1, ...changes },
  };
  return { seq: 1, atMs: 1000, hash: '', event };
}

/** Scales up the more, the greater its fields are: half of it by one pod, half of it by four. */
function upBy(spec: ScaleSpecName, weights: Readonly<Record<string, number>>): LearnedScale {
  const { fields, podChanges } = OBSERVATION_SPECS[spec];
  const ups = podChanges.filter((change) => change > 0).length;
  return aLearnedScale(
    {},
    {
      spec,
      podChanges,
      probabilities: (values) => {
        const up = fields.reduce((sum, { name }, at) => sum + (weights[name] ?? 0) * (values[at] ?? 0), 0.1);
        return podChanges.map((change) => (change > 0 ? up / ups : change === 0 ? 1 - up : 0));
      },
    },
  );
}

describe('why a learned scaler has decided so', () => {
  it('is what each group of scale/36 adds to the probability of its direction', () => {
    const observation = seen('scale/36', { queue: 2, loadTrend: 1, loadChange1m: 1 });
    const policy = upBy('scale/36', { queue: 0.2, loadTrend: 0.1, loadChange1m: 0.05 });
    const explained = explainLearnedScale(decided({ observation, confidence: 0.65 }), policy);
    expect(explained).toMatchObject({
      method: 'shapley',
      observationSpec: 'scale/36',
      outOfDistribution: 0.2,
    });
    expect(explained.baseline).toBeCloseTo(0.1, 6);
    expect(explained.output).toBeCloseTo(0.65, 6);
    expect(explained.contributions).toHaveLength(GROUPS_36.length);
    expect(explained.contributions.slice(0, 2)).toEqual([
      { name: 'quality of service', value: expect.closeTo(0.4, 6) },
      { name: 'history of the load', value: expect.closeTo(0.15, 6) },
    ]);
    expect(explained.contributions.slice(2).map(({ value }) => value)).toEqual([0, 0, 0, 0]);
    expect(explained.alternatives).toEqual([
      { text: 'keep the pods', confidence: expect.closeTo(0.35, 6) },
      { text: 'scale down', confidence: 0 },
    ]);
    expect(explained.inputs).toHaveLength(36);
  });

  it('is what each input of scale/12 adds', () => {
    const observation = seen('scale/12', { queue: 1, errorRate: 0.5 });
    const policy = upBy('scale/12', { queue: 0.4, errorRate: 0.2 });
    const row = decided({ observationSpec: 'scale/12', observation, confidence: 0.6 });
    const { contributions, output, baseline } = explainLearnedScale(row, policy);
    expect(contributions).toHaveLength(12);
    expect(contributions.slice(0, 2)).toEqual([
      { name: 'queue', value: expect.closeTo(0.4, 6) },
      { name: 'errorRate', value: expect.closeTo(0.1, 6) },
    ]);
    const sum = contributions.reduce((total, { value }) => total + value, 0);
    expect(sum).toBeCloseTo((output ?? 0) - (baseline ?? 0), 6);
  });

  it('is told of the direction that it chose, where it takes over or was held back', () => {
    const autoscaler = { kind: 'hpa', name: 'checkout', uid: 'u' } as const;
    const policy = aLearnedScale({ [-2]: 0.75, 1: 0.05 });
    const action = { kind: 'take-over', autoscaler } as const;
    const explained = explainLearnedScale(decided({ action, confidence: 0.75 }), policy);
    expect(explained.output).toBe(0.75);
    expect(explained.alternatives.map(({ text }) => text)).toEqual(['keep the pods', 'scale up']);
  });

  it('is not told by another policy of the same name, nor of numbers that nobody knows', () => {
    const other = aLearnedScale({}, { spec: 'scale/12' });
    expect(() => explainLearnedScale(decided(), other)).toThrow(/now observes scale\/12/);
    const unknown = decided({ observationSpec: 'scale/99' });
    expect(() => explainLearnedScale(unknown, aLearnedScale())).toThrow(/which this version does not know/);
  });
});

describe('why a rule has decided so', () => {
  it('is its reason, and how far each input was from a calm load', () => {
    const observation = seen('scale/36', { queue: 3 });
    const row = decided({ policy: 'predictive 1', observation, reason: 'load 9.1 pods' });
    expect(explainScaleRule(row, null)).toMatchObject({
      ...{ method: 'evidence', output: null, baseline: null, reason: 'load 9.1 pods', alternatives: [] },
      contributions: [{ name: 'queue', value: 1 }],
      inputs: expect.arrayContaining([{ name: 'queue', unit: 'seconds until it is served', value: 3 }]),
    });
  });

  it('tells the alternatives of its proposal', () => {
    const alternatives = [{ text: 'keep the pods', confidence: 0.2 }];
    const row = decided({ policy: 'predictive 1' });
    expect(explainScaleRule(row, { contributions: [], alternatives }).alternatives).toEqual(alternatives);
  });
});

describe('who has decided', () => {
  const RULED: ScaleWish = {
    ...{ replicas: 5, reason: 'load 3 pods', confidence: 1, alternatives: [], outOfDistribution: null },
    ...{ seen: { spec: 'scale/36', values: [] }, doubt: null },
  };
  const rule: ScalePolicy = {
    ...{ name: 'predictive', version: '1', spec: 'scale/36', reset: () => undefined },
    decide: () => RULED,
  };
  const guard = () => ({ minConfidence: 0.7, maxOutOfDistribution: 1 });

  it.each([
    ['learned scale/3', 'scale/3 would add 2', 'scale/3'],
    ['predictive 1', 'load 3 pods', null],
  ])('is told by %s', (policy, reason, version) => {
    expect(scaleVersionOf(decided({ policy, reason }).event)).toBe(version);
  });

  it('is the rule where it decides in place of the policy', () => {
    const disturbance = 'an incident is open';
    const { reason } = createLearnedScale(aLearnedScale(), rule, guard).decide({ disturbance } as ScaleLook);
    expect(scaleVersionOf(decided({ reason }).event)).toBeNull();
    expect(scaleVersionOf(decided({ reason: `ada wants it; now ${reason}` }).event)).toBeNull();
  });
});
