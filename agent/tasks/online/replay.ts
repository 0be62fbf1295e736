import type { Engine } from '../../rl/engine/network';
import type { Random } from '../../sim/random';
import type { Transition } from './experienceStore';
import { type Choices, type CriticSettings, expectation, fitQ, statesOf } from './qCritic';

export interface Comparison {
  /** Mean value of the candidate − that of the policy that it comes from, with a 95 % bootstrap interval. */
  difference: number;
  low: number;
  high: number;
  /** Of what that policy is worth, so that a difference can be judged. */
  worth: number;
  /** Held-out states, or episodes. */
  count: number;
}

/** Resamples of the bootstrap. */
const RESAMPLES = 1000;
/** Share of what the old policy is worth that a new one may lose: what chance does with two runs of the same. */
const TOLERANCE = 0.02;

/**
 * What two policies would be worth in states that were held out of the learning, each by a critic of its own (fitted Q
 * evaluation on the other transitions). Both critics see the same experience, made by neither of the two in its
 * present form: where that never tried what the candidate would do, its worth is an extrapolation, which is why this
 * is one of three checks and not the only one.
 */
export function compareOnReplay(
  { learned, heldOut }: { learned: readonly Transition[]; heldOut: readonly Transition[] },
  { candidate, base }: { candidate: Choices; base: Choices },
  engine: Engine,
  random: Random,
  settings: CriticSettings,
): Comparison {
  const states = statesOf(heldOut);
  const worthOf = (choices: Choices) => {
    const critic = fitQ(learned, choices, settings, engine, random);
    const values = critic.values(states, heldOut.length);
    const chances = choices(states, heldOut.length);
    critic.dispose();
    return heldOut.map((_, row) => expectation(values, chances, row, settings.actions));
  };
  return compared(worthOf(candidate), worthOf(base), random);
}

/** Pair by pair: the same states, or the same episodes. */
export function compared(candidate: readonly number[], base: readonly number[], random: Random): Comparison {
  const differences = candidate.map((value, index) => value - (base[index] ?? 0));
  const means = Array.from({ length: RESAMPLES }, () =>
    meanOf(differences.map(() => differences[random.below(differences.length)] ?? 0)),
  ).sort((a, b) => a - b);
  return {
    difference: meanOf(differences),
    low: means[Math.floor(0.025 * RESAMPLES)] ?? 0,
    high: means[Math.ceil(0.975 * RESAMPLES) - 1] ?? 0,
    worth: meanOf(base),
    count: differences.length,
  };
}

/** Not worse, as far as the data tells: even the low end of the interval loses next to nothing. */
export function isNotWorse({ low, worth }: Comparison): boolean {
  return low >= -TOLERANCE * Math.max(Math.abs(worth), 1e-3);
}

/** Every fifth of the transitions, in blocks of a minute or so, so that neighbours do not stand on both sides. */
export function split(transitions: readonly Transition[]): { learned: Transition[]; heldOut: Transition[] } {
  const learned: Transition[] = [];
  const heldOut: Transition[] = [];
  for (const [index, transition] of transitions.entries()) {
    (Math.floor(index / BLOCK) % FOLDS === FOLDS - 1 ? heldOut : learned).push(transition);
  }
  return { learned, heldOut };
}

const BLOCK = 10;
const FOLDS = 5;

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
