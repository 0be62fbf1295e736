import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../sim/random';
import { calibratedConfidence, fitCalibration } from './confidenceCalibration';

describe('a calibration of confidence', () => {
  it('says which share of such actions helped, where a policy is surer than it should be', () => {
    const random = new Random(3);
    // It says p, and is right in p² of the cases.
    const judged = Array.from({ length: 20_000 }, () => {
      const probability = random.uniform();
      return [probability, random.uniform() < probability * probability] as const;
    });
    const calibration = fitCalibration(judged, 1);
    expect(calibration).toMatchObject({ idleMargin: 1, actions: 20_000 });
    for (const probability of [0.3, 0.5, 0.7, 0.9])
      expect(calibratedConfidence(calibration, probability)).toBeCloseTo(probability * probability, 1);
  });

  it('is linear between its points and constant outside of them', () => {
    const points = [
      { probability: 0.4, helped: 0.2 },
      { probability: 0.8, helped: 0.9 },
    ];
    const at = (probability: number) =>
      calibratedConfidence({ idleMargin: 0, actions: 9, points }, probability);
    expect([0, 0.4, 0.8, 1].map(at)).toEqual([0.2, 0.2, 0.9, 0.9]);
    expect(at(0.6)).toBeCloseTo(0.55);
  });

  it('never falls where the probability rises, and stays within 0 and 1', () => {
    const actions = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()), {
      minLength: 1,
      maxLength: 300,
    });
    fc.assert(
      fc.property(actions, (judged) => {
        const { points } = fitCalibration(judged, 0);
        points.forEach(({ probability, helped }, index) => {
          expect(helped).toBeGreaterThan(points[index - 1]?.helped ?? 0);
          expect(helped).toBeLessThan(1);
          expect(probability).toBeGreaterThan(points[index - 1]?.probability ?? -1);
        });
      }),
    );
  });

  it('needs actions', () => {
    expect(() => fitCalibration([], 0)).toThrow('a calibration needs actions');
  });
});
