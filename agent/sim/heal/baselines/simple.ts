import type { Baseline } from '../../baseline';
import { DEGRADED } from '../conditions';
import { DO_NOTHING, type HealEnv, RESTART_POD } from '../healEnv';

/** What Kubernetes and time do alone. */
export const doNothing = (): Baseline<HealEnv> => ({
  name: 'do-nothing',
  reset: () => undefined,
  decide: () => DO_NOTHING,
});

/** Restarts the worst pod whenever the workload does not look healthy: seed 002's simple heuristic. */
export const alwaysRestart = (): Baseline<HealEnv> => ({
  name: 'always-restart',
  reset: () => undefined,
  decide: ({ view }) => (view.health >= DEGRADED ? RESTART_POD : DO_NOTHING),
});
