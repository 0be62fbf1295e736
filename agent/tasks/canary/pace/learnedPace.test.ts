import { describe, expect, it } from 'vitest';
import { aHealPolicy } from '../../../../test/support/healPolicy';
import { createEngine } from '../../../rl/engine/engines';
import type { PolicyModel } from '../../../rl/policy/policyModel';
import { CANARY_FIELDS, CANARY_SPEC } from '../../../sim/canary/observation';
import { evidenceSteps } from './evidenceSteps';
import { createLearnedPace, type LearnedPace } from './learnedPace';
import { loadLearnedPace } from './loadLearnedPace';
import { aCanaryView } from './testing/canaryView';

const ENGINE = createEngine('wasm');
const GUARD = () => ({ minConfidence: 0.7, maxOutOfDistribution: 1 });

function aLearnedPace(changes: Partial<LearnedPace> = {}): LearnedPace {
  return {
    version: 'canary/3',
    spec: CANARY_SPEC,
    idleMargin: 0,
    probabilities: () => [0.1, 0.8, 0.1],
    unusualness: () => null,
    ...changes,
  };
}

const decide = (changes: Partial<LearnedPace>, view = aCanaryView({ mostWeight: 0.25 })) =>
  createLearnedPace(aLearnedPace(changes), evidenceSteps(), GUARD).decide(view);

describe('a learned pace', () => {
  it('is what the policy finds likeliest, with what else it might have done', () => {
    expect(decide({})).toMatchObject({
      pace: 'up',
      doubt: null,
      confidence: 0.8,
      reason: 'canary/3 would raise the weight at 10 %; the evidence allows 25 %',
      seen: { spec: CANARY_SPEC },
    });
    expect(decide({ probabilities: () => [0.2, 0.3, 0.5] })).toMatchObject({
      pace: 'down',
      alternatives: [
        { text: 'raise the weight', confidence: 0.3 },
        { text: 'hold the weight', confidence: 0.2 },
      ],
    });
    expect(decide({ idleMargin: 3, probabilities: () => [0.1, 0.8, 0.1] }).pace).toBe('hold');
  });

  it('leaves a raise that it is unsure of to the rule, but not to hold or to go down', () => {
    const unsure = decide({ probabilities: () => [0.3, 0.6, 0.1] });
    expect(unsure).toMatchObject({ doubt: 'unsure', pace: 'up' });
    expect(unsure.reason).toBe(
      'evidence-steps 1 in place of canary/3, which is unsure (0.60, 0.7 at least): the evidence allows 25 % of the traffic',
    );
    expect(decide({ probabilities: () => [0.4, 0.3, 0.3] })).toMatchObject({ doubt: null, pace: 'hold' });
    expect(decide({ probabilities: () => [0.3, 0.3, 0.4] })).toMatchObject({ doubt: null, pace: 'down' });
  });

  it('leaves what it has never seen, and what it fails at, to the rule', () => {
    expect(decide({ unusualness: () => 1.4 })).toMatchObject({ doubt: 'unusual', pace: 'up' });
    expect(decide({ unusualness: () => Number.NaN })).toMatchObject({ doubt: 'unusual' });
    expect(decide({ probabilities: () => [Number.NaN, Number.NaN, Number.NaN] }).doubt).toBe('failed');
    const failed = decide({
      probabilities: () => {
        throw new Error('out of memory');
      },
    });
    expect(failed).toMatchObject({ doubt: 'failed', pace: 'up' });
    expect(failed.reason).toMatch(/could not decide: out of memory/);
  });
});

/** A policy without hidden layers that raises the weight the surer, the greater the most weight is. */
function aCanaryPolicy(changes: Partial<PolicyModel> = {}): PolicyModel {
  const inputs = CANARY_FIELDS.length;
  const parameters = new Float32Array((inputs + 1) * 3);
  parameters[1 * 3 + 1] = 4;
  const layer = { name: 'policy.out', units: 3, activation: 'linear', dropout: 0, gain: 1 } as const;
  const network = { inputs, trunk: [], towers: [{ name: 'policy', layers: [layer] }] };
  return aHealPolicy(
    {},
    {
      ...{ network, parameters, spec: CANARY_SPEC },
      observationSpace: { kind: 'box', fields: [...CANARY_FIELDS] },
      actionSpace: { kind: 'discrete', labels: ['hold', 'up 10 %', 'down 10 %'] },
      ...changes,
    },
  );
}

describe('a stored pace', () => {
  it('is loaded, whatever step it was trained with', () => {
    const learned = loadLearnedPace(aCanaryPolicy(), 'canary/3', ENGINE);
    const values = CANARY_FIELDS.map((_, index) => (index === 1 ? 0.5 : 0));
    // e² against 1 for each of the others.
    expect(learned.probabilities(values)[1]).toBeCloseTo(Math.exp(2) / (Math.exp(2) + 2), 5);
    expect(learned).toMatchObject({ version: 'canary/3', spec: CANARY_SPEC, idleMargin: 0 });
    expect(learned.unusualness(values)).toBeNull();
    const actionSpace = { kind: 'discrete', labels: ['hold', 'up 20 %', 'down 20 %'] } as const;
    expect(loadLearnedPace(aCanaryPolicy({ actionSpace }), 'canary/4', ENGINE).version).toBe('canary/4');
  });

  it('is refused where it was trained for something else, or cannot decide', () => {
    const actionSpace = { kind: 'discrete', labels: ['up', 'down'] } as const;
    const broken = aCanaryPolicy();
    broken.parameters.fill(Number.NaN);
    expect(() => loadLearnedPace(aHealPolicy({}), 'heal/1', ENGINE)).toThrow(/it observes heal\/9/);
    expect(() => loadLearnedPace(aCanaryPolicy({ spec: 'canary/30' }), 'canary/1', ENGINE)).toThrow(
      /it observes canary\/30, canary\/35 is needed/,
    );
    expect(() => loadLearnedPace(aCanaryPolicy({ actionSpace }), 'canary/1', ENGINE)).toThrow(
      /its actions are/,
    );
    expect(() => loadLearnedPace(broken, 'canary/1', ENGINE)).toThrow(/cannot decide/);
  });
});
