import type { LevelName } from './trafficLevels';

/** How soon the tests have to roll back steady errors of so much. */
export interface Promise90 {
  leastErrorShare: number;
  /** For nine of ten, since the harm was whole. */
  withinMinutes: number;
}

/** As research/canary-evidence.md sets them; without traffic nothing can be promised. */
export const PROMISES: Partial<Record<LevelName, Promise90>> = {
  '20-and-more': { leastErrorShare: 0.05, withinMinutes: 6 },
  '5-to-20': { leastErrorShare: 0.05, withinMinutes: 15 },
  '1-to-5': { leastErrorShare: 0.05, withinMinutes: 50 },
  'below-1': { leastErrorShare: 0.1, withinMinutes: 70 },
};

/** In words. */
export function promiseText({ leastErrorShare, withinMinutes }: Promise90): string {
  return `errors ≥ ${100 * leastErrorShare} points rolled back within ${withinMinutes} min`;
}
