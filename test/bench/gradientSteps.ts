import { type Engine, hiddenLayers, type LayerSpec, type NetworkSpec } from '../../agent/rl/engine/network';
import { Random } from '../../agent/sim/random';

const INPUTS = 12;
const ACTIONS = 3;

/** What is repeated to be timed, and how many operations its matrix products are. */
export interface Work {
  run(): void;
  flop: number;
}

/** A step of double DQN (van Hasselt et al. 2015, arXiv:1509.06461) on one batch: three passes, one back, and Adam. */
export function dqnStep(engine: Engine, hidden: readonly number[], batch: number): Work {
  const spec: NetworkSpec = {
    inputs: INPUTS,
    trunk: hiddenLayers('trunk', hidden, 'relu'),
    towers: [{ name: 'q', layers: [outputLayer('q', ACTIONS)] }],
  };
  const random = new Random(1);
  const online = engine.createNetwork(spec, { maxRows: batch, random });
  const target = engine.createNetwork(spec, { maxRows: batch, random });
  const [observations, nextObservations] = [gaussians(batch, random), gaussians(batch, random)];
  const [q, qGradient, targetQ] = [online.outputs[0], online.outputGradients[0], target.outputs[0]];
  if (!q || !qGradient || !targetQ) throw new Error('The network has no output.');
  const nextBest = new Float32Array(batch);

  const run = () => {
    online.input.values.set(nextObservations);
    target.input.values.set(nextObservations);
    online.forward(batch);
    target.forward(batch);
    for (let row = 0; row < batch; row += 1) {
      const values = q.values.subarray(row * q.stride, row * q.stride + ACTIONS);
      nextBest[row] = targetQ.values[row * targetQ.stride + argmax(values)] ?? Number.NaN;
    }
    online.input.values.set(observations);
    online.forward(batch);
    qGradient.values.fill(0);
    for (let row = 0; row < batch; row += 1) {
      const at = row * q.stride + (row % ACTIONS);
      const error = (q.values[at] ?? Number.NaN) - 0.99 * (nextBest[row] ?? Number.NaN);
      qGradient.values[at] = Math.max(-1, Math.min(1, error)) / batch;
    }
    online.backward(batch);
    online.step({ learningRate: 5e-4, maxGradNorm: 10, epsilon: 1e-8 });
  };
  const { forward, backward } = flopOf(spec, batch);
  return { run, flop: 3 * forward + backward };
}

/** A minibatch of PPO (Schulman et al. 2017, arXiv:1707.06347) with heads for policy and value on one trunk. */
export function ppoStep(engine: Engine, hidden: readonly number[], batch: number): Work {
  const spec: NetworkSpec = {
    inputs: INPUTS,
    trunk: hiddenLayers('trunk', hidden, 'tanh'),
    towers: [
      { name: 'policy', layers: [outputLayer('policy', ACTIONS)] },
      { name: 'value', layers: [outputLayer('value', 1)] },
    ],
  };
  const random = new Random(1);
  const network = engine.createNetwork(spec, { maxRows: batch, random });
  const observations = gaussians(batch, random);
  const [logits, values] = network.outputs;
  const [logitGradients, valueGradients] = network.outputGradients;
  if (!logits || !values || !logitGradients || !valueGradients)
    throw new Error('The network lacks an output.');

  const run = () => {
    network.input.values.set(observations);
    network.forward(batch);
    for (let row = 0; row < batch; row += 1) {
      const begin = row * logits.stride;
      const probabilities = softmax(logits.values.subarray(begin, begin + ACTIONS));
      for (let action = 0; action < ACTIONS; action += 1) {
        const chosen = row % ACTIONS === action ? 1 : 0;
        const gradient = ((probabilities[action] ?? Number.NaN) - chosen) / batch;
        logitGradients.values[row * logitGradients.stride + action] = gradient;
      }
      const error = (values.values[row * values.stride] ?? Number.NaN) - 1;
      valueGradients.values[row * valueGradients.stride] = error / batch;
    }
    network.backward(batch);
    network.step({ learningRate: 3e-4, maxGradNorm: 0.5, epsilon: 1e-5 });
  };
  const { forward, backward } = flopOf(spec, batch);
  return { run, flop: forward + backward };
}

/** Q-values of a single observation. */
export function inference(engine: Engine, hidden: readonly number[]): Work {
  const spec: NetworkSpec = {
    inputs: INPUTS,
    trunk: hiddenLayers('trunk', hidden, 'relu'),
    towers: [{ name: 'q', layers: [outputLayer('q', ACTIONS)] }],
  };
  const random = new Random(1);
  const network = engine.createNetwork(spec, { maxRows: 1, random });
  network.input.values.set(gaussians(1, random));
  return { run: () => network.forward(1), flop: flopOf(spec, 1).forward };
}

/** Two for each weight and row; back it is as much again for the inputs, which the first layer has no need of. */
function flopOf(
  { inputs, trunk, towers }: NetworkSpec,
  batch: number,
): { forward: number; backward: number } {
  const outputs = towers.reduce((sum, { layers }) => sum + (layers[0]?.units ?? 0), 0);
  const widths = [inputs, ...trunk.map(({ units }) => units), outputs];
  const weights = widths.slice(1).map((units, layer) => units * (widths[layer] ?? 0));
  const forward = 2 * batch * weights.reduce((sum, count) => sum + count, 0);
  return { forward, backward: 2 * forward - 2 * batch * (weights[0] ?? 0) };
}

function outputLayer(name: string, units: number): LayerSpec {
  return { name, units, activation: 'linear', dropout: 0, gain: 1 };
}

/** As many as `batch` observations have, which need no padding. */
function gaussians(batch: number, random: Random): Float32Array {
  return Float32Array.from({ length: batch * INPUTS }, () => random.gaussian());
}

function argmax(values: Float32Array): number {
  return values.reduce((best, value, index) => (value > (values[best] ?? Number.NaN) ? index : best), 0);
}

function softmax(logits: Float32Array): Float32Array {
  const exponentials = logits.map(Math.exp);
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}
