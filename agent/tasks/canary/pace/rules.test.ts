import { describe, expect, it } from 'vitest';
import { CANARY_SPEC } from '../../../sim/canary/observation';
import { evidenceSteps, evidenceStepsSettings } from './evidenceSteps';
import { fixedSteps } from './fixedSteps';
import { hold } from './hold';
import { paceRule } from './paceRule';
import { aCanaryView } from './testing/canaryView';

describe('the pace by evidence', () => {
  const rule = evidenceSteps();

  it('stays a while at each weight, and comes to the last one with the end of the bake', () => {
    const { seconds, weights } = evidenceStepsSettings();
    expect(weights).toEqual([0.05, 0.1, 0.25, 0.5, 0.75]);
    expect(seconds.map(Math.round)).toEqual([300, 800, 800, 800, 800]);
    expect(evidenceStepsSettings([0.1, 0.5], 0).seconds).toEqual([60, 60]);
    const early = rule.decide(aCanaryView({ atWeightSeconds: 30 }));
    expect(early).toMatchObject({ pace: 'hold', reason: 'it stays at 10 % for another 13 min' });
  });

  it('goes up where the evidence allows the next weight, and says how much that is', () => {
    const view = { weight: 0.1, atWeightSeconds: 1000 };
    expect(rule.decide(aCanaryView({ ...view, mostWeight: 0.4 }))).toMatchObject({
      pace: 'up',
      reason: 'the evidence allows 40 % of the traffic',
      confidence: 1,
    });
    expect(rule.decide(aCanaryView({ ...view, mostWeight: 0.2 }))).toMatchObject({
      pace: 'hold',
      reason: 'the evidence allows no more than 20 %, the next step is 25 %',
    });
  });

  it('waits at the last weight for the tests', () => {
    const view = aCanaryView({ weight: 0.75, mostWeight: 1, atWeightSeconds: 9999 });
    expect(rule.decide(view).pace).toBe('hold');
  });

  it('tells what it has seen under the contract of the learned ones', () => {
    const { seen } = rule.decide(aCanaryView({}));
    expect(seen.spec).toBe(CANARY_SPEC);
    expect(seen.values).toHaveLength(35);
  });
});

describe('the pace by the clock', () => {
  it('follows the table of seed 003, whatever the evidence says', () => {
    const rule = fixedSteps();
    const paceAt = (weight: number, atWeightSeconds: number) =>
      rule.decide(aCanaryView({ weight, atWeightSeconds, mostWeight: 0 })).pace;
    expect([paceAt(0.05, 119), paceAt(0.05, 120)]).toEqual(['hold', 'up']);
    expect([paceAt(0.1, 299), paceAt(0.1, 300)]).toEqual(['hold', 'up']);
    expect([paceAt(0.25, 599), paceAt(0.25, 600)]).toEqual(['hold', 'up']);
    expect([paceAt(0.5, 899), paceAt(0.5, 900)]).toEqual(['hold', 'up']);
    expect(paceAt(0.75, 9999)).toBe('hold');
  });
});

it('to hold is to hold', () => {
  expect(hold().decide(aCanaryView({ mostWeight: 1, atWeightSeconds: 9999 })).pace).toBe('hold');
});

it('the rule is the one that the config names, with its weights and its bake', () => {
  const config = { weights: [30, 10], bake: 600_000 };
  const named = (['evidence-steps', 'fixed-steps', 'hold'] as const).map((policy) =>
    paceRule({ ...config, policy }),
  );
  expect(named.map(({ name }) => name)).toEqual(['evidence-steps', 'fixed-steps', 'hold']);
  const view = aCanaryView({ weight: 0.1, mostWeight: 0.25, atWeightSeconds: 700 });
  expect(named[0]?.decide(view).reason).toMatch(/the next step is 30 %/);
});
