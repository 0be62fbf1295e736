import { randomActions } from '../../baseline';
import type { ScaleBaseline } from './baseline';

/** Keeps the pods that are there at the beginning. */
export function doNothing(): ScaleBaseline {
  return { name: 'do-nothing', reset() {}, decide: ({ model }) => model.pods.count };
}

/** As many pods all the time. */
export function fixedReplicas(pods: number): ScaleBaseline {
  return { name: `fixed-${pods}`, reset() {}, decide: () => pods };
}

/** Any action of the env's set. */
export function randomPodChanges(): ScaleBaseline {
  const actions = randomActions();
  return {
    ...actions,
    decide: (env) => env.model.pods.count + (env.podChanges[actions.decide(env)] as number),
  };
}
