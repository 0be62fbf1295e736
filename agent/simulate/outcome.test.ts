import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../config/schema';
import { outcomeOf, verdictOf } from './outcome';
import { anOutcome, aRecord } from './testing/builders';

describe('the outcome of a simulation', () => {
  it('follows from what was counted', () => {
    expect(anOutcome('hpa')).toMatchObject({
      title: 'HPA alone',
      violatedShare: 0.001,
      latencyP95Ms: 120,
      replicaHours: 4,
      utilisation: 0.5,
      scalingActions: 6,
    });
  });

  it('costs what its pods request', () => {
    // 4 h × (0.2 cores × 0.04 + 0.1875 GiB × 0.005)
    expect(anOutcome('hpa').cost).toBeCloseTo(4 * (0.2 * 0.04 + 0.1875 * 0.005));
  });

  it('costs more where requests have a price', () => {
    const costs = { ...DEFAULT_CONFIG.costs, millionRequests: 2 };
    const named = { arrangement: 'hpa', title: 'HPA alone', notes: [] } as const;
    const { cost } = outcomeOf(named, aRecord(), { ...DEFAULT_CONFIG, costs });
    expect((cost ?? 0) - (anOutcome('hpa').cost ?? 0)).toBeCloseTo(2);
  });

  it('weighs pods, violated load and actions', () => {
    // 4 pods + 20 × (1000 requests ÷ 3600 s ÷ 100 per pod) + 0.5 × 6 actions ÷ 240 steps
    expect(anOutcome('hpa').objectivePods).toBeCloseTo(4 + (20 * 1000) / 3600 / 100 + 3 / 240);
  });

  it('has no shares where nothing was asked, and nothing ran', () => {
    const empty = {
      requests: 0,
      violated: 0,
      podSeconds: 0,
      cpuSeconds: 0,
      requestedCoreSeconds: 0,
      latencyP95Seconds: null,
    };
    expect(anOutcome('hpa', empty)).toMatchObject({
      violatedShare: null,
      latencyP95Ms: null,
      utilisation: null,
      cost: null,
      replicaHours: 0,
    });
  });
});

describe('the verdict', () => {
  it('names who costs less at the price of a violation', () => {
    const outcomes = [anOutcome('hpa', { violated: 50_000 }), anOutcome('learned', { podSeconds: 5 * 3600 })];
    expect(verdictOf(outcomes, 20)).toBe(
      'The learned scaler was better at 20 pods for each pod of load that is served too late (5.1 against 6.8 pods): 0.10 % of the requests late or failed against 5.00 %, with 5.00 replica-hours against 4.00.',
    );
  });

  it('says so where the HPA was better', () => {
    expect(verdictOf([anOutcome('hpa'), anOutcome('learned', { podSeconds: 6 * 3600 })], 20)).toMatch(
      /^The HPA alone was better at 20 pods /,
    );
  });

  it('calls equal what differs by less than a hundredth', () => {
    expect(verdictOf([anOutcome('hpa'), anOutcome('learned', { violated: 1010 })], 20)).toMatch(
      /^Both did equally well at 20 pods .*: the HPA alone had 0\.10 % of the requests/,
    );
  });

  it('describes a single arrangement', () => {
    expect(verdictOf([anOutcome('hpa')], 20)).toBe(
      'By the HPA alone 0.10 % of the requests were late or failed, with 4.00 replica-hours.',
    );
    expect(verdictOf([], 20)).toBe('Nothing was simulated.');
  });
});
