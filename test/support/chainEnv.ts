import { discreteAction } from '../../agent/rl/env/action';
import type { BoxSpace, DiscreteSpace, Env, EnvAction, StepResult } from '../../agent/rl/env/env';
import { timeLimit } from '../../agent/rl/env/timeLimit';

export interface ChainOptions {
  /** Position of the goal, ≥ 1. */
  length?: number;
  /** Reward of every step that does not reach it. */
  stepReward?: number;
  maxSteps?: number;
}

/**
 * A walk from 0 to the goal, with a small reward at the start as a temptation: the best is to go right all the way, and
 * to do so it takes looking ahead. The episode's seed decides nothing.
 */
export function createChain({ length = 5, stepReward = 0, maxSteps = 20 }: ChainOptions = {}): Env {
  return timeLimit(new Chain(length, stepReward), maxSteps);
}

/** What going right all the way earns. */
export function bestChainReturn({ length = 5, stepReward = 0 }: ChainOptions = {}): number {
  return 1 + (length - 1) * stepReward;
}

const TEMPTATION = 0.05;

class Chain implements Env {
  readonly spec = 'chain/1';
  readonly observationSpace: BoxSpace = {
    kind: 'box',
    fields: [{ name: 'position', unit: 'of the way', min: 0, max: 1 }],
  };
  readonly actionSpace: DiscreteSpace = { kind: 'discrete', labels: ['left', 'right'] };
  readonly observation = new Float32Array(1);
  readonly #length: number;
  readonly #stepReward: number;
  readonly #result: StepResult = { reward: 0, terminated: false, truncated: false };
  #position = 0;

  constructor(length: number, stepReward: number) {
    this.#length = length;
    this.#stepReward = stepReward;
  }

  reset(): void {
    this.#position = 0;
    this.#observe();
  }

  step(action: EnvAction): StepResult {
    const by = discreteAction(this.actionSpace, action) === 1 ? 1 : -1;
    const isTempted = this.#position === 0 && by === -1;
    this.#position = Math.max(0, this.#position + by);
    this.#observe();
    this.#result.terminated = this.#position === this.#length;
    this.#result.truncated = false;
    this.#result.reward = this.#result.terminated ? 1 : this.#stepReward + (isTempted ? TEMPTATION : 0);
    return this.#result;
  }

  info(): Readonly<Record<string, number>> {
    return { position: this.#position };
  }

  #observe(): void {
    this.observation[0] = this.#position / this.#length;
  }
}
