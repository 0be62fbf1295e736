import { describe, expect, it } from 'vitest';
import { emptySample, sample, workload } from './testData';
import { shownWorkload, sparklinePath, workloadLabel, workloadNote } from './workloads';

describe('the shown workload', () => {
  const calm = workload({ id: 'a' });
  const failing = workload({ id: 'b', health: 'failing' });

  it('is the chosen one, or the one most in need of a look where that is gone', () => {
    const healed = workload({ id: 'c', lastAction: { atMs: 1, text: '' } });
    expect(shownWorkload([calm, failing], 'a')?.id).toBe('a');
    expect(shownWorkload([calm, failing], 'gone')?.id).toBe('b');
    expect(shownWorkload([calm, failing], null)?.id).toBe('b');
    expect(shownWorkload([calm, healed], null)?.id).toBe('c');
    expect(shownWorkload([], 'a')).toBeNull();
  });
});

describe('the note under a workload', () => {
  const degraded = workload({ health: 'degraded', healthReason: 'p95 over SLO' });

  it('says first what is wrong with the data, then with the health', () => {
    expect(workloadNote(workload(), 0)).toBe('healthy');
    expect(workloadNote(degraded, 0)).toBe('degraded: p95 over SLO');
    expect(workloadNote({ ...degraded, data: { kind: 'stale', atMs: 10_000, reason: '' } }, 130_000)).toBe(
      'stale for 2 min',
    );
    expect(workloadNote({ ...degraded, data: { kind: 'none', reason: 'no metrics yet' } }, 0)).toBe(
      'no data: no metrics yet',
    );
    expect(workloadNote(workload({ steering: { kind: 'observe-only', reason: '' } }), 0)).toBe(
      'healthy, observe only',
    );
  });
});

it('names the namespace only where there are several', () => {
  const other = workload({ ref: { kind: 'Deployment', namespace: 'bank', name: 'checkout' } });
  expect(workloadLabel(workload(), [workload()])).toBe('checkout');
  expect(workloadLabel(workload(), [workload(), other])).toBe('shop/checkout');
});

describe('a sparkline', () => {
  it('starts a new stroke after a gap', () => {
    const path = sparklinePath([sample(0), sample(5), emptySample(10), sample(15)], 200, 59, 22);
    expect(path).toBe('M0.0 11.0L1.0 11.0M3.0 11.0');
  });

  it('is empty without data, and takes only the latest points', () => {
    expect(sparklinePath([emptySample(0)], 200, 59, 22)).toBe('');
    const many = Array.from({ length: 500 }, (_, i) => sample(i));
    expect(sparklinePath(many, 200, 59, 22).split('L')).toHaveLength(60);
  });
});
