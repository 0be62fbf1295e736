import { Random } from '../../../sim/random';
import { discreteAction } from '../action';
import type { BoxSpace, DiscreteSpace, Env, EnvAction, StepResult } from '../env';
import { timeLimit } from '../timeLimit';

const GRAVITY = 9.8;
const CART_MASS = 1;
const POLE_MASS = 0.1;
const TOTAL_MASS = POLE_MASS + CART_MASS;
/** Half the pole's length. */
const LENGTH = 0.5;
const POLE_MASS_LENGTH = POLE_MASS * LENGTH;
const FORCE = 10;
const STEP_SECONDS = 0.02;
const ANGLE_LIMIT = (12 * 2 * Math.PI) / 360;
const POSITION_LIMIT = 2.4;
/** Each number of the first state is uniform within ± this. */
const START_SPREAD = 0.05;
const MAX_STEPS = 500;

/** Gymnasium's CartPole-v1: cut off after 500 steps. */
export function createCartPole(): Env {
  return timeLimit(new CartPole(), MAX_STEPS);
}

/**
 * A pole on a cart is kept upright by pushing the cart left or right (Barto, Sutton and Anderson 1983), by the
 * equations of Gymnasium's CartPole-v1 in its order of operations, with Euler's method in double precision:
 * https://gymnasium.farama.org/environments/classic_control/cart_pole/. Reward 1 for each step, the last one too.
 */
export class CartPole implements Env {
  readonly spec = 'cartpole/4';
  readonly observationSpace: BoxSpace = {
    kind: 'box',
    fields: [
      { name: 'cart position', unit: 'm', min: -2 * POSITION_LIMIT, max: 2 * POSITION_LIMIT },
      { name: 'cart velocity', unit: 'm/s', min: -Infinity, max: Infinity },
      { name: 'pole angle', unit: 'rad', min: -2 * ANGLE_LIMIT, max: 2 * ANGLE_LIMIT },
      { name: 'pole velocity', unit: 'rad/s', min: -Infinity, max: Infinity },
    ],
  };
  readonly actionSpace: DiscreteSpace = { kind: 'discrete', labels: ['left', 'right'] };
  readonly observation = new Float32Array(4);
  readonly #state = new Float64Array(4);
  readonly #result: StepResult = { reward: 1, terminated: false, truncated: false };

  reset(seed: number): void {
    const random = new Random(seed);
    for (let index = 0; index < 4; index++) {
      this.#state[index] = START_SPREAD * (2 * random.uniform() - 1);
    }
    this.observation.set(this.#state);
  }

  /** Begins an episode in the state [position m, velocity m/s, angle rad, angular velocity rad/s]. */
  setState(state: ArrayLike<number>): void {
    this.#state.set(state);
    this.observation.set(this.#state);
  }

  step(action: EnvAction): StepResult {
    const force = discreteAction(this.actionSpace, action) === 1 ? FORCE : -FORCE;
    const state = this.#state;
    const position = state[0] as number;
    const velocity = state[1] as number;
    const angle = state[2] as number;
    const angularVelocity = state[3] as number;
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    const push = (force + POLE_MASS_LENGTH * (angularVelocity * angularVelocity) * sin) / TOTAL_MASS;
    const angularAcceleration =
      (GRAVITY * sin - cos * push) / (LENGTH * (4 / 3 - (POLE_MASS * (cos * cos)) / TOTAL_MASS));
    const acceleration = push - (POLE_MASS_LENGTH * angularAcceleration * cos) / TOTAL_MASS;

    state[0] = position + STEP_SECONDS * velocity;
    state[1] = velocity + STEP_SECONDS * acceleration;
    state[2] = angle + STEP_SECONDS * angularVelocity;
    state[3] = angularVelocity + STEP_SECONDS * angularAcceleration;
    this.observation.set(state);
    this.#result.terminated =
      Math.abs(state[0] as number) > POSITION_LIMIT || Math.abs(state[2] as number) > ANGLE_LIMIT;
    this.#result.truncated = false;
    return this.#result;
  }

  info(): Readonly<Record<string, number>> {
    return {};
  }
}
