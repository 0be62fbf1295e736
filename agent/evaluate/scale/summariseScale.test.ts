import { describe, expect, it } from 'vitest';
import { ScaleResult } from './scaleResult';
import { summariseScale } from './summariseScale';
import { anArm, aResult, LOADS, onBoth } from './testing/records';

const hpa = anArm('hpa-tuned', onBoth({ meanPods: 10, actionsPerHour: 12 }));
const bound = anArm('clairvoyant', onBoth({ meanPods: 5 }), { role: 'bound' });
/** Cheap on the calm load; on the wild one it violates a tenth. */
const policy = anArm(
  'ppo',
  [
    {
      workload: 'calm',
      meanPods: 8,
      actionsPerHour: 6,
      decisions: 100,
      sure: 80,
      changes: 10,
      sureChanges: 5,
    },
    {
      workload: 'wild',
      meanPods: 8,
      violatedShare: 0.1,
      failedShare: 0.04,
      actionsPerHour: 6,
      decisions: 100,
      sure: 60,
      changes: 10,
      sureChanges: 9,
    },
  ],
  { role: 'learned' },
);

describe('the summary of an evaluation', () => {
  const arms = summariseScale([hpa, bound, policy], LOADS);
  const ours = arms[2];
  const at = (price: number) => ours?.prices.find(({ violationPrice }) => violationPrice === price);

  it('compares J day by day, at each price', () => {
    // 0.5 per action: 12 an hour are 0.025 pods.
    const hpaCost = 10.025;
    const costs = (price: number) => [8.0125, 8.0125 + price * 0.1 * 5].map((cost) => cost / hpaCost);
    for (const price of [5, 20, 80]) {
      const [calm, wild] = costs(price) as [number, number];
      expect(at(price)?.toHpa.mean).toBeCloseTo((calm + wild) / 2);
      expect(at(price)?.worst).toEqual({ workload: 'wild', toHpa: expect.closeTo(wild) });
    }
    expect(ours?.workloads.map(({ workload, toHpa }) => [workload, toHpa[1]?.mean])).toEqual([
      ['calm', expect.closeTo(costs(20)[0] as number)],
      ['wild', expect.closeTo(costs(20)[1] as number)],
    ]);
  });

  it('tells how often it is better, how often it acts, and its regret', () => {
    expect(at(20)?.better.mean).toBe(0.5);
    expect(at(20)?.actionsToHpa?.mean).toBe(0.5);
    expect(at(20)?.regret.mean).toBeCloseTo((8.0125 + 18.0125) / 2 / 5 - 1);
    expect(at(20)?.violatedShare.mean).toBeCloseTo(0.05);
    expect(at(20)?.failedShare.mean).toBeCloseTo(0.02);
  });

  it('tells how soon it reacts and how sure it is', () => {
    expect(ours?.reaction).toEqual({ median: 75, p95: expect.closeTo(88.5) });
    expect(ours?.confidence).toEqual({ sure: 0.7, sureChanges: 0.7 });
    expect(arms[0]?.confidence).toBeNull();
  });

  it('leaves out what nobody has played', () => {
    expect(at(20)?.toPredictive).toBeNull();
    expect(at(20)?.costSaved).toBeNull();
    expect(() => summariseScale([hpa, policy], LOADS)).toThrow('clairvoyant');
  });

  it('counts each training of a policy', () => {
    const better = anArm('ppo', onBoth({ meanPods: 6 }));
    const twice = { ...policy, runs: [...policy.runs, ...better.runs] };
    const [, , both] = summariseScale([hpa, bound, twice], LOADS);
    expect(both?.runs).toBe(2);
    expect(both?.prices[1]?.better.mean).toBe(0.75);
    expect(both?.prices[1]?.meanPods.mean).toBe(7);
  });

  it('keeps to its schema', () => {
    const result = aResult([hpa, bound, policy]);
    expect(ScaleResult.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
  });
});
