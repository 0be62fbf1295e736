import { describe, expect, it } from 'vitest';
import { chooseScaling } from './scalingChoice';

const CHANGES = [-2, -1, 0, 1, 2, 4];

describe('what a policy wants of the number of pods', () => {
  const cases: [string, number[], number, { change: number; confidence: number }][] = [
    ['is to hold where that is likeliest', [0.1, 0.1, 0.5, 0.1, 0.1, 0.1], 0, { change: 0, confidence: 0.5 }],
    [
      'is the likeliest step of a direction that is likelier than to hold, though no step is',
      [0, 0, 0.4, 0.1, 0.3, 0.2],
      0,
      { change: 2, confidence: 0.6 },
    ],
    [
      'is down where that is the likelier direction',
      [0.3, 0.4, 0.2, 0.1, 0, 0],
      0,
      { change: -1, confidence: 0.7 },
    ],
    ['has to stand out by the margin', [0, 0, 0.4, 0.1, 0.3, 0.2], 0.5, { change: 0, confidence: 0.4 }],
    ['is taken where it does', [0, 0, 0.2, 0.2, 0.4, 0.2], 1.3, { change: 2, confidence: 0.8 }],
    ['is to hold where nothing stands out', [0.25, 0, 0.5, 0.25, 0, 0], 0, { change: 0, confidence: 0.5 }],
  ];
  for (const [what, probabilities, margin, { change, confidence }] of cases) {
    it(what, () => {
      const choice = chooseScaling(probabilities, CHANGES, margin);
      expect(choice.change).toBe(change);
      expect(CHANGES[choice.action]).toBe(change);
      expect(choice.confidence).toBeCloseTo(confidence);
    });
  }
});
