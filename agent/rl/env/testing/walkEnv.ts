import { Random } from '../../../sim/random';
import { boxAction, discreteAction } from '../action';
import type { ActionSpace, BoxSpace, Env, EnvAction, StepResult } from '../env';

const LABELS = ['left', 'stay', 'right'];
const MAX_STEPS = 20;

/**
 * A walk with random gusts, for tests: it ends by itself beyond ±2, and is cut off after 20 steps. Its gusts come from
 * a generator of its own, so that only the same seed and the same actions lead to the same place.
 */
export class WalkEnv implements Env {
  readonly spec = 'walk/2';
  readonly observationSpace: BoxSpace = {
    kind: 'box',
    fields: [
      { name: 'position', unit: 'm', min: -Infinity, max: Infinity },
      { name: 'time', unit: 'steps', min: 0, max: MAX_STEPS },
    ],
  };
  readonly actionSpace: ActionSpace;
  readonly observation = new Float32Array(2);
  readonly result: StepResult = { reward: 0, terminated: false, truncated: false };
  #random = new Random(0);
  #position = 0;
  #steps = 0;

  constructor(actions: 'discrete' | 'box') {
    this.actionSpace =
      actions === 'discrete'
        ? { kind: 'discrete', labels: LABELS }
        : {
            kind: 'box',
            fields: [
              { name: 'push', unit: 'm', min: -1, max: 1 },
              { name: 'brake', unit: 'share', min: 0, max: 1 },
            ],
          };
  }

  reset(seed: number): void {
    this.#random = new Random(seed);
    this.#position = this.#random.uniform() - 0.5;
    this.#steps = 0;
    this.#observe();
  }

  step(action: EnvAction): StepResult {
    this.#position += this.#moveBy(action) + 0.5 * this.#random.gaussian();
    this.#steps++;
    this.#observe();
    this.result.reward = 1 - Math.abs(this.#position);
    this.result.terminated = Math.abs(this.#position) > 2;
    this.result.truncated = !this.result.terminated && this.#steps === MAX_STEPS;
    return this.result;
  }

  info(): Readonly<Record<string, number>> {
    return { 'last position': this.#position };
  }

  #moveBy(action: EnvAction): number {
    if (this.actionSpace.kind === 'discrete') return discreteAction(this.actionSpace, action) - 1;
    const [push, brake] = boxAction(this.actionSpace, action) as unknown as [number, number];
    return push * (1 - brake);
  }

  #observe(): void {
    this.observation[0] = this.#position;
    this.observation[1] = this.#steps;
  }
}
