import { Random } from '../../random';
import { DEGRADED } from '../conditions';
import { DO_NOTHING, RESTART_POD } from '../healEnv';
import type { HealBaseline } from './baseline';

/** What Kubernetes and time do alone. */
export const doNothing = (): HealBaseline => ({
  name: 'do-nothing',
  reset: () => undefined,
  decide: () => DO_NOTHING,
});

/** A uniformly random action. */
export function randomAction(): HealBaseline {
  let random = new Random(0);
  return {
    name: 'random',
    reset(seed) {
      random = new Random(seed ^ 0x5eed);
    },
    decide: (env) => random.below(env.actionSpace.labels.length),
  };
}

/** Restarts the worst pod whenever the workload does not look healthy: seed 002's simple heuristic. */
export const alwaysRestart = (): HealBaseline => ({
  name: 'always-restart',
  reset: () => undefined,
  decide: ({ view }) => (view.health >= DEGRADED ? RESTART_POD : DO_NOTHING),
});
