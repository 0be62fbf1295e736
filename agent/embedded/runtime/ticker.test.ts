import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTicking } from './ticker';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

function ticking(rate: number) {
  const ticks: number[] = [];
  const skips: number[] = [];
  const mapping = { originMs: 0, wallOriginMs: 1_000_000, rate };
  const stop = startTicking(
    mapping,
    (nowMs) => ticks.push(nowMs),
    (skippedMs) => skips.push(skippedMs),
  );
  return { ticks, skips, stop };
}

describe('startTicking', () => {
  it('ticks four times a second at rate 1', () => {
    const { ticks, stop } = ticking(1);
    vi.advanceTimersByTime(1000);
    expect(ticks).toEqual([250, 500, 750, 1000]);
    stop();
  });

  it('ticks as often as the rate asks for', () => {
    const { ticks, stop } = ticking(100);
    vi.advanceTimersByTime(1000);
    expect(ticks).toHaveLength(400);
    expect(ticks.at(-1)).toBe(100_000);
    stop();
  });

  it('skips the time in which the machine was away', () => {
    const { ticks, skips, stop } = ticking(10);
    vi.advanceTimersByTime(100);
    vi.setSystemTime(1_000_000 + 3_600_000);
    vi.advanceTimersByTime(25);
    expect(skips).toHaveLength(1);
    expect(ticks.length).toBeLessThan(10);
    expect(ticks.at(-1)).toBeGreaterThan(35_999_000);
    stop();
  });

  it('stops', () => {
    const { ticks, stop } = ticking(1);
    stop();
    vi.advanceTimersByTime(1000);
    expect(ticks).toEqual([]);
  });
});
