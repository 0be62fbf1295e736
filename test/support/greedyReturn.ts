import { argmax } from '../../agent/rl/algorithms/argmax';
import type { LearnedPolicy } from '../../agent/rl/algorithms/learner';
import { createEngine } from '../../agent/rl/engine/engines';
import type { Env } from '../../agent/rl/env/env';

/** Mean return of episodes with seeds from `seed` on, in which the policy takes the action of its greatest output. */
export function greedyReturn(policy: LearnedPolicy, env: Env, episodes = 1, seed = 1000): number {
  const network = createEngine('wasm').createNetwork(policy.network, { maxRows: 1, random: null });
  network.writeParameters(policy.parameters);
  const [outputs] = network.outputs;
  if (!outputs) throw new Error('a policy without outputs');
  let sum = 0;
  for (let episode = 0; episode < episodes; episode++) {
    env.reset(seed + episode);
    for (let isOver = false; !isOver; ) {
      network.input.values.set(env.observation);
      network.forward(1);
      const { reward, terminated, truncated } = env.step(argmax(outputs, 0));
      sum += reward;
      isOver = terminated || truncated;
    }
  }
  network.dispose();
  return sum / episodes;
}
