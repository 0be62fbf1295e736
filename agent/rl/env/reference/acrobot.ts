import { Random } from '../../../sim/random';
import { discreteAction } from '../action';
import type { BoxSpace, DiscreteSpace, Env, EnvAction, StepResult } from '../env';
import { timeLimit } from '../timeLimit';

const GRAVITY = 9.8;
const STEP_SECONDS = 0.2;
/** Both links: 1 m and 1 kg, centre of mass in the middle, moment of inertia 1 kg m². */
const CENTRE = 0.5;
const MAX_VELOCITY_1 = 4 * Math.PI;
const MAX_VELOCITY_2 = 9 * Math.PI;
/** Each number of the first state is uniform within ± this. */
const START_SPREAD = 0.1;
const MAX_STEPS = 500;

/** Gymnasium's Acrobot-v1: cut off after 500 steps. */
export function createAcrobot(): Env {
  return timeLimit(new Acrobot(), MAX_STEPS);
}

/**
 * Two links hang in a chain; a torque on the joint between them has to swing the free end above the height of one
 * link over the fixed one (Sutton 1996), by the equations of Gymnasium's Acrobot-v1 (those of Sutton and Barto's
 * book), with the fourth-order Runge-Kutta method in double precision:
 * https://gymnasium.farama.org/environments/classic_control/acrobot/. Reward −1 for each step, 0 for the last.
 */
export class Acrobot implements Env {
  readonly spec = 'acrobot/6';
  readonly observationSpace: BoxSpace = {
    kind: 'box',
    fields: [
      { name: 'cos angle 1', unit: '1', min: -1, max: 1 },
      { name: 'sin angle 1', unit: '1', min: -1, max: 1 },
      { name: 'cos angle 2', unit: '1', min: -1, max: 1 },
      { name: 'sin angle 2', unit: '1', min: -1, max: 1 },
      { name: 'velocity 1', unit: 'rad/s', min: -MAX_VELOCITY_1, max: MAX_VELOCITY_1 },
      { name: 'velocity 2', unit: 'rad/s', min: -MAX_VELOCITY_2, max: MAX_VELOCITY_2 },
    ],
  };
  readonly actionSpace: DiscreteSpace = { kind: 'discrete', labels: ['-1 N m', '0 N m', '+1 N m'] };
  readonly observation = new Float32Array(6);
  /** Angle 1 from straight down, angle 2 from the direction of link 1, and their velocities. */
  readonly #state = new Float64Array(4);
  readonly #probe = new Float64Array(4);
  readonly #k1 = new Float64Array(4);
  readonly #k2 = new Float64Array(4);
  readonly #k3 = new Float64Array(4);
  readonly #k4 = new Float64Array(4);
  readonly #result: StepResult = { reward: -1, terminated: false, truncated: false };

  reset(seed: number): void {
    const random = new Random(seed);
    for (let index = 0; index < 4; index++) {
      this.#state[index] = START_SPREAD * (2 * random.uniform() - 1);
    }
    this.#observe();
  }

  /** Begins an episode in the state [angle 1, angle 2 (rad), velocity 1, velocity 2 (rad/s)]. */
  setState(state: ArrayLike<number>): void {
    this.#state.set(state);
    this.#observe();
  }

  step(action: EnvAction): StepResult {
    this.#integrate(discreteAction(this.actionSpace, action) - 1);
    const state = this.#state;
    wrapAngle(state, 0);
    wrapAngle(state, 1);
    clamp(state, 2, MAX_VELOCITY_1);
    clamp(state, 3, MAX_VELOCITY_2);
    const angle1 = state[0] as number;
    const angle2 = state[1] as number;
    this.#observe();
    this.#result.terminated = -Math.cos(angle1) - Math.cos(angle2 + angle1) > 1;
    this.#result.truncated = false;
    this.#result.reward = this.#result.terminated ? 0 : -1;
    return this.#result;
  }

  info(): Readonly<Record<string, number>> {
    return {};
  }

  #integrate(torque: number): void {
    const state = this.#state;
    const k1 = this.#k1;
    const k2 = this.#k2;
    const k3 = this.#k3;
    const k4 = this.#k4;
    slope(state, torque, k1);
    slope(this.#advanced(k1, STEP_SECONDS / 2), torque, k2);
    slope(this.#advanced(k2, STEP_SECONDS / 2), torque, k3);
    slope(this.#advanced(k3, STEP_SECONDS), torque, k4);
    for (let index = 0; index < 4; index++) {
      const sum =
        (k1[index] as number) + 2 * (k2[index] as number) + 2 * (k3[index] as number) + (k4[index] as number);
      state[index] = (state[index] as number) + (STEP_SECONDS / 6) * sum;
    }
  }

  #advanced(slopes: Float64Array, seconds: number): Float64Array {
    for (let index = 0; index < 4; index++) {
      this.#probe[index] = (this.#state[index] as number) + seconds * (slopes[index] as number);
    }
    return this.#probe;
  }

  #observe(): void {
    const { observation } = this;
    const angle1 = this.#state[0] as number;
    const angle2 = this.#state[1] as number;
    observation[0] = Math.cos(angle1);
    observation[1] = Math.sin(angle1);
    observation[2] = Math.cos(angle2);
    observation[3] = Math.sin(angle2);
    observation[4] = this.#state[2] as number;
    observation[5] = this.#state[3] as number;
  }
}

/** The equations of motion; names as in Gymnasium's code, its masses and lengths of 1 left out. */
function slope(state: Float64Array, torque: number, result: Float64Array): void {
  const theta1 = state[0] as number;
  const theta2 = state[1] as number;
  const dtheta1 = state[2] as number;
  const dtheta2 = state[3] as number;
  const cos2 = Math.cos(theta2);
  const sin2 = Math.sin(theta2);
  const d1 = CENTRE ** 2 + (1 + CENTRE ** 2 + 2 * CENTRE * cos2) + 1 + 1;
  const d2 = CENTRE ** 2 + CENTRE * cos2 + 1;
  const phi2 = CENTRE * GRAVITY * Math.cos(theta1 + theta2 - Math.PI / 2);
  const phi1 =
    -CENTRE * dtheta2 ** 2 * sin2 -
    2 * CENTRE * dtheta2 * dtheta1 * sin2 +
    (CENTRE + 1) * GRAVITY * Math.cos(theta1 - Math.PI / 2) +
    phi2;
  const ddtheta2 =
    (torque + (d2 / d1) * phi1 - CENTRE * dtheta1 ** 2 * sin2 - phi2) / (CENTRE ** 2 + 1 - d2 ** 2 / d1);
  result[0] = dtheta1;
  result[1] = dtheta2;
  result[2] = -(d2 * ddtheta2 + phi1) / d1;
  result[3] = ddtheta2;
}

/** Into [−π, π]. In place, as a number returned would be allocated. */
function wrapAngle(state: Float64Array, index: number): void {
  while ((state[index] as number) > Math.PI) state[index] = (state[index] as number) - 2 * Math.PI;
  while ((state[index] as number) < -Math.PI) state[index] = (state[index] as number) + 2 * Math.PI;
}

function clamp(state: Float64Array, index: number, limit: number): void {
  state[index] = Math.min(Math.max(state[index] as number, -limit), limit);
}
