import { describe, expect, it } from 'vitest';
import { bestChainReturn, type ChainOptions, createChain } from '../../../test/support/chainEnv';
import { type DqnSettings, SMALL_DQN } from '../../../test/support/dqnSettings';
import { greedyReturn } from '../../../test/support/greedyReturn';
import { createEngine } from '../engine/engines';
import { createVectorEnv } from '../env/syncVectorEnv';
import { createDqnLearner } from './dqn';
import { DqnHyperparameters } from './dqnHyperparameters';
import {
  type FederatedClient,
  type FederatedLearner,
  type FederatedRound,
  federatedAverage,
  trainFederated,
} from './federated';

const SETTINGS: DqnSettings = { ...SMALL_DQN, explorationFinalEps: 0.1 };

function dqnOf(chain: ChainOptions, seed: number, settings: DqnSettings = {}) {
  const hyperparameters = DqnHyperparameters.parse({ ...SETTINGS, ...settings });
  const envs = createVectorEnv(() => createChain(chain), { count: 1, seed });
  return createDqnLearner({ envs, engine: createEngine('wasm'), hyperparameters, totalSteps: 4000, seed });
}

/** Adds its number to the parameters and takes that many steps in each iteration. */
class Counter implements FederatedLearner {
  readonly algorithm = 'dqn';
  readonly number: number;
  readonly adopted: number[] = [];
  steps = 0;
  #parameter = 100;
  readonly #policy = dqnOf({}, 1).policy();

  constructor(number: number) {
    this.number = number;
  }

  async iterate() {
    this.steps += this.number;
    this.#parameter += this.number;
    return { steps: this.steps, episodes: [], metrics: {} };
  }

  policy() {
    return { ...this.#policy, parameters: Float32Array.of(this.#parameter) };
  }

  adoptParameters([parameter = 0]: Float32Array) {
    this.adopted.push(parameter);
    this.#parameter = parameter;
  }

  async save() {
    return { values: null, arrays: {} };
  }

  async restore() {}
  async close() {}
}

const counters = (...numbers: number[]) =>
  numbers.map((number) => ({ name: `client-${number}`, learner: new Counter(number) }));

const OPTIONS = { participationRate: 1, localEpochs: 1, globalRounds: 1, seed: 1 };

describe('the federated average', () => {
  it('weighs parameters by steps', () => {
    const average = federatedAverage([
      { parameters: Float32Array.of(1, -2), steps: 100 },
      { parameters: Float32Array.of(5, 2), steps: 300 },
    ]);
    expect([...average]).toEqual([4, 1]);
  });

  it('of one is itself, to the bit', () => {
    const parameters = Float32Array.of(0.1, -1 / 3, 1e-30);
    expect(federatedAverage([{ parameters, steps: 7 }])).toEqual(parameters);
  });

  it('needs something that was learned', () => {
    expect(() => federatedAverage([])).toThrow(RangeError);
    expect(() => federatedAverage([{ parameters: Float32Array.of(1), steps: 0 }])).toThrow(RangeError);
  });
});

describe('federated training', () => {
  it('averages what clients learned from the global parameters, round by round', async () => {
    const clients = counters(1, 3);
    const global = await trainFederated({ ...OPTIONS, clients, localEpochs: 2, globalRounds: 2 });
    // Each round adds (1·2·1 + 3·2·3)/(1 + 3) · 1 = 5: client 1 gains 2 in 2 steps, client 3 gains 6 in 6 steps.
    expect([...global]).toEqual([110]);
    expect(clients.map(({ learner }) => learner.adopted)).toEqual([
      [100, 105, 110],
      [100, 105, 110],
    ]);
  });

  it('lets the share of the clients take part that it should, each in its turn, and tells of it', async () => {
    const clients = counters(1, 2, 3, 4, 5);
    const rounds: FederatedRound[] = [];
    await trainFederated({
      ...OPTIONS,
      clients,
      participationRate: 0.5,
      globalRounds: 40,
      onRound: (round) => rounds.push(round),
    });
    expect(rounds.map(({ round }) => round)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    const names = rounds.map(({ participants }) => participants.map(({ name }) => name));
    for (const taking of names) expect(new Set(taking).size).toBe(3);
    const turns = clients.map(({ name }) => names.filter((taking) => taking.includes(name)).length);
    expect(turns.reduce((sum, count) => sum + count)).toBe(120);
    for (const count of turns) expect(Math.abs(count - 24)).toBeLessThan(10);
    expect(rounds[0]?.participants[0]).toMatchObject({
      steps: expect.any(Number),
      iteration: { metrics: {} },
    });
  });

  it('lets the same clients take part for the same seed', async () => {
    const taking = async (seed: number) => {
      const names: string[] = [];
      const onRound = ({ participants }: FederatedRound) =>
        names.push(participants.map(({ name }) => name).join());
      const clients = counters(1, 2, 3, 4);
      await trainFederated({ ...OPTIONS, clients, participationRate: 0.5, globalRounds: 10, seed, onRound });
      return names;
    };
    expect(await taking(1)).toEqual(await taking(1));
    expect(await taking(1)).not.toEqual(await taking(2));
  });

  it('learns with DQN on three envs of which each has other rewards', async () => {
    const chains: ChainOptions[] = [
      { stepReward: 0 },
      { stepReward: -0.02 },
      { stepReward: -0.05, maxSteps: 30 },
    ];
    const clients: FederatedClient[] = chains.map((chain, index) => ({
      name: `cluster-${index + 1}`,
      learner: dqnOf(chain, index + 1),
    }));
    const global = await trainFederated({ ...OPTIONS, clients, participationRate: 0.8, globalRounds: 4 });
    for (const [index, { learner }] of clients.entries()) {
      const policy = learner.policy();
      expect(policy.parameters).toEqual(global);
      const chain = chains[index] ?? {};
      expect(greedyReturn(policy, createChain(chain))).toBeCloseTo(bestChainReturn(chain), 5);
    }
  });

  it.each<[string, Partial<Parameters<typeof trainFederated>[0]>, string]>([
    ['nobody', { clients: [] }, 'no clients'],
    ['no share of them', { participationRate: 0 }, 'participationRate is 0'],
    ['more than all', { participationRate: 1.2 }, 'participationRate is 1.2'],
    ['no epochs', { localEpochs: 0 }, 'localEpochs is 0'],
    ['half a round', { globalRounds: 0.5 }, 'globalRounds is 0.5'],
  ])('is impossible with %s', async (_, options, problem) => {
    const training = trainFederated({ ...OPTIONS, clients: counters(1), ...options });
    await expect(training).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining(problem),
    });
  });

  it.each<[string, typeof SETTINGS]>([
    ['another network', { netArch: [8] }],
    ['statistics of its own', { normalizeObservations: true }],
  ])('refuses a client with %s', async (_, settings) => {
    const clients = [dqnOf({}, 1), dqnOf({}, 2, settings)].map((learner, index) => ({
      name: `${index}`,
      learner,
    }));
    const training = trainFederated({ ...OPTIONS, clients });
    await expect(training).rejects.toMatchObject({ code: 'model-incompatible' });
  });
});
