import { describe, expect, it } from 'vitest';
import { exampleModel } from '../../test/support/protocolExamples';
import { bestBaseline, compareWithBest, describeScore, formatInterval, modelName } from './describeModel';

const ours = { episodes: 100, mean: -12.4, low: -13.1, high: -11.7 };
const random = { name: 'random', mean: -40, low: -42, high: -38 };

describe('beside its best baseline a policy is', () => {
  const cases: [low: number, mean: number, high: number, result: string, text: string][] = [
    [-15, -14, -13.2, 'better', 'better than runbook −14'],
    [-13.6, -13, -12.3, 'level', 'not told apart from runbook −13'],
    [-13, -12, -11, 'level', 'not better than runbook −12'],
    [-11, -10, -9, 'worse', 'worse than runbook −10'],
  ];
  it.each(cases)(
    'told apart by intervals that do not overlap: %d, %d, %d',
    (low, mean, high, result, text) => {
      const baselines = [random, { name: 'runbook', mean, low, high }];
      expect(compareWithBest({ ...ours, baselines })).toEqual({ result, text });
    },
  );

  it('alone where there is none', () => {
    expect(bestBaseline({ ...ours, baselines: [] })).toBeNull();
    expect(compareWithBest({ ...ours, baselines: [] }).result).toBe('alone');
  });
});

it('a version and a score have one way to be written', () => {
  expect(modelName(exampleModel({ version: 3 }))).toBe('heal/3');
  expect(formatInterval(ours)).toBe('−12.4 [−13.1…−11.7]');
  expect(describeScore({ ...ours, baselines: [random] })).toBe(
    'Score −12.4 [−13.1…−11.7] over 100 held-out episodes, better than random −40.',
  );
});
