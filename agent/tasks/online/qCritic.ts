import { huberGradient } from '../../rl/algorithms/huber';
import { type Engine, hiddenLayers, type Network, type NetworkSpec } from '../../rl/engine/network';
import type { Random } from '../../sim/random';
import type { Transition } from './experienceStore';

/** What a policy does in a state: the probability of each action. */
export type Choices = (states: Float32Array, count: number) => Float32Array;

export interface CriticSettings {
  actions: number;
  gamma: number;
  /** Gradient steps. */
  steps: number;
  batchSize: number;
  learningRate: number;
  hidden: readonly number[];
}

export const CRITIC: Omit<CriticSettings, 'actions'> = {
  gamma: 0.98,
  steps: 3000,
  batchSize: 64,
  learningRate: 1e-3,
  hidden: [64, 64],
};

/** The target network follows so slowly. */
const TAU = 0.01;
const MAX_GRAD_NORM = 10;

/** Q(s, ·) of one policy, from experience that any policy has made. */
export interface QCritic {
  /** @returns count × actions */
  values(states: Float32Array, count: number): Float32Array;
  dispose(): void;
}

/**
 * Fitted Q evaluation (Le, Voloshin and Yue 2019, arXiv:1903.08738): regresses Q(s, a) on r + γ Σ π(a'|s') Q(s', a')
 * with a slow target network. It says what the policy would be worth wherever the experience tells what its actions
 * lead to; where no one has ever acted like it, it extrapolates, and may be wrong in either direction.
 */
export function fitQ(
  transitions: readonly Transition[],
  choices: Choices,
  settings: CriticSettings,
  engine: Engine,
  random: Random,
): QCritic {
  const width = transitions[0]?.state.length ?? 0;
  if (width === 0) throw new RangeError('a critic needs experience');
  const { batchSize, actions, gamma } = settings;
  const spec = criticSpec(width, settings);
  const online = engine.createNetwork(spec, { maxRows: batchSize, random });
  const target = engine.createNetwork(spec, { maxRows: batchSize, random: null });
  target.blendParameters(online, 1);
  const batch = new Batch(transitions, batchSize, width);
  const adam = { learningRate: settings.learningRate, maxGradNorm: MAX_GRAD_NORM, epsilon: 1e-8 };
  for (let step = 0; step < settings.steps; step++) {
    batch.draw(random);
    const next = evaluate(target, batch.nextStates, batchSize, actions);
    const chances = choices(batch.nextStates, batchSize);
    write(online, batch.states, batchSize, width);
    online.forward(batchSize);
    setTdGradients(online, batch, (row) => {
      if (batch.terminated[row] === 1) return 0;
      return gamma * expectation(next, chances, row, actions);
    });
    online.backward(batchSize);
    online.step(adam);
    target.blendParameters(online, TAU);
  }
  target.dispose();
  return {
    values: (states, count) => evaluate(online, states, count, actions),
    dispose: () => online.dispose(),
  };
}

/** Σ π(a|s) Q(s, a) of one row. */
export function expectation(
  values: Float32Array,
  chances: Float32Array,
  row: number,
  actions: number,
): number {
  let sum = 0;
  for (let action = 0; action < actions; action++) {
    sum += (values[row * actions + action] as number) * (chances[row * actions + action] as number);
  }
  return sum;
}

/** All states of transitions, one after the other. */
export function statesOf(transitions: readonly Transition[]): Float32Array {
  return Float32Array.from(transitions.flatMap(({ state }) => state));
}

function criticSpec(inputs: number, { hidden, actions }: CriticSettings): NetworkSpec {
  const output = { name: 'q.out', units: actions, activation: 'linear', dropout: 0, gain: 1 } as const;
  return { inputs, trunk: hiddenLayers('trunk', hidden, 'relu'), towers: [{ name: 'q', layers: [output] }] };
}

/** Transitions that are drawn with equal chances. */
export class Batch {
  readonly states: Float32Array;
  readonly nextStates: Float32Array;
  readonly actions: Int32Array;
  readonly rewards: Float32Array;
  readonly terminated: Uint8Array;
  readonly #transitions: readonly Transition[];
  readonly #size: number;
  readonly #width: number;

  constructor(transitions: readonly Transition[], size: number, width: number) {
    this.#transitions = transitions;
    this.#size = size;
    this.#width = width;
    this.states = new Float32Array(size * width);
    this.nextStates = new Float32Array(size * width);
    this.actions = new Int32Array(size);
    this.rewards = new Float32Array(size);
    this.terminated = new Uint8Array(size);
  }

  draw(random: Random): void {
    for (let row = 0; row < this.#size; row++) {
      const drawn = this.#transitions[random.below(this.#transitions.length)] as Transition;
      this.states.set(drawn.state, row * this.#width);
      this.nextStates.set(drawn.nextState, row * this.#width);
      this.actions[row] = drawn.action;
      this.rewards[row] = drawn.reward;
      this.terminated[row] = drawn.terminated ? 1 : 0;
    }
  }
}

/** dLoss/dQ of the mean Huber loss against reward + `future`, at the actions that were taken. */
function setTdGradients(network: Network, batch: Batch, future: (row: number) => number): void {
  const { output, gradient } = firstTower(network);
  const count = batch.actions.length;
  gradient.values.fill(0, 0, count * gradient.stride);
  for (let row = 0; row < count; row++) {
    const action = batch.actions[row] as number;
    const error =
      (output.values[row * output.stride + action] as number) - (batch.rewards[row] as number) - future(row);
    gradient.values[row * gradient.stride + action] = huberGradient(error) / count;
  }
}

export function firstTower({ outputs, outputGradients }: Network) {
  const [output] = outputs;
  const [gradient] = outputGradients;
  if (!output || !gradient) throw new RangeError('a network without outputs');
  return { output, gradient };
}

export function write({ input }: Network, rows: Float32Array, count: number, width: number, from = 0): void {
  for (let row = 0; row < count; row++) {
    input.values.set(rows.subarray((from + row) * width, (from + row + 1) * width), row * input.stride);
  }
}

function evaluate(network: Network, rows: Float32Array, count: number, actions: number): Float32Array {
  const { output } = firstTower(network);
  const { inputs } = network.spec;
  const results = new Float32Array(count * actions);
  for (let first = 0; first < count; first += network.maxRows) {
    const part = Math.min(network.maxRows, count - first);
    write(network, rows, part, inputs, first);
    network.forward(part);
    for (let row = 0; row < part; row++) {
      const from = row * output.stride;
      results.set(output.values.subarray(from, from + actions), (first + row) * actions);
    }
  }
  return results;
}
