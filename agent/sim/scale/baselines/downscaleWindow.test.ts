import { describe, expect, it } from 'vitest';
import { DownscaleWindow } from './downscaleWindow';

describe('the window for scaling down', () => {
  it('goes down to the highest recommendation of the window', () => {
    const window = new DownscaleWindow();
    const decisions = [8, 4, 6, 3, 3, 3, 3].map((recommended) => window.stabilise(recommended, 10, 60));
    // Of four control steps each.
    expect(decisions).toEqual([8, 8, 8, 8, 6, 6, 3]);
  });

  it('never goes up by an old recommendation', () => {
    const window = new DownscaleWindow();
    window.stabilise(20, 20, 300);
    expect(window.stabilise(4, 10, 300)).toBe(10);
  });

  it('goes down at once without a window', () => {
    const window = new DownscaleWindow();
    window.stabilise(9, 10, 0);
    expect(window.stabilise(4, 10, 0)).toBe(4);
  });

  it.each([
    { recommended: 30, pods: 2, wanted: 6 },
    { recommended: 30, pods: 10, wanted: 20 },
    { recommended: 12, pods: 10, wanted: 12 },
  ])('goes up at once, from $pods to at most $wanted', ({ recommended, pods, wanted }) => {
    expect(new DownscaleWindow().stabilise(recommended, pods, 300)).toBe(wanted);
  });

  it('remembers half an hour, and nothing from before a reset', () => {
    const window = new DownscaleWindow();
    window.stabilise(9, 10, 1800);
    for (let step = 0; step < 119; step++) expect(window.stabilise(2, 10, 1800)).toBe(9);
    expect(window.stabilise(2, 10, 1800)).toBe(2);
    window.stabilise(9, 10, 1800);
    window.reset();
    expect(window.stabilise(2, 10, 1800)).toBe(2);
  });
});
