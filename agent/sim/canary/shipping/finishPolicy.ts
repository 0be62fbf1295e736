import type { Engine } from '../../../rl/engine/network';
import { FIRST_HELD_OUT_SEED } from '../../../rl/env/env';
import { type Actor, createActor } from '../../../rl/policy/actor';
import { fitCalibration } from '../../../rl/policy/confidenceCalibration';
import { fitInputDistribution } from '../../../rl/policy/inputDistribution';
import type { PolicyModel } from '../../../rl/policy/policyModel';
import { type CanaryEnv, createCanaryEnv } from '../canaryEnv';
import { type CanaryFigures, figuresOf } from './figures';
import { byPolicy, byTheClock, playReleases, type SeedRange } from './playReleases';

/** Held out of the training, and apart from those that the card's figures are of. */
export const VALIDATION: SeedRange = { first: FIRST_HELD_OUT_SEED + 10_000_000, count: 2000 };
export const TEST: SeedRange = { first: FIRST_HELD_OUT_SEED, count: 4000 };
/** Releases of the kind that it was trained on. */
const TRAINED: SeedRange = { first: 1, count: 400 };
/** Neighbouring observations are alike: each so many-th is enough. */
const OBSERVED_EVERY = 3;

const MARGINS = [0, 0.25, 0.5, 0.85];

/** What a training is worth, to choose between several: on validation releases. */
export interface ValidatedPolicy {
  policy: PolicyModel;
  figures: CanaryFigures;
}

/**
 * A trained policy with what has to be measured of it after the training: the margin that it is best with, what its
 * probabilities are worth, and what observations it knows. On validation seeds, and the last on those of the training.
 */
export function finishPolicy(model: PolicyModel, engine: Engine): ValidatedPolicy {
  const env = createCanaryEnv(model.provenance.env.options);
  const actor = createActor(model, engine);
  try {
    const fixed = figuresOf(playReleases(env, byTheClock, VALIDATION));
    const judged = MARGINS.map((margin) => judgeMargin(env, actor, margin));
    const best = leastExposure(judged, fixed);
    const calibration = fitCalibration(best.judged, best.margin);
    const inputDistribution = inputsOf(env, actor, best.margin);
    return { policy: { ...model, calibration, inputDistribution }, figures: best.figures };
  } finally {
    actor.dispose();
  }
}

function judgeMargin(env: CanaryEnv, actor: Actor, margin: number) {
  const judged: [number, boolean][] = [];
  const play = byPolicy(actor, margin, {
    judged: (probability, harmless) => judged.push([probability, harmless]),
  });
  return { margin, figures: figuresOf(playReleases(env, play, VALIDATION)), judged };
}

/** How much more of each may be wrong or left undecided than with fixed steps. */
const ROOM = { falsePromotion: 0.005, falseRollback: 0.005, undecidedBad: 0.02, undecidedGood: 0.02 };
/** How much later than they it may promote, as a share of their time; ten per cent more are as bad as one point. */
const MOST_DELAY = 0.3;
const DELAY_COST = 0.1;

/** The one that exposes least, of those that err no more than fixed steps; of all the one that errs least. */
export function leastExposure<T extends { figures: CanaryFigures }>(
  judged: readonly T[],
  fixed: CanaryFigures,
): T {
  const excess = ({ figures }: T) => excessOf(figures, fixed);
  const [best] = judged.toSorted(
    (a, b) => excess(a) - excess(b) || a.figures.harmSeconds - b.figures.harmSeconds,
  );
  if (!best) throw new RangeError('nothing was judged');
  return best;
}

/** By how much wrong and missing verdicts, and the time to a promotion, are above those of fixed steps; 0 where not. */
export function excessOf(figures: CanaryFigures, fixed: CanaryFigures): number {
  const delay = figures.medianPromoteMinutes / Math.max(1, fixed.medianPromoteMinutes) - 1;
  const late = DELAY_COST * Math.max(0, delay - MOST_DELAY);
  return (Object.keys(ROOM) as (keyof typeof ROOM)[])
    .map((name) => Math.max(0, figures[name] - fixed[name] - ROOM[name]))
    .reduce((sum, excess) => sum + excess, late);
}

function inputsOf(env: CanaryEnv, actor: Actor, idleMargin: number) {
  const rows: number[] = [];
  let looks = 0;
  const play = byPolicy(actor, idleMargin, {
    observed: (observation) => {
      if (looks++ % OBSERVED_EVERY === 0) rows.push(...observation);
    },
  });
  playReleases(env, play, TRAINED);
  return fitInputDistribution(Float32Array.from(rows), env.observationSpace.fields.length);
}
