import { runScaleBaseline } from '../../sim/scale/baselines/baseline';
import { fixedReplicas } from '../../sim/scale/baselines/simple';
import type { ScaleEnv } from '../../sim/scale/scaleEnv';
import { costAt } from '../../sim/scale/sloCost';

type EpisodeInfo = Readonly<Record<string, number>>;

/**
 * What the constant number of pods does that costs least in an episode, by hindsight. The cost falls and then rises
 * with the pods, so that a search by thirds finds it in a dozen plays.
 */
export function bestConstant(env: ScaleEnv, seed: number, violationPrice: number): EpisodeInfo {
  const played = new Map<number, EpisodeInfo>();
  const infoOf = (pods: number): EpisodeInfo => {
    const known = played.get(pods);
    if (known) return known;
    const info = runScaleBaseline(env, fixedReplicas(pods), seed);
    played.set(pods, info);
    return info;
  };
  const costOf = (pods: number) => costAt(infoOf(pods), violationPrice);
  let [least, most] = [env.model.minReplicas, env.model.maxReplicas];
  while (most - least > 2) {
    const third = Math.floor((most - least) / 3);
    if (costOf(least + third) <= costOf(most - third)) most -= third;
    else least += third;
  }
  const nearest = [least, least + 1, most].filter((pods) => pods <= most);
  return infoOf(nearest.reduce((best, pods) => (costOf(pods) < costOf(best) ? pods : best)));
}
