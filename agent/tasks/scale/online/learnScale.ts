import { createScaleEnv } from '../../../sim/scale/scaleEnv';
import { VALIDATION } from '../../../sim/scale/shipping/finishPolicy';
import { playPolicy } from '../../../sim/scale/shipping/playEpisodes';
import type { LearnTask } from '../../online/learnTask';

/** Of a policy that was warmed up on a workload the simulator is the one that was fitted to it, under its load. */
export const LEARN_SCALE: LearnTask = {
  experience: (store, spec, most) => store.newest(spec, most),
  createEnv: ({ spec, provenance }) => createScaleEnv({ ...provenance.env.options, spec }),
  playJudged:
    ({ spec, provenance }, count = VALIDATION.count) =>
    (actor, idleMargin, judged) => {
      const env = createScaleEnv({ ...provenance.env.options, spec });
      playPolicy(env, actor, idleMargin, { first: VALIDATION.first, count }, { judged });
    },
};
