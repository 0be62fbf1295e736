import type { CanaryView } from '../canaryView';
import type { Route } from './route';

/** Provider `kubernetes`: nothing splits traffic, the canary is tested beside the primary. */
export function noRoute({ status }: CanaryView): Route {
  return {
    reconcile() {},
    weights: () =>
      status.iterations > 0
        ? { primary: 0, canary: 100, mirrored: false }
        : { primary: 100, canary: 0, mirrored: false },
    set() {},
    finalize() {},
  };
}
