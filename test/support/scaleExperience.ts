import { Random } from '../../agent/sim/random';
import { actionTowards } from '../../agent/sim/scale/baselines/baseline';
import { createScaleEnv } from '../../agent/sim/scale/scaleEnv';
import type { Transition } from '../../agent/tasks/online/experienceStore';

/** Of the simulator. */
export const SCALE_EXPERIENCE_ENV = {
  episodeSteps: 240,
  violationPrice: 20,
  families: ['diurnal', 'on-off'],
};

/** What an HPA leaves behind in the simulator that aims at 60 %, and often moves by chance. */
export function scaleExperience(episodes: number): Transition[] {
  const env = createScaleEnv({ ...SCALE_EXPERIENCE_ENV, spec: 'scale/36' });
  const random = new Random(11);
  const transitions: Transition[] = [];
  for (let seed = 1; seed <= episodes; seed += 1) {
    env.reset(seed);
    for (let over = false; !over; ) {
      const state = Array.from(env.observation);
      const { count } = env.model.pods;
      const wanted = Math.ceil(env.model.estimates.load / 0.6);
      const isByChance = random.uniform() < 0.3;
      const chosen = isByChance ? random.below(env.podChanges.length) : actionTowards(env, wanted);
      const { reward, truncated } = env.step(chosen);
      over = truncated;
      const action = env.podChanges.indexOf(env.model.pods.count - count);
      if (action < 0) continue;
      const end = { reward, nextState: Array.from(env.observation), terminated: false };
      transitions.push({ spec: 'scale/36', state, action, ...end, source: 'sim', atMs: transitions.length });
    }
  }
  return transitions;
}
