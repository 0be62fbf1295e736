import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { gaussianRows, readRows, relativeError, writeRows } from '../../../test/support/networks';
import { aLayer } from '../../../test/support/referenceNetwork';
import { Random } from '../../sim/random';
import { createEngine } from './engines';
import { flatLayers } from './layers';
import { hiddenLayers, type Network, type NetworkSpec } from './network';

const ROWS = 16;
const DQN: NetworkSpec = {
  inputs: 12,
  trunk: hiddenLayers('trunk', [64, 64, 32], 'relu'),
  towers: [{ name: 'q', layers: [aLayer('q', 3)] }],
};
const PPO: NetworkSpec = {
  inputs: 12,
  trunk: hiddenLayers('trunk', [64, 64], 'tanh'),
  towers: [
    { name: 'policy', layers: [aLayer('policy', 3)] },
    { name: 'value', layers: [aLayer('value', 1)] },
  ],
};

const random = new Random(7);
const observations = gaussianRows(ROWS, 12, random);
const actions = Array.from({ length: ROWS }, () => random.below(3));
const targets = Array.from({ length: ROWS }, () => 3 * random.gaussian());
const advantages = Array.from({ length: ROWS }, () => random.gaussian());
const oldLogProbabilities = Array.from({ length: ROWS }, () => Math.log(0.15 + 0.4 * random.uniform()));

beforeAll(() => tf.setBackend('cpu'));

/**
 * TensorFlow differentiates the whole of it, loss and network; here it also differentiates the loss by the outputs,
 * which are what a network is given to pass back.
 */
describe.each(['wasm', 'js'] as const)('engine %s agrees with automatic differentiation', (name) => {
  it.each([
    ['DQN with Huber’s loss', DQN, huberLoss],
    ['PPO with the clipped surrogate, value loss and entropy', PPO, ppoLoss],
  ])('of %s', (_, spec, loss) => {
    const network = createEngine(name).createNetwork(spec, { maxRows: ROWS, random: new Random(1) });
    const parameters = tensorsOf(network);
    const expected = tf
      .grads((...at: tf.Tensor[]) => loss(evaluate(spec, at)))(parameters)
      .flatMap((gradient) => [...gradient.dataSync()]);
    passBack(network, loss);
    expect(relativeError(network.readGradients(), expected)).toBeLessThan(2e-6);
  });

  it('and with TensorFlow’s own Adam over 20 steps', () => {
    const network = createEngine(name).createNetwork(PPO, { maxRows: ROWS, random: new Random(1) });
    const variables = tensorsOf(network).map((tensor) => tf.variable(tensor));
    const optimiser = tf.train.adam(3e-3, 0.9, 0.999, 1e-5);
    for (let step = 0; step < 20; step++) {
      optimiser.minimize(() => ppoLoss(evaluate(PPO, variables)));
      passBack(network, ppoLoss);
      network.step({ learningRate: 3e-3, epsilon: 1e-5, maxGradNorm: Number.POSITIVE_INFINITY });
    }
    const expected = variables.flatMap((variable) => [...variable.dataSync()]);
    expect(relativeError(network.readParameters(), expected)).toBeLessThan(1e-5);
  });
});

type Loss = (outputs: tf.Tensor2D[]) => tf.Scalar;

function passBack(network: Network, loss: Loss): void {
  writeRows(network.input, observations);
  network.forward(ROWS);
  const outputs = network.outputs.map((output) => tf.tensor2d(readRows(output, ROWS)));
  const gradients = tf.grads((...at: tf.Tensor[]) => loss(at as tf.Tensor2D[]))(outputs) as tf.Tensor2D[];
  for (const [tower, matrix] of network.outputGradients.entries()) {
    writeRows(matrix, gradients[tower]?.arraySync() ?? []);
  }
  network.backward(ROWS);
}

function huberLoss([q]: tf.Tensor2D[]): tf.Scalar {
  if (!q) throw new Error('no output');
  const chosen = q.mul(tf.oneHot(actions, 3)).sum(1);
  const errors = chosen.sub(targets).abs();
  const quadratic = errors.minimum(1);
  return quadratic.square().mul(0.5).add(errors.sub(quadratic)).mean();
}

function ppoLoss([logits, values]: tf.Tensor2D[]): tf.Scalar {
  if (!logits || !values) throw new Error('too few outputs');
  const logProbabilities = tf.logSoftmax(logits);
  const chosen = logProbabilities.mul(tf.oneHot(actions, 3)).sum(1);
  const ratio = chosen.sub(oldLogProbabilities).exp();
  const surrogate = tf.minimum(ratio.mul(advantages), ratio.clipByValue(0.8, 1.2).mul(advantages)).mean();
  const valueLoss = values.flatten().sub(targets).square().mean();
  const entropy = logProbabilities.exp().mul(logProbabilities).sum(1).neg().mean();
  return valueLoss.mul(0.5).sub(surrogate).sub(entropy.mul(0.01)).asScalar();
}

/** Of each layer, in the flat order, weights and biases. */
function tensorsOf(network: Network): tf.Tensor[] {
  const flat = network.readParameters();
  const { trunk, towers } = flatLayers(network.spec);
  return [...trunk, ...towers.flat()].flatMap(({ inputs, offset, spec: { units } }) => {
    const biases = offset + inputs * units;
    return [
      tf.tensor(flat.slice(offset, biases), [inputs, units]),
      tf.tensor(flat.slice(biases, biases + units)),
    ];
  });
}

function evaluate(spec: NetworkSpec, parameters: readonly tf.Tensor[]): tf.Tensor2D[] {
  const rest = [...parameters];
  const next = (x: tf.Tensor) => tf.add(tf.matMul(x, rest.shift() ?? x), rest.shift() ?? x);
  const through = (layers: NetworkSpec['trunk'], input: tf.Tensor) =>
    layers.reduce((x, { activation }) => {
      const sums = next(x);
      return activation === 'relu' ? sums.relu() : activation === 'tanh' ? sums.tanh() : sums;
    }, input);
  const trunkEnd = through(spec.trunk, tf.tensor2d(observations));
  return spec.towers.map(({ layers }) => through(layers, trunkEnd) as tf.Tensor2D);
}
