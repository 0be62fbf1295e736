import { describe, expect, it } from 'vitest';
import { SCENARIO_NAMES } from '../../sim/canary/scenario';
import { SEEDS_PER_CELL } from './playCanary';
import { CELLS } from './trafficLevels';

describe('the cells', () => {
  it('have every scenario at each level with traffic, but for those that are about it', () => {
    const levels = Map.groupBy(CELLS, ({ scenario }) => scenario);
    expect([...levels.keys()]).toEqual([...SCENARIO_NAMES]);
    expect(levels.get('healthy')).toHaveLength(4);
    expect(levels.get('low-traffic')?.map(({ level }) => level)).toEqual(['below-1']);
    expect(levels.get('no-traffic')?.map(({ level }) => level)).toEqual(['none']);
  });

  it('leave room for the seeds of each within those of a block', () => {
    expect(CELLS.length * SEEDS_PER_CELL).toBeLessThan(1_000_000);
  });
});
