import { describe, expect, it } from 'vitest';
import { exampleScalingPoint } from '../../test/support/protocolExamples';
import { costSentence, formatMoney, meanWithinSlo, toScalingColumns } from './scalingSeries';

const MINUTE_MS = 60_000;
/** Half an hour at each price. */
const at = (halfHours: number, costPerHour: number | null, baselineCostPerHour: number | null) =>
  exampleScalingPoint(halfHours * 30 * MINUTE_MS, { costPerHour, baselineCostPerHour });

describe('costs so far', () => {
  const costs = (...points: ReturnType<typeof at>[]) => {
    const { cost, baselineCost } = toScalingColumns(points);
    return { cost, baselineCost };
  };

  it('are the price of each step for as long as it lasted', () => {
    expect(costs(at(0, 2, 4), at(1, 1, 4), at(2, 1, 1))).toEqual({
      cost: [0, 1, 1.5],
      baselineCost: [0, 2, 4],
    });
  });

  it('leave out the time in which only one is known', () => {
    expect(costs(at(0, 2, 4), at(1, 2, null), at(2, 2, 4), at(3, 2, 4))).toEqual({
      cost: [0, 1, 1, 2],
      baselineCost: [0, 2, 2, 4],
    });
  });

  it('stand alone where there is no baseline', () => {
    expect(costs(at(0, 2, null), at(1, 2, null))).toEqual({ cost: [0, 1], baselineCost: [null, null] });
  });

  it('begin when something is known', () => {
    expect(costs(at(0, null, null), at(1, 2, 4), at(2, 2, 4)).cost).toEqual([null, 0, 1]);
  });

  it('do not count a time without steps, and no line is drawn across it', () => {
    const points = [0, 1, 2, 3, 20, 21].map((halfHours) => at(halfHours, 2, 4));
    const { cost, atMs, replicas } = toScalingColumns(points);
    expect(cost).toEqual([0, 1, 2, 3, null, 3, 4]);
    expect(replicas[4]).toBeNull();
    expect(atMs[4]).toBe((points[3]?.atMs ?? 0) + 1);
  });
});

it('has a column for each addend of the reward, with gaps where a step does not know it', () => {
  const points = [
    exampleScalingPoint(0, { rewardTerms: { pods: -0.2 } }),
    exampleScalingPoint(15_000, { rewardTerms: { pods: -0.3, violations: -0.1 } }),
  ];
  expect([...toScalingColumns(points).terms]).toEqual([
    ['pods', [-0.2, -0.3]],
    ['violations', [null, -0.1]],
  ]);
});

it('has nothing of nothing', () => {
  expect(toScalingColumns([]).atMs).toEqual([]);
});

it.each([
  [0.31, 0.35, 'USD', '0.31 USD, 0.04 USD (11 %) less than with the HPA'],
  [0.4, 0.2, 'EUR', '0.4 EUR, 0.2 EUR (100 %) more than with the HPA'],
  [0.2, 0.2001, 'USD', '0.2 USD, as much as with the HPA'],
  [0.2, null, 'USD', '0.2 USD'],
  [null, 0.2, 'USD', ''],
])('says of %s against %s in %s: %s', (cost, baseline, currency, text) => {
  expect(costSentence(cost, baseline, currency)).toBe(text);
});

it.each([
  [0, '0.00 USD'],
  [0.03412, '0.0341 USD'],
  [0.0002223, '0.00022 USD'],
  [12.4, '12.40 USD'],
  [1240.4, '1240 USD'],
  [-2, '−2.00 USD'],
])('writes %d as money', (value, text) => {
  expect(formatMoney(value, 'USD')).toBe(text);
});

it('takes the mean of the steps that had requests', () => {
  const points = [1, null, 0.5].map((withinSlo, i) => exampleScalingPoint(i, { withinSlo }));
  expect(meanWithinSlo(points)).toBe(0.75);
  expect(meanWithinSlo([])).toBeNull();
});
