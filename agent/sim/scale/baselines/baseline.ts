import { type Baseline, runBaseline } from '../../baseline';
import type { ScaleEnv } from '../scaleEnv';

/** A rule that scales. It decides how many pods are wanted next; the env keeps to its bounds. */
export type ScaleBaseline = Baseline<ScaleEnv>;

/** Plays one episode. @returns the env's info at its end, with its `return` and the sum of its `objective` */
export function runScaleBaseline(
  env: ScaleEnv,
  baseline: ScaleBaseline,
  seed: number,
): Record<string, number> {
  return runBaseline(env, baseline, seed, (_, pods) => env.scaleTo(pods));
}

/** The action of the env's set that comes nearest to so many pods, for rules that have to act like a policy. */
export function actionTowards({ model, podChanges }: ScaleEnv, wantedPods: number): number {
  const change = wantedPods - model.pods.count;
  let nearest = 0;
  for (const [action, candidate] of podChanges.entries()) {
    if (Math.abs(candidate - change) < Math.abs((podChanges[nearest] as number) - change)) nearest = action;
  }
  return nearest;
}
