import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../sim/random';
import { SelectorMode, valueProblem } from '../experiment/selectorMode';
import { podsAffected } from './litmusExperiments';
import { type Choice, choose, mostAffected } from './pods';

const PODS = Array.from({ length: 10 }, (_, index) => `p${index}`);

/** Any choice that an experiment may make. */
const choices = fc
  .record({ mode: fc.constantFrom(...SelectorMode.options), number: fc.integer({ min: 1, max: 100 }) })
  .map(({ mode, number }): Choice => ({ mode, value: mode === 'one' || mode === 'all' ? null : number }))
  .filter(({ mode, value }) => valueProblem('pod-kill', mode, value) === null);

describe('the pods that a mode hits', () => {
  it.each<[SelectorMode, number | null, number]>([
    ['one', null, 1],
    ['all', null, 10],
    ['fixed', 3, 3],
    ['fixed', 30, 10],
    ['fixed-percent', 25, 2],
    ['fixed-percent', 9, 0],
    ['random-max-percent', 50, 5],
  ])('are with mode %s and value %s at the most %i of 10', (mode, value, expected) => {
    expect(mostAffected({ mode, value }, 10)).toBe(expected);
  });

  it('are different ones, never more than the worst case, and without chance just as many', () => {
    fc.assert(
      fc.property(choices, fc.integer(), fc.integer({ min: 0, max: 10 }), (choice, seed, available) => {
        const random = new Random(seed);
        const chosen = choose(PODS.slice(0, available), choice, () => random.uniform());
        const worst = mostAffected(choice, available);
        expect(new Set(chosen).size).toBe(chosen.length);
        expect(chosen.length).toBeLessThanOrEqual(worst);
        if (choice.mode !== 'random-max-percent') expect(chosen).toHaveLength(worst);
      }),
    );
  });

  it('are with random-max-percent any number up to its share', () => {
    const random = new Random(1);
    const counts = Array.from(
      { length: 300 },
      () => choose(PODS, { mode: 'random-max-percent', value: 50 }, () => random.uniform()).length,
    );
    expect(new Set(counts)).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  });

  it('each have the same chance', () => {
    const random = new Random(1);
    const hits = Map.groupBy(
      Array.from(
        { length: 5000 },
        () => choose(PODS, { mode: 'one', value: null }, () => random.uniform())[0],
      ),
      (name) => name,
    );
    expect(hits.size).toBe(10);
    for (const all of hits.values()) expect(all.length / 500).toBeCloseTo(1, 0);
  });
});

describe('the share that Litmus is given', () => {
  /** As `CalculateInstanceLen` of litmus-go: the floor of the share, one at least. */
  const hitByLitmus = (percent: number, available: number) =>
    Math.max(1, Math.floor((available * percent) / 100));

  it('hits at least one pod, and no more than is told', () => {
    fc.assert(
      fc.property(
        choices,
        fc.integer({ min: 1, max: 400 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (choice, pods, draw) => {
          const { percent, worst } = podsAffected(choice, pods, () => draw);
          expect(Number.isInteger(percent) && percent >= 0 && percent <= 100).toBe(true);
          expect(hitByLitmus(percent, pods)).toBeLessThanOrEqual(worst);
          expect(worst).toBeLessThanOrEqual(pods);
        },
      ),
    );
  });

  it('comes to the very number of pods up to a hundred of them', () => {
    for (let available = 1; available <= 100; available += 1) {
      for (let value = 1; value <= available; value += 1) {
        const { percent } = podsAffected({ mode: 'fixed', value }, available, () => 0);
        expect(hitByLitmus(percent, available)).toBe(value);
      }
    }
  });
});
