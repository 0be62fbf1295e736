import { boxAction, discreteAction } from '../../agent/rl/env/action';
import type { ActionSpace, BoxSpace, Env, EnvAction, StepResult } from '../../agent/rl/env/env';
import { Random } from '../../agent/sim/random';

/** A contextual bandit: of three actions the one with the greatest number in the observation earns 1. */
export function createBandit(): Env {
  const actionSpace: ActionSpace = { kind: 'discrete', labels: ['a', 'b', 'c'] };
  return new OneStep('bandit/3', 3, actionSpace, (observation, action) => {
    const chosen = discreteAction(actionSpace, action);
    return observation[chosen] === Math.max(...observation) ? 1 : 0;
  });
}

/** The first number is to be halved, the second negated: the reward is minus the squared error. */
export function createTarget(): Env {
  const field = { unit: '1', min: -1, max: 1 };
  const actionSpace: BoxSpace = {
    kind: 'box',
    fields: [
      { name: 'half', ...field },
      { name: 'negative', ...field },
    ],
  };
  return new OneStep('target/2', 2, actionSpace, (observation, action) => {
    const [half = 0, negative = 0] = boxAction(actionSpace, action);
    const [a = 0, b = 0] = observation;
    return -((half - a / 2) ** 2) - (negative + b) ** 2;
  });
}

type RewardOf = (observation: Float32Array, action: EnvAction) => number;

/** Numbers from −1 to 1 that the seed decides, one action, one reward. */
class OneStep implements Env {
  readonly spec: string;
  readonly observationSpace: BoxSpace;
  readonly actionSpace: ActionSpace;
  readonly observation: Float32Array;
  readonly #reward: RewardOf;
  readonly #result: StepResult = { reward: 0, terminated: true, truncated: false };

  constructor(spec: string, fields: number, actionSpace: ActionSpace, reward: RewardOf) {
    this.spec = spec;
    this.observationSpace = {
      kind: 'box',
      fields: Array.from({ length: fields }, (_, index) => ({
        name: `x${index}`,
        unit: '1',
        min: -1,
        max: 1,
      })),
    };
    this.actionSpace = actionSpace;
    this.observation = new Float32Array(fields);
    this.#reward = reward;
  }

  reset(seed: number): void {
    const random = new Random(seed);
    for (let index = 0; index < this.observation.length; index++)
      this.observation[index] = 2 * random.uniform() - 1;
  }

  step(action: EnvAction): StepResult {
    this.#result.reward = this.#reward(this.observation, action);
    return this.#result;
  }

  info(): Readonly<Record<string, number>> {
    return {};
  }
}
