import type { Engine } from '../../rl/engine/network';
import { normaliseRows } from '../../rl/env/normaliseObservation';
import { probabilitiesOf } from '../../rl/policy/decisionHead';
import type { PolicyModel } from '../../rl/policy/policyModel';
import type { Random } from '../../sim/random';
import type { Transition } from './experienceStore';
import {
  Batch,
  type Choices,
  CRITIC,
  type CriticSettings,
  expectation,
  firstTower,
  fitQ,
  type QCritic,
  write,
} from './qCritic';

export interface FineTuneSettings {
  /** Gradient steps of the policy. */
  steps: number;
  batchSize: number;
  learningRate: number;
  /** Temperature: how much better an action has to be, in units of its advantages' spread, to become e times as likely. */
  beta: number;
  /** No action becomes more than e to this as likely as before, or as unlikely. */
  mostChange: number;
  critic: Omit<CriticSettings, 'actions'>;
}

export const FINE_TUNE: FineTuneSettings = {
  steps: 1500,
  batchSize: 64,
  learningRate: 3e-4,
  beta: 1,
  mostChange: 1,
  critic: CRITIC,
};

/**
 * One careful step of improvement from stored experience, on a copy: a critic says what each action is worth if the old
 * policy goes on afterwards (fitted Q evaluation), and the new policy is drawn to π_old · exp(A/β), which is the best
 * one within a KL bound of the old (Peters et al. 2010; one step of it is what offline data bears: Brandfonbrener et
 * al. 2021, arXiv:2106.08909). How far an action's logit may move is bounded, so that actions nobody has tried lately
 * stay about as likely as they were. Of a policy of Q-values the logits are those that its probabilities come from.
 *
 * @throws RangeError without experience, or for a policy that is not one of discrete actions
 */
export function fineTune(
  old: PolicyModel,
  transitions: readonly Transition[],
  engine: Engine,
  random: Random,
  settings: FineTuneSettings = FINE_TUNE,
): PolicyModel {
  const actions = actionsOf(old);
  const choices = choicesOf(old, engine);
  const critic = fitQ(transitions, choices, { ...settings.critic, actions }, engine, random);
  try {
    const parameters = drawnTo(old, transitions, { choices, critic, engine, random }, settings);
    return { ...old, parameters };
  } finally {
    critic.dispose();
  }
}

/** The probabilities of a policy's actions, for many states. */
export function choicesOf(model: PolicyModel, engine: Engine): Choices {
  const maxRows = 256;
  const network = actorNetwork(model, engine, maxRows);
  const { inputs } = network.spec;
  const kind = headKind(model);
  return (states, count) => {
    const { output } = firstTower(network);
    const width = output.columns;
    const results = new Float32Array(count * width);
    const rows = normalised(model, states);
    for (let first = 0; first < count; first += maxRows) {
      const part = Math.min(maxRows, count - first);
      write(network, rows, part, inputs, first);
      network.forward(part);
      for (let row = 0; row < part; row++) {
        const from = row * output.stride;
        const values = Array.from(output.values.subarray(from, from + width));
        results.set(probabilitiesOf(values, kind), (first + row) * width);
      }
    }
    return results;
  };
}

interface Parts {
  choices: Choices;
  critic: QCritic;
  engine: Engine;
  random: Random;
}

function drawnTo(
  old: PolicyModel,
  transitions: readonly Transition[],
  { choices, critic, engine, random }: Parts,
  { steps, batchSize, learningRate, beta, mostChange }: FineTuneSettings,
): Float32Array {
  const actions = actionsOf(old);
  const network = actorNetwork(old, engine, batchSize);
  const { inputs } = network.spec;
  const batch = new Batch(transitions, batchSize, inputs);
  const adam = { learningRate, maxGradNorm: 0.5, epsilon: 1e-5 };
  const kind = headKind(old);
  for (let step = 0; step < steps; step++) {
    batch.draw(random);
    const chances = choices(batch.states, batchSize);
    const wanted = improved(chances, critic.values(batch.states, batchSize), actions, beta, mostChange);
    write(network, normalised(old, batch.states), batchSize, inputs);
    network.forward(batchSize);
    setGradients(network, wanted, actions, batchSize, kind);
    network.backward(batchSize);
    network.step(adam);
  }
  const learned = network.readParameters();
  network.dispose();
  // Towers after the first, a critic of its training, come last and stay as they are.
  const parameters = old.parameters.slice();
  parameters.set(learned);
  return parameters;
}

/** π_old · exp(A/β) with advantages in units of their spread, cut to ± mostChange, and normalised. */
function improved(
  chances: Float32Array,
  values: Float32Array,
  actions: number,
  beta: number,
  mostChange: number,
): Float32Array {
  const wanted = new Float32Array(chances.length);
  const count = chances.length / actions;
  const advantages = new Float32Array(chances.length);
  let squares = 0;
  for (let row = 0; row < count; row++) {
    const worth = expectation(values, chances, row, actions);
    for (let at = row * actions; at < (row + 1) * actions; at++) {
      advantages[at] = (values[at] as number) - worth;
      squares += (chances[at] as number) * (advantages[at] as number) ** 2;
    }
  }
  const spread = Math.sqrt(squares / count) + 1e-6;
  for (let row = 0; row < count; row++) {
    let sum = 0;
    for (let at = row * actions; at < (row + 1) * actions; at++) {
      const push = (advantages[at] as number) / spread / beta;
      wanted[at] = (chances[at] as number) * Math.exp(Math.max(-mostChange, Math.min(mostChange, push)));
      sum += wanted[at] as number;
    }
    for (let at = row * actions; at < (row + 1) * actions; at++) wanted[at] = (wanted[at] as number) / sum;
  }
  return wanted;
}

/**
 * Of the mean cross-entropy with the wanted distribution: dLoss/dlogit = π − wanted. Of Q-values, whose temperature
 * follows their spread, it is the direction, not the size, which Adam does not go by.
 */
function setGradients(
  network: ReturnType<typeof actorNetwork>,
  wanted: Float32Array,
  actions: number,
  count: number,
  kind: 'q-values' | 'logits',
): void {
  const { output, gradient } = firstTower(network);
  gradient.values.fill(0, 0, count * gradient.stride);
  for (let row = 0; row < count; row++) {
    const from = row * output.stride;
    const values = Array.from(output.values.subarray(from, from + actions));
    const chances = probabilitiesOf(values, kind);
    for (let action = 0; action < actions; action++) {
      const difference = (chances[action] ?? 0) - (wanted[row * actions + action] as number);
      gradient.values[row * gradient.stride + action] = difference / count;
    }
  }
}

function actorNetwork(model: PolicyModel, engine: Engine, maxRows: number) {
  const spec = { ...model.network, towers: model.network.towers.slice(0, 1) };
  const network = engine.createNetwork(spec, { maxRows, random: null });
  network.writeParameters(model.parameters.slice(0, network.parameterCount));
  return network;
}

function normalised({ normaliser, network }: PolicyModel, states: Float32Array): Float32Array {
  if (!normaliser) return states;
  const rows = states.slice();
  if (rows.length % network.inputs !== 0) throw new RangeError('states of another length');
  normaliseRows(normaliser, rows, rows);
  return rows;
}

function headKind({ head }: PolicyModel): 'q-values' | 'logits' {
  return head === 'q-values' ? 'q-values' : 'logits';
}

/** How many there are to choose from. @throws RangeError for a policy that is not one of discrete actions */
export function actionsOf({ actionSpace }: PolicyModel): number {
  if (actionSpace.kind === 'box') throw new RangeError('a policy of discrete actions is needed');
  return actionSpace.labels.length;
}
