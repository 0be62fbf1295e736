import { describe, expect, it } from 'vitest';
import { RestartBackOff } from './containerState';

describe('RestartBackOff', () => {
  it('waits not at all, then 10 s, doubling up to five minutes', () => {
    const backOff = new RestartBackOff();
    let nowMs = 0;
    const delays = Array.from({ length: 8 }, () => {
      const delayMs = backOff.delayMs(nowMs);
      nowMs += delayMs;
      backOff.restarted(nowMs);
      nowMs += 1000;
      return delayMs / 1000;
    });
    expect(delays).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
  });

  it('starts over after the container has run for more than ten minutes', () => {
    const backOff = new RestartBackOff();
    backOff.restarted(0);
    expect(backOff.delayMs(600_000)).toBe(10_000);
    expect(backOff.delayMs(600_001)).toBe(0);
  });
});
