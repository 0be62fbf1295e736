import type { ScaleEnv } from '../scaleEnv';

/** A rule that scales; it may keep state within an episode, and looks only at what a controller may know. */
export interface ScaleBaseline {
  readonly name: string;
  /** @param seed of the episode that begins */
  reset(seed: number): void;
  /** How many pods are wanted next; the env keeps to its bounds. */
  decide(env: ScaleEnv): number;
}

/** Plays one episode. @returns the env's info at its end */
export function runBaseline(
  env: ScaleEnv,
  baseline: ScaleBaseline,
  seed: number,
): Readonly<Record<string, number>> {
  env.reset(seed);
  baseline.reset(seed);
  while (!env.scaleTo(baseline.decide(env)).truncated);
  return env.info();
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
