import { Random } from '../../random';
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
export function randomActions(): ScaleBaseline {
  let random = new Random(0);
  return {
    name: 'random',
    reset(seed) {
      random = new Random(seed);
    },
    decide: ({ model, podChanges }) =>
      model.pods.count + (podChanges[random.below(podChanges.length)] as number),
  };
}
