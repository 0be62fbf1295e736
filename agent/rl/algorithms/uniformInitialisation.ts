import type { Random } from '../../sim/random';
import { flatLayers } from '../engine/layers';
import type { NetworkSpec } from '../engine/network';

/**
 * Parameters in the flat order: weights and biases uniform within ± 1/√inputs of their layer (LeCun et al. 1998,
 * "Efficient BackProp"; PyTorch's default, and so that of Stable-Baselines3's DQN).
 *
 * DQN begins with these and not with the engine's orthogonal weights, because of the biases. Where all of them are 0 a
 * network of ReLUs is linear along each ray from the origin. Values that have to be great near it are then greater
 * still further out, the targets bootstrap from those, and on CartPole, whose observations are small, Q-values grew
 * without end with frequent updates of the target network.
 */
export function uniformInitialisation(spec: NetworkSpec, random: Random): Float32Array {
  const { trunk, towers, parameterCount } = flatLayers(spec);
  const parameters = new Float32Array(parameterCount);
  for (const { spec: layer, inputs, offset } of [...trunk, ...towers.flat()]) {
    const bound = 1 / Math.sqrt(inputs);
    const end = offset + (inputs + 1) * layer.units;
    for (let index = offset; index < end; index++) parameters[index] = bound * (2 * random.uniform() - 1);
  }
  return parameters;
}
