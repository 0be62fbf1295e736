import { describe, expect, it } from 'vitest';
import { createChain } from '../../../test/support/chainEnv';
import { type DqnSettings, SMALL_DQN } from '../../../test/support/dqnSettings';
import { greedyReturn } from '../../../test/support/greedyReturn';
import { Random } from '../../sim/random';
import { createEngine } from '../engine/engines';
import type { NetworkSpec } from '../engine/network';
import { createVectorEnv } from '../env/syncVectorEnv';
import { createDqnLearner } from './dqn';
import { DqnHyperparameters } from './dqnHyperparameters';
import type { LearnedPolicy } from './learner';
import { createPpoLearner, ppoCollectorSpec } from './ppo';
import { PpoHyperparameters } from './ppoHyperparameters';
import { createCollector } from './rollout';
import { frozenLayers, initialiseFrom } from './transfer';

const SETTINGS: DqnSettings = { ...SMALL_DQN, netArch: [16, 8] };

interface Beginning {
  initialPolicy?: LearnedPolicy;
  freeze?: string[];
}

function dqnOf(beginning: Beginning = {}, settings: DqnSettings = {}, makeEnv = () => createChain()) {
  const hyperparameters = DqnHyperparameters.parse({ ...SETTINGS, ...settings });
  const envs = createVectorEnv(makeEnv, { count: 1, seed: 2 });
  const engine = createEngine('wasm');
  return createDqnLearner({ envs, engine, hyperparameters, totalSteps: 3000, seed: 2, ...beginning });
}

function ppoOf(beginning: Beginning = {}) {
  const hyperparameters = PpoHyperparameters.parse({ nSteps: 64, batchSize: 32, netArch: [8, 8] });
  const env = createChain();
  const spec = ppoCollectorSpec({ name: 'chain', options: {} }, env, {
    engine: 'wasm',
    seed: 2,
    hyperparameters,
  });
  const collector = createCollector(spec, () => createChain());
  const engine = createEngine('wasm');
  return createPpoLearner({
    collector,
    env,
    engine,
    hyperparameters,
    totalSteps: 640,
    seed: 2,
    ...beginning,
  });
}

async function taughtPolicy(): Promise<LearnedPolicy> {
  const learner = dqnOf();
  for (let iteration = 0; iteration < 3; iteration++) await learner.iterate();
  return learner.policy();
}

/** Weights and biases by layer, in the flat order. */
function layersOf({ network, parameters }: LearnedPolicy): Record<string, number[]> {
  const layers: [string, number[]][] = [];
  let offset = 0;
  const add = (own: NetworkSpec['trunk'], inputs: number) =>
    own.reduce((before, { name, units }) => {
      const count = (before + 1) * units;
      layers.push([name, [...parameters.subarray(offset, offset + count)]]);
      offset += count;
      return units;
    }, inputs);
  const trunkEnd = add(network.trunk, network.inputs);
  for (const tower of network.towers) add(tower.layers, trunkEnd);
  expect(offset).toBe(parameters.length);
  return Object.fromEntries(layers);
}

function changedLayers(before: LearnedPolicy, after: LearnedPolicy): string[] {
  const [old, now] = [layersOf(before), layersOf(after)];
  return Object.keys(old).filter((name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]));
}

describe('transfer with DQN', () => {
  it('begins with what the policy has learned', async () => {
    const policy = await taughtPolicy();
    const learner = dqnOf({ initialPolicy: policy });
    expect(learner.policy().parameters).toEqual(policy.parameters);
    expect(greedyReturn(learner.policy(), createChain())).toBe(1);
  });

  it.each<{ freeze: string[]; changed: string[] }>([
    { freeze: [], changed: ['trunk.0', 'trunk.1', 'q.out'] },
    { freeze: ['trunk.0'], changed: ['trunk.1', 'q.out'] },
    { freeze: ['trunk'], changed: ['q.out'] },
    { freeze: ['trunk.1', 'q'], changed: ['trunk.0'] },
  ])(
    'with $freeze frozen changes $changed alone, and the frozen ones not by a bit',
    async ({ freeze, changed }) => {
      const policy = await taughtPolicy();
      const learner = dqnOf({ initialPolicy: policy, freeze });
      await learner.iterate();
      expect(changedLayers(policy, learner.policy())).toEqual(changed);
    },
  );

  it('goes on from the statistics of the policy’s observations', async () => {
    const first = dqnOf({}, { normalizeObservations: true });
    await first.iterate();
    const initialPolicy = first.policy();
    const second = dqnOf({ initialPolicy }, { normalizeObservations: true });
    await second.iterate();
    const [before = 0, after = 0] = [initialPolicy, second.policy()].map(
      ({ normaliser }) => normaliser?.count,
    );
    expect([before, after]).toEqual([1001, 2002]);
    expect(() => dqnOf({ initialPolicy })).toThrow(/normalizeObservations was true/);
  });
});

describe('transfer with PPO', () => {
  it('leaves frozen layers as they are, bit by bit', async () => {
    const initialPolicy = ppoOf().policy();
    const learner = ppoOf({ initialPolicy, freeze: ['policy.0', 'value'] });
    await learner.iterate();
    expect(changedLayers(initialPolicy, learner.policy())).toEqual(['policy.1', 'policy.out']);
    await learner.close();
  });
});

describe('a policy that does not fit', () => {
  const changed =
    (change: (policy: LearnedPolicy) => Partial<LearnedPolicy>) =>
    (policy: LearnedPolicy): LearnedPolicy => ({ ...policy, ...change(policy) });
  const field = { name: 'height', unit: 'm', min: 0, max: 1 };

  it.each<[string, (policy: LearnedPolicy) => LearnedPolicy, RegExp]>([
    [
      'another head',
      changed(() => ({ head: 'categorical' })),
      /outputs are categorical, the algorithm needs q-v/,
    ],
    ['another contract', changed(() => ({ spec: 'chain/2' })), /observes chain\/2, chain\/1 is needed/],
    [
      'other fields',
      changed(() => ({ observationSpace: { kind: 'box', fields: [field] } })),
      /number 1 of its observation is height, not position/,
    ],
    [
      'other actions',
      changed(() => ({ actionSpace: { kind: 'discrete', labels: ['stay', 'go'] } })),
      /its actions are stay, go, needed are left, right/,
    ],
    [
      'fewer parameters',
      changed(({ parameters }) => ({ parameters: parameters.slice(1) })),
      /has 185 parameters, not 186/,
    ],
  ])('by %s is refused', async (_, change, problem) => {
    const initialPolicy = change(await taughtPolicy());
    expect(() => dqnOf({ initialPolicy })).toThrow(problem);
    expect(() => dqnOf({ initialPolicy })).toThrow(expect.objectContaining({ code: 'model-incompatible' }));
  });

  it.each<[typeof SETTINGS, RegExp]>([
    [{ netArch: [16, 4] }, /has layer "trunk.1" \(16 → 8 relu\) where .* layer "trunk.1" \(16 → 4 relu\)/],
    [{ netArch: [16] }, /has layer "trunk.1" \(16 → 8 relu\) where .* layer "q.out"/],
    [{ netArch: [16, 8, 8] }, /has layer "q.out" .* where .* layer "trunk.2"/],
    [{ activation: 'tanh' }, /relu\) where .* tanh\)/],
  ])('to the network of %j is refused by the first layer that differs', async (settings, problem) => {
    const initialPolicy = await taughtPolicy();
    expect(() => dqnOf({ initialPolicy }, settings)).toThrow(problem);
  });

  it('leaves the network as it was', async () => {
    const policy = await taughtPolicy();
    const engine = createEngine('wasm');
    const network = engine.createNetwork(policy.network, { maxRows: 1, random: new Random(5) });
    const before = network.readParameters();
    const bad = { ...policy, parameters: policy.parameters.slice(1) };
    expect(() => initialiseFrom(network, bad, { freeze: [] })).toThrow();
    expect(() => initialiseFrom(network, policy, { freeze: ['nothing'] })).toThrow();
    expect(network.readParameters()).toEqual(before);
  });
});

describe('layers to freeze', () => {
  it.each<[string[], RegExp]>([
    [['trunk.7'], /no layer "trunk.7"/],
    [['trunk', 'q'], /nothing would be left to learn/],
    [['trun'], /no layer "trun"/],
  ])('that are impossible are refused: %j', async (names, problem) => {
    const { network } = await taughtPolicy();
    expect(() => frozenLayers(network, names)).toThrow(problem);
  });
});
