import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { scheduledValue, scheduleOf } from './schedules';

describe('a schedule', () => {
  it.each([
    { schedule: 0.2, progress: 0.7, value: 0.2 },
    { schedule: { start: 1, end: 0.5 }, progress: 0, value: 1 },
    { schedule: { start: 1, end: 0.5 }, progress: 0.5, value: 0.75 },
    { schedule: { start: 1, end: 0.5 }, progress: 1, value: 0.5 },
    { schedule: { start: 1, end: 0.5 }, progress: 1.2, value: 0.5 },
    { schedule: { start: 1, end: 2 }, progress: -1, value: 1 },
  ])('$schedule is $value after $progress', ({ schedule, progress, value }) => {
    expect(scheduledValue(schedule, progress)).toBe(value);
  });

  it('is checked at both of its ends', () => {
    const schema = scheduleOf(z.number().positive());
    expect(schema.safeParse(1e-3).success).toBe(true);
    expect(schema.safeParse({ start: 1e-3, end: 1e-4 }).success).toBe(true);
    for (const wrong of [
      0,
      { start: 1e-3, end: 0 },
      { start: 1e-3 },
      { start: 1, end: 1, shape: 'cosine' },
    ]) {
      expect(schema.safeParse(wrong).success).toBe(false);
    }
  });
});
