import { randomActions } from '../../baseline';
import { podCapacity } from '../domain';
import type { ScaleBaseline } from './baseline';
import { ceil } from './hpa';

/** Keeps the pods that are there at the beginning. */
export function doNothing(): ScaleBaseline {
  return { name: 'do-nothing', reset() {}, decide: ({ model }) => model.pods.count };
}

/** As many pods all the time. */
export function fixedReplicas(pods: number): ScaleBaseline {
  return { name: `fixed-${pods}`, reset() {}, decide: () => pods };
}

/** What capacity planning goes by. */
const PLANNED_SHARE = 0.95;
const PLANNED_UTILISATION = 0.7;

/** As many pods all the time, for the 95th percentile of the episode's load at 70 %. */
export function peakReplicas(): ScaleBaseline {
  let pods: number | null = null;
  return {
    name: 'fixed',
    reset() {
      pods = null;
    },
    decide({ model: { rates, domain } }) {
      if (pods === null) {
        const rate = rates.toSorted()[Math.floor(PLANNED_SHARE * (rates.length - 1))] as number;
        pods = ceil(rate / podCapacity(domain) / PLANNED_UTILISATION);
      }
      return pods;
    },
  };
}

/** Any action of the env's set. */
export function randomPodChanges(): ScaleBaseline {
  const actions = randomActions();
  return {
    ...actions,
    decide: (env) => env.model.pods.count + (env.podChanges[actions.decide(env)] as number),
  };
}
