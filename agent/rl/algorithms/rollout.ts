import type { Env } from '../env/env';
import type { Collector, CollectorSpec, CollectRequest, EnvSpec, Rollout } from './collector';
import { RolloutActor } from './rolloutActor';
import { emptyRollout } from './rolloutArrays';

/** Collects on this thread. @param createEnv see training/environments */
export function createCollector(spec: CollectorSpec, createEnv: (env: EnvSpec) => Env): Collector {
  const actor = new RolloutActor(spec, { first: 0, count: spec.envs }, createEnv);
  const rollout = emptyRollout(actor.shape);
  return {
    envs: spec.envs,
    collect: async (request: CollectRequest): Promise<Rollout> => {
      actor.collect(request, rollout);
      return rollout;
    },
    save: async () => actor.save(),
    restore: async (state) => actor.restore(state),
    close: async () => actor.dispose(),
  };
}
