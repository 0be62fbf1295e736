import { describe, expect, it } from 'vitest';
import type { ArmResult } from '../evaluate/evaluation';
import { formatComparison } from './comparison';

/** An arm whose returns are its level plus the episode's number. */
function arm(name: string, level: number, info: (episode: number) => Record<string, number>): ArmResult {
  const episodes = Array.from({ length: 20 }, (_, index) => ({
    seed: index,
    return: level + index,
    length: 4,
    objective: null,
    info: info(index),
  }));
  const mean = level + 9.5;
  return { name, episodes, score: { mean, low: mean - 1, high: mean + 1 }, info: info(0) };
}

describe('a comparison', () => {
  const results = [
    arm('ours', 10, (episode) => ({ fault: episode, actions: 2 })),
    arm('worst', 3, (episode) => ({ fault: episode, actions: 5 })),
    arm('equal', 10, (episode) => ({ fault: episode, actions: 2 })),
    arm('rule', 12, (episode) => ({ fault: episode, actions: 2 })),
  ];
  const text = formatComparison(results);

  it('says plainly what is better, level and worse', () => {
    expect(text.split('\n').at(-1)).toBe(
      'better than worst; not told apart from equal; worse than rule, which should be used instead',
    );
    expect(text).toMatch(/^worst +12.5 \[11.5…13.5\] +7 \[7…7\] +100 %$/m);
    expect(text).toMatch(/^equal .* 50 %$/m);
  });

  it('shows what depends on who plays, and not what describes the episode', () => {
    expect(text).toMatch(/^actions +2 +5 +2 +2$/m);
    expect(text).not.toMatch(/^fault/m);
  });

  it('of nothing is nothing', () => {
    expect(formatComparison([])).toBe('');
  });
});
