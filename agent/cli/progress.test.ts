import { describe, expect, it } from 'vitest';
import { countProgress } from './progress';

function written(isTTY: boolean, steps: readonly (readonly [done: number, total: number])[]): string {
  let text = '';
  const write = (chunk: unknown) => {
    text += String(chunk);
    return true;
  };
  const progress = countProgress('episodes', { isTTY, write });
  for (const [done, total] of steps) progress(done, total);
  return text;
}

describe('progress by counting', () => {
  it('replaces its line in a terminal, and takes it away in the end', () => {
    expect(
      written(true, [
        [1, 2000],
        [2000, 2000],
      ]),
    ).toBe('\r\x1b[K1 of 2,000 episodes\r\x1b[K');
  });

  it('is a plain line for every 5 % where a program reads it', () => {
    const steps = Array.from({ length: 200 }, (_, index) => [index + 1, 200] as const);
    const lines = written(false, steps).trimEnd().split('\n');
    expect(lines).toHaveLength(20);
    expect(lines[0]).toBe('5 %: 10 of 200 episodes');
    expect(lines.at(-1)).toBe('100 %: 200 of 200 episodes');
  });

  it('tells each share once, however large the steps are', () => {
    expect(
      written(false, [
        [3, 40],
        [3, 40],
        [33, 40],
        [40, 40],
      ]),
    ).toBe('5 %: 3 of 40 episodes\n80 %: 33 of 40 episodes\n100 %: 40 of 40 episodes\n');
  });
});
