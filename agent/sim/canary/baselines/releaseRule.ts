import type { Baseline } from '../../baseline';
import type { CanaryView } from '../canaryView';

/** A rule that releases: it decides which share of the traffic it wants on the canary next. */
export type ReleaseRule = Baseline<CanaryView>;

/** What it decides to end the release. */
export const ROLL_BACK = 0;
export const PROMOTE = 1;

/** Holds for ever, which is to do nothing. */
export const alwaysHold = (): ReleaseRule => ({
  name: 'hold',
  reset: () => undefined,
  decide: ({ weight }) => weight,
});
