import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../random';
import { PodPool } from './podPool';

function poolOf(pods: number, startupSeconds = 40): PodPool {
  const pool = new PodPool();
  pool.reset(pods, startupSeconds);
  return pool;
}

describe('the pods', () => {
  it('become ready after 75…125 % of the start-up time', () => {
    const pool = poolOf(2);
    pool.scaleTo(30, 100, new Random(1));
    expect([pool.count, pool.ready]).toEqual([30, 2]);
    pool.advanceTo(129.9);
    expect(pool.ready).toBe(2);
    pool.advanceTo(140);
    expect(pool.ready).toBeGreaterThan(5);
    expect(pool.ready).toBeLessThan(27);
    pool.advanceTo(150);
    expect(pool.ready).toBe(30);
  });

  it('that still start are the first to be removed, and no ready one is lost for them', () => {
    const pool = poolOf(3);
    const random = new Random(2);
    pool.scaleTo(6, 0, random);
    pool.scaleTo(4, 15, random);
    expect([pool.count, pool.ready]).toEqual([4, 3]);
    pool.scaleTo(2, 30, random);
    expect([pool.count, pool.ready]).toEqual([2, 2]);
    pool.advanceTo(1000);
    expect(pool.ready).toBe(2);
  });

  it('are removed newest first, whichever would be ready soonest', () => {
    // Ordering too many and cancelling some must not keep the fastest starters: nobody knows them.
    let mean = 0;
    const pools = 2000;
    for (let seed = 0; seed < pools; seed++) {
      const pool = poolOf(1, 40);
      pool.scaleTo(9, 0, new Random(seed));
      pool.scaleTo(2, 15, new Random(0));
      mean += pool.nextReadySeconds / pools;
    }
    expect(Math.abs(mean - 40)).toBeLessThan(0.6);
  });

  it('have metrics one scrape after they are ready', () => {
    const pool = poolOf(2, 20);
    pool.scaleTo(3, 0, new Random(3));
    const readyAt = pool.nextReadySeconds;
    pool.advanceTo(readyAt);
    expect(pool.ready).toBe(3);
    expect(pool.measured(readyAt + 14.9)).toBe(2);
    expect(pool.measured(readyAt + 15.1)).toBe(3);
  });

  it('tell how long starting takes only once one has started', () => {
    const pool = poolOf(1, 40);
    pool.scaleTo(2, 0, new Random(5));
    expect(pool.startupEstimateSeconds).toBe(40);
    const startup = pool.nextReadySeconds;
    pool.advanceTo(60);
    expect(pool.startupEstimateSeconds).toBeCloseTo(40 + 0.05 * (startup - 40));
  });

  it('remember when they were scaled up and down', () => {
    const pool = poolOf(5);
    expect(pool.lastUpSeconds).toBeLessThan(-1000);
    pool.scaleTo(7, 30, new Random(1));
    pool.scaleTo(6, 45, new Random(1));
    expect([pool.lastUpSeconds, pool.lastDownSeconds]).toEqual([30, 45]);
  });

  it('are never ready before or without being wanted, whatever is asked', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 40 }), fc.nat(), (wanted, seed) => {
        const pool = poolOf(4);
        const random = new Random(seed);
        for (const [step, count] of wanted.entries()) {
          pool.scaleTo(count, step * 15, random);
          pool.advanceTo(step * 15 + 15);
          expect(pool.count).toBe(count);
          expect(pool.ready).toBeGreaterThanOrEqual(1);
          expect(pool.ready).toBeLessThanOrEqual(count);
          expect(pool.nextReadySeconds).toBeGreaterThan(step * 15 + 15);
        }
        pool.advanceTo(1e6);
        expect(pool.ready).toBe(pool.count);
      }),
      { numRuns: 50 },
    );
  });
});
