import { describe, expect, it } from 'vitest';
import type { CanaryReading } from './canaryView';
import { ReleaseRecord } from './releaseRecord';

const VERSION = { requests: 100, errors: 2, p50Seconds: 0.1, p95Seconds: 0.2, p99Seconds: 0.3 };
const READING: CanaryReading = {
  seconds: 30,
  canary: VERSION,
  stable: VERSION,
  restarts: 0,
  cpu: 0.5,
  memory: 0.5,
};

describe('what is remembered of a release', () => {
  it('comes near to what lasts, in the same time whatever the interval is', () => {
    const recordOf = (seconds: number, readings: number) => {
      const record = new ReleaseRecord();
      for (let reading = 0; reading < readings; reading++) record.add({ ...READING, seconds });
      return record.canaryErrorShare;
    };
    expect(recordOf(30, 10)).toBeCloseTo(0.02 * (1 - Math.exp(-1)), 10);
    expect(recordOf(10, 30)).toBeCloseTo(recordOf(30, 10), 10);
  });

  it('knows what is usual for stable from its first requests on, and ignores intervals without', () => {
    const record = new ReleaseRecord();
    const silent = { requests: 0, errors: 0, p50Seconds: 0, p95Seconds: 0, p99Seconds: 0 };
    record.add({ ...READING, canary: silent, stable: silent });
    expect([record.usualP95Seconds, record.p95Ratio]).toEqual([0, 1]);
    record.add(READING);
    expect(record.usualP95Seconds).toBe(0.2);
    record.add({ ...READING, stable: { ...VERSION, p95Seconds: 2 } });
    expect(record.usualP95Seconds).toBeCloseTo(0.2 + 1.8 * (1 - Math.exp(-1 / 60)), 10);
  });

  it('tells a leak by the slope of the memory, and does not take a restart for relief', () => {
    const record = new ReleaseRecord();
    for (let reading = 0; reading < 60; reading++) record.add({ ...READING, memory: 0.2 + 0.01 * reading });
    expect(record.memoryTrend).toBeCloseTo(0.02, 3);
    record.add({ ...READING, memory: 0.2, restarts: 1 });
    expect(record.memoryTrend).toBeGreaterThan(0);
    expect(record.recentRestarts).toBe(1);
    const unknown = new ReleaseRecord();
    unknown.add({ ...READING, memory: null });
    expect(unknown.memoryTrend).toBe(0);
  });

  it('counts requests since the weight is what it is, and begins anew', () => {
    const record = new ReleaseRecord();
    record.add(READING);
    record.weightChanged();
    record.add(READING);
    expect(record.requestsAtWeight).toBe(100);
    record.reset();
    expect(record).toEqual(new ReleaseRecord());
  });
});
