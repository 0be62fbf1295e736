import { OBSERVATION_SPEC_NAMES, OBSERVATION_SPECS } from '../../../sim/scale/observation';
import { CONTROL_STEP_SECONDS } from '../../../sim/scale/units';
import type { Transition } from '../../online/experienceStore';
import { type ScaleLook, type ScaleSpecName, seenBy } from '../live/policies/policy';
import { type StepChange, stepReward } from '../live/stepReward';

/** Looks that lie nearer to each other, or further apart, are no control step, as far as a share of one. */
const MOST_DEVIATION = 0.5;

interface Open {
  atMs: number;
  violationPrice: number;
  states: ReadonlyMap<ScaleSpecName, readonly number[]>;
}

/**
 * Makes transitions of the looks at one workload, one per control step and contract. The action is what was really done
 * to the number of pods between two looks; the reward is the live scaler's at the second one, under the price in force.
 * No step is told whose change the contract has no action for, in which the price was moved, which a fault or an
 * incident has disturbed, or which is not one control step long.
 */
export class StepRecorder {
  readonly #source: string;
  #open: Open | null = null;

  constructor(source: string) {
    this.#source = source;
  }

  /** What comes next is no step from what was seen last. */
  interrupted(): void {
    this.#open = null;
  }

  /** Takes in a look. @returns the steps that it ends, one per contract that can express it */
  look(look: ScaleLook, step: StepChange): Transition[] {
    const before = this.#open;
    const states = new Map(OBSERVATION_SPEC_NAMES.map((spec) => [spec, seenBy(spec, look).values] as const));
    const { nowMs: atMs, violationPrice, disturbance } = look;
    const now = { atMs, violationPrice, states };
    this.#open = disturbance === null ? now : null;
    if (before === null || disturbance !== null || !isOneStep(before, now)) return [];
    return OBSERVATION_SPEC_NAMES.flatMap((spec) => {
      const action = OBSERVATION_SPECS[spec].podChanges.indexOf(step.change);
      const [state, nextState] = [before.states.get(spec), states.get(spec)];
      if (action < 0 || !state || !nextState) return [];
      const { total: reward } = stepReward(look.view, violationPrice, step, spec);
      if (![reward, ...state, ...nextState].every(Number.isFinite)) return [];
      return [{ spec, state, action, reward, nextState, terminated: false, source: this.#source, atMs }];
    });
  }
}

function isOneStep(before: Open, { atMs, violationPrice }: Open): boolean {
  const steps = (atMs - before.atMs) / (CONTROL_STEP_SECONDS * 1000);
  return Math.abs(steps - 1) <= MOST_DEVIATION && violationPrice === before.violationPrice;
}
