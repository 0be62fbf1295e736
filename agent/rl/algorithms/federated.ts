import { CoxswainError } from '../../protocol';
import { Random } from '../../sim/random';
import type { Iteration, Learner } from './learner';

/** A learner that can go on from parameters that others have learned too. */
export interface FederatedLearner extends Learner {
  /** The optimiser begins anew: its moments belong to other parameters. */
  adoptParameters(parameters: Float32Array): void;
}

export interface FederatedClient {
  name: string;
  learner: FederatedLearner;
}

export interface FederatedOptions {
  /** At least one, of the same network and env contract. What they have seen stays theirs. */
  clients: readonly FederatedClient[];
  /** Share of the clients in each round, rounded up, (0, 1]. */
  participationRate: number;
  /** Iterations of a client in a round. */
  localEpochs: number;
  globalRounds: number;
  /** Decides which clients take part. */
  seed: number;
  onRound?: (round: FederatedRound) => void;
}

/** A round that is over. */
export interface FederatedRound {
  /** From 1. */
  round: number;
  /** In the order of the clients: who took part, for how many steps, and its last iteration. */
  participants: readonly { name: string; steps: number; iteration: Iteration }[];
}

/**
 * Federated averaging: McMahan et al. 2017, https://arxiv.org/abs/1602.05629, algorithm 1. In each round some of the
 * clients begin with the global parameters, learn on their own envs, and the global parameters become the average of
 * theirs, weighted by the steps they took. Only parameters travel. In the end every client has the global ones.
 *
 * @returns the global parameters
 * @throws CoxswainError `config-invalid` for impossible options, `model-incompatible` for clients that differ
 */
export async function trainFederated(options: FederatedOptions): Promise<Float32Array> {
  checkOptions(options);
  const { clients, participationRate, localEpochs, globalRounds, seed, onRound } = options;
  const random = new Random(seed);
  const perRound = Math.ceil(participationRate * clients.length);
  let global = checkClients(clients);
  for (let round = 1; round <= globalRounds; round++) {
    const updates: LocalUpdate[] = [];
    for (const client of drawClients(clients, perRound, random)) {
      updates.push(await learnLocally(client, global, localEpochs));
    }
    global = federatedAverage(updates);
    onRound?.({
      round,
      participants: updates.map(({ name, steps, iteration }) => ({ name, steps, iteration })),
    });
  }
  for (const { learner } of clients) learner.adoptParameters(global);
  return global;
}

/** The mean of parameters, weighted by steps. @throws RangeError without any steps */
export function federatedAverage(
  updates: readonly { parameters: Float32Array; steps: number }[],
): Float32Array {
  const total = updates.reduce((sum, { steps }) => sum + steps, 0);
  const [first] = updates;
  if (!first || !(total > 0)) throw new RangeError('nothing was learned that could be averaged');
  // In double precision, so that the order of the clients all but does not matter.
  const sums = new Float64Array(first.parameters.length);
  for (const { parameters, steps } of updates) {
    for (let index = 0; index < sums.length; index++) {
      sums[index] = (sums[index] as number) + (steps / total) * (parameters[index] as number);
    }
  }
  return Float32Array.from(sums);
}

interface LocalUpdate {
  name: string;
  parameters: Float32Array;
  steps: number;
  iteration: Iteration;
}

async function learnLocally(
  { name, learner }: FederatedClient,
  global: Float32Array,
  localEpochs: number,
): Promise<LocalUpdate> {
  learner.adoptParameters(global);
  const before = learner.steps;
  let iteration = await learner.iterate();
  for (let epoch = 1; epoch < localEpochs; epoch++) iteration = await learner.iterate();
  return { name, parameters: learner.policy().parameters, steps: learner.steps - before, iteration };
}

/** `count` of them, each as likely as the others, in their order. */
function drawClients(
  clients: readonly FederatedClient[],
  count: number,
  random: Random,
): readonly FederatedClient[] {
  const left = clients.map((_, index) => index);
  const drawn = Array.from({ length: count }, () => left.splice(random.below(left.length), 1)[0]);
  return clients.filter((_, index) => drawn.includes(index));
}

/** @returns the parameters to begin with, those of the first client */
function checkClients(clients: readonly FederatedClient[]): Float32Array {
  const [first, ...others] = clients.map(({ name, learner }) => ({ name, policy: learner.policy() }));
  if (!first) throw invalidOptions('there are no clients');
  for (const { name, policy } of [first, ...others]) {
    const { normaliser } = policy;
    if (normaliser !== null) throw incompatibleClient(name, 'normalises observations by its own statistics');
    if (policy.spec !== first.policy.spec) throw incompatibleClient(name, `observes ${policy.spec}`);
    if (JSON.stringify(policy.network) !== JSON.stringify(first.policy.network))
      throw incompatibleClient(name, 'has another network');
  }
  return first.policy.parameters;
}

function checkOptions({ participationRate, localEpochs, globalRounds }: FederatedOptions): void {
  if (!(participationRate > 0 && participationRate <= 1))
    throw invalidOptions(`participationRate is ${participationRate}, not above 0 and at most 1`);
  for (const [name, value] of Object.entries({ localEpochs, globalRounds })) {
    if (!Number.isInteger(value) || value < 1) throw invalidOptions(`${name} is ${value}, not 1 or more`);
  }
}

function invalidOptions(why: string): CoxswainError {
  return new CoxswainError('config-invalid', `The federated training is impossible: ${why}`, 'Correct it.');
}

function incompatibleClient(name: string, why: string): CoxswainError {
  return new CoxswainError(
    'model-incompatible',
    `The parameters of client "${name}" cannot be averaged with those of the others: it ${why}`,
    'Give all clients the same task, observation and network, and normalizeObservations: false.',
  );
}
