import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextReplicas, type Revision } from './rollout';

const revision = (replicas: number, available = replicas): Revision => ({ replicas, available });

describe('nextReplicas', () => {
  it('gives the only revision all replicas', () => {
    const limits = { replicas: 3, maxSurge: 1, maxUnavailable: 0 };
    expect(nextReplicas(revision(0), [], limits)).toEqual({ current: 3, old: [] });
    expect(nextReplicas(revision(5), [revision(0)], limits)).toEqual({ current: 3, old: [0] });
  });

  it.each([
    ['surges first', revision(0), [revision(4)], { current: 1, old: [4] }],
    ['waits for the new pod', revision(1, 0), [revision(4)], { current: 1, old: [4] }],
    ['then takes an old one away', revision(1, 1), [revision(4)], { current: 1, old: [3] }],
    ['and goes on', revision(1, 1), [revision(3)], { current: 2, old: [3] }],
    ['to the end', revision(4, 4), [revision(1)], { current: 4, old: [0] }],
  ])('%s with maxSurge 1 and maxUnavailable 0', (_, current, old, expected) => {
    const limits = { replicas: 4, maxSurge: 1, maxUnavailable: 0 };
    expect(nextReplicas(current, old, limits)).toEqual(expected);
  });

  it('takes away at once what maxUnavailable allows, from the oldest revision on', () => {
    const limits = { replicas: 10, maxSurge: 0, maxUnavailable: 3 };
    expect(nextReplicas(revision(0), [revision(2), revision(8)], limits)).toEqual({
      current: 0,
      old: [0, 7],
    });
  });

  it('takes away old pods that serve nobody first', () => {
    const limits = { replicas: 4, maxSurge: 1, maxUnavailable: 1 };
    expect(nextReplicas(revision(1, 1), [revision(3, 3), revision(1, 0)], limits)).toEqual({
      current: 1,
      old: [2, 0],
    });
  });

  it('ends with all replicas in the new revision, without breaking its limits on the way', () => {
    const setup = fc.record({
      replicas: fc.integer({ min: 1, max: 12 }),
      maxSurge: fc.integer({ min: 0, max: 4 }),
      maxUnavailable: fc.integer({ min: 0, max: 4 }),
      pace: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 8, maxLength: 8 }),
    });
    fc.assert(
      fc.property(setup, ({ pace, ...limits }) => {
        fc.pre(limits.maxSurge + limits.maxUnavailable > 0);
        const { replicas, maxSurge, maxUnavailable } = limits;
        const minAvailable = Math.max(0, replicas - maxUnavailable);
        const current = revision(0);
        const old = revision(replicas);
        let rounds = 0;
        while (current.available < replicas || old.replicas > 0) {
          expect(rounds++).toBeLessThan(500);
          const next = nextReplicas(current, [old], limits);
          current.replicas = next.current;
          old.replicas = next.old[0] ?? 0;
          old.available = Math.min(old.available, old.replicas);
          expect(current.replicas + old.replicas).toBeLessThanOrEqual(replicas + maxSurge);
          expect(current.available + old.available).toBeGreaterThanOrEqual(minAvailable);
          // New pods become available at their own pace, but at last they do.
          const arriving = rounds % 20 === 0 ? 1 : (pace[rounds % pace.length] ?? 0);
          current.available = Math.min(current.replicas, current.available + arriving);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
