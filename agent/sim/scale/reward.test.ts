import { describe, expect, it } from 'vitest';
import { type Outcome, SCALE_REWARDS } from './reward';
import { ScaleModel } from './scaleModel';
import type { Service } from './service';
import { costAt, sloCost } from './sloCost';

function outcomeOf(changes: Partial<Outcome>, service: Partial<Service> = {}, pods = 10): Outcome {
  const model = new ScaleModel(1, 30);
  model.pods.reset(pods, 30);
  Object.assign(model.service, { utilisation: 0.85, latencyP95Seconds: 0.1, memory: 0.5, ...service });
  return { model, violationPrice: 16, meanLoad: 5, change: 0, isReversal: false, ...changes };
}

function termsOf(name: keyof typeof SCALE_REWARDS, outcome: Outcome): number[] {
  const terms = new Float32Array(4);
  SCALE_REWARDS[name].evaluate(outcome, terms);
  return [...terms].map((term) => Math.round(term * 1e5) / 1e5 + 0);
}

describe('the seed’s reward', () => {
  const wasteAt = (utilisation: number) => utilisation / 0.85 - 1;

  it.each([
    ['is best at the targets', {}, { utilisation: 0.84 }, [0, wasteAt(0.84), 0, 1]],
    ['is no bonus at 85 % CPU', {}, {}, [0, 0, 0, 0]],
    ['falls with latency over 200 ms', {}, { latencyP95Seconds: 0.3 }, [-0.5, 0, 0, 0]],
    ['falls no further than at 400 ms', {}, { latencyP95Seconds: 2 }, [-1, 0, 0, 0]],
    ['falls with errors', {}, { errorShare: 0.25 }, [-0.25, 0, 0, 0]],
    ['falls with CPU over 85 %', {}, { utilisation: 0.925 }, [0, -0.5, 0, 0]],
    ['falls with memory over 85 %', {}, { memory: 0.97 }, [0, -0.8, 0, 0]],
    ['falls with waste', {}, { utilisation: 0.17 }, [0, -0.8, 0, 1]],
    ['gives no bonus for a change', { change: 1 }, { utilisation: 0.68 }, [0, -0.2, 0, 0]],
    ['falls with a reversal', { change: -1, isReversal: true }, {}, [0, 0, -1, 0]],
  ] as const)('%s', (_, changes, service, expected) => {
    const terms = termsOf('seed', outcomeOf(changes, service));
    for (const [index, term] of expected.entries()) expect(terms[index]).toBeCloseTo(term, 4);
  });

  it('weighs as the seed says', () => {
    expect([...SCALE_REWARDS.seed.weights].map((weight) => weight.toFixed(2))).toEqual([
      '0.40',
      '0.30',
      '0.20',
      '0.10',
    ]);
  });
});

describe('the SLO cost', () => {
  it('is pods, W × violated load, and 0.5 for an action of any size', () => {
    const service = { violatedShare: 0.25, load: 6 };
    expect(sloCost(outcomeOf({}, service))).toBe(10 + 16 * 1.5);
    expect(sloCost(outcomeOf({ change: 4 }, service))).toBe(10 + 16 * 1.5 + 0.5);
    expect(sloCost(outcomeOf({ change: -1, violationPrice: 2 }, service))).toBe(10 + 3 + 0.5);
  });

  it('is the reward without load ÷ 0.7, scaled by 1.5 ÷ (√W · (1 + mean load))', () => {
    const scale = 1.5 / (4 * 6);
    const terms = termsOf('slo-cost', outcomeOf({ change: -2 }, { violatedShare: 0.25, load: 6.3 }));
    const expected = [-(10 - 9), -16 * 0.25 * 6.3, -1, -2].map((term) => term * scale);
    for (const [index, term] of expected.entries()) expect(terms[index]).toBeCloseTo(term, 4);
  });

  it('can be told at another price from the info of an episode', () => {
    const info = { meanPods: 7, violatedShare: 0.02, meanLoad: 5, actionsPerHour: 24 };
    expect(costAt(info, 10)).toBeCloseTo(7 + 1 + 0.05);
  });
});
