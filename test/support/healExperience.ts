import { createHealEnv } from '../../agent/sim/heal/healEnv';
import { Random } from '../../agent/sim/random';
import { HEAL_RICH } from '../../agent/tasks/heal/rich/richSpec';
import type { Transition } from '../../agent/tasks/online/experienceStore';

/** Of the simulator. */
export const EXPERIENCE_ENV = { faults: ['packet-loss', 'delay'], noFaultShare: 0.2, replicas: [4, 6] };
const STEPS = 60;

/** What somebody who follows the runbook's advice, mostly, leaves behind in the simulator: 60 steps of each episode. */
export function healExperience(episodes: number): Transition[] {
  const env = createHealEnv({ ...EXPERIENCE_ENV, steps: STEPS });
  const random = new Random(11);
  const advice = HEAL_RICH.fields.findIndex(({ name }) => name === 'advice_restart');
  const transitions: Transition[] = [];
  for (let seed = 1; seed <= episodes; seed += 1) {
    env.reset(seed);
    for (let step = 0; step < STEPS; step += 1) {
      const state = Array.from(env.observation);
      const advised = [1, 2, 3, 4].find((action) => (state[advice + action - 1] ?? 0) === 1) ?? 0;
      const action = random.uniform() < 0.15 ? random.below(5) : advised;
      const { reward } = env.step(action);
      const nextState = Array.from(env.observation);
      const end = { reward, nextState, terminated: false, source: 'sim', atMs: step };
      transitions.push({ spec: HEAL_RICH.name, state, action, ...end });
    }
  }
  return transitions;
}
