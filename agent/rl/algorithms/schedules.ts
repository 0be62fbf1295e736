import * as z from 'zod';

/** A hyper-parameter that stays, or moves linearly from the beginning of the training to its end. */
export type Schedule = number | { readonly start: number; readonly end: number };

/** Its value after `progress` of the training; what lies outside of 0…1 counts as beginning or end. */
export function scheduledValue(schedule: Schedule, progress: number): number {
  if (typeof schedule === 'number') return schedule;
  const share = Math.min(Math.max(progress, 0), 1);
  return schedule.start + share * (schedule.end - schedule.start);
}

/** The schema of a schedule whose numbers all fulfil `value`. */
export function scheduleOf<Value extends z.ZodType<number>>(value: Value) {
  return z.union([value, z.strictObject({ start: value, end: value })]);
}
