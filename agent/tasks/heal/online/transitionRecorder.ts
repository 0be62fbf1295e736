import type { Transition } from '../../online/experienceStore';

/** As a step of the simulation, in which policies are trained. */
const STEP_MS = 5000;
/** What lies further apart is no step: the loop was paused, or blind. */
const LONGEST_STEP_MS = 4 * STEP_MS;

interface Open {
  state: readonly number[];
  atMs: number;
  action: number;
  rewards: number[];
}

/**
 * Makes transitions of the looks at one workload, which come when they come: a step lasts 5 s, or until the first look
 * after that, and begins anew where an action is carried out, so that the action is the first thing in its step. Its
 * reward is the mean of those of its looks after the first, for a step of 5 s.
 */
export class TransitionRecorder {
  readonly #spec: string;
  readonly #source: string;
  #open: Open | null = null;

  constructor(spec: string, source: string) {
    this.#spec = spec;
    this.#source = source;
  }

  /** Takes in a look. @returns the step that it ends, or null */
  look(values: readonly number[], reward: number, nowMs: number): Transition | null {
    const open = this.#open;
    if (!open || nowMs - open.atMs > LONGEST_STEP_MS) {
      this.#begin(values, nowMs);
      return null;
    }
    open.rewards.push(reward);
    return nowMs - open.atMs < STEP_MS ? null : this.#end(open, values, nowMs);
  }

  /** An action was carried out on what was seen in the last look. */
  acted(action: number): void {
    // The step so far was without one; it is too short to be told.
    if (this.#open) this.#open = { ...this.#open, action, rewards: [] };
  }

  #end(open: Open, nextState: readonly number[], nowMs: number): Transition {
    this.#begin(nextState, nowMs);
    const { state, action, rewards } = open;
    const reward = rewards.reduce((sum, each) => sum + each, 0) / rewards.length;
    return {
      spec: this.#spec,
      state,
      action,
      reward,
      nextState,
      terminated: false,
      source: this.#source,
      atMs: nowMs,
    };
  }

  #begin(state: readonly number[], atMs: number): void {
    this.#open = { state, atMs, action: 0, rewards: [] };
  }
}
