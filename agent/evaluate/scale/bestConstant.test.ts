import { describe, expect, it } from 'vitest';
import { runScaleBaseline } from '../../sim/scale/baselines/baseline';
import { fixedReplicas } from '../../sim/scale/baselines/simple';
import { createScaleEnv } from '../../sim/scale/scaleEnv';
import { costAt } from '../../sim/scale/sloCost';
import { bestConstant } from './bestConstant';

describe('the best constant', () => {
  it('costs what the cheapest of all constants does', () => {
    const env = createScaleEnv({ episodeSteps: 200 });
    for (let seed = 1; seed <= 6; seed++) {
      for (const price of [5, 80]) {
        const costs = Array.from({ length: 29 }, (_, index) =>
          costAt(runScaleBaseline(env, fixedReplicas(index + 2), seed), price),
        );
        expect(costAt(bestConstant(env, seed, price), price)).toBeCloseTo(Math.min(...costs), 10);
      }
    }
  });
});
