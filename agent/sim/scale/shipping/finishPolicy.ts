import type { Engine } from '../../../rl/engine/network';
import { FIRST_HELD_OUT_SEED } from '../../../rl/env/env';
import { type Actor, createActor } from '../../../rl/policy/actor';
import { fitCalibration } from '../../../rl/policy/confidenceCalibration';
import { fitInputDistribution } from '../../../rl/policy/inputDistribution';
import type { PolicyModel } from '../../../rl/policy/policyModel';
import type { ScaleBaseline } from '../baselines/baseline';
import { tunedHpa } from '../baselines/hpa';
import { createScaleEnv, type ScaleEnv } from '../scaleEnv';
import { actionRatio, CARD_PRICES, figuresOf, meanRatio, type ScaleFigures } from './figures';
import { type EpisodeInfo, playPolicy, playRule, type SeedRange, type Witness } from './playEpisodes';

/** Held out of the training, and apart from those that the card's figures are of. Loads of the training's families. */
export const VALIDATION: SeedRange = { first: FIRST_HELD_OUT_SEED + 10_000_000, count: 120 };
export const TEST: SeedRange = { first: FIRST_HELD_OUT_SEED, count: 300 };
/** Episodes of the kind that it was trained on. */
const TRAINED: SeedRange = { first: 1, count: 400 };
/** Four hours. */
const JUDGED_STEPS = 960;
/** Neighbouring observations are alike: each so many-th is enough. */
const OBSERVED_EVERY = 5;

/** Those of a direction that is 1, 1.3, 1.65, 2.3, 3, 4 times as likely as to hold. */
const MARGINS = [0, 0.25, 0.5, 0.85, 1.1, 1.4];
/** Over the tuned HPA's, with some room below the 1.5 that are the target. */
const MOST_ACTIONS = 1.35;

/** What a training is worth, to choose between several: on validation episodes, steps as free as the HPA's. */
export interface ValidatedPolicy {
  policy: PolicyModel;
  figures: readonly ScaleFigures[];
}

/**
 * A trained policy with what has to be measured of it after the training: the margin that it is best with, what its
 * probabilities are worth, and what observations it knows. On validation seeds, and the last on those of the training.
 */
export function finishPolicy(model: PolicyModel, engine: Engine): ValidatedPolicy {
  const actor = createActor(model, engine);
  try {
    const hpa = playedByPrice((env) => playRule(env, tunedHpa(), VALIDATION));
    const judged = MARGINS.map((margin) => judgeMargin(actor, margin, hpa));
    const best = cheapestCalm(judged);
    const calibration = fitCalibration(best.judged, best.margin);
    const inputDistribution = inputsOf(actor, best.margin);
    return { policy: { ...model, calibration, inputDistribution }, figures: best.figures };
  } finally {
    actor.dispose();
  }
}

/** The figures of a policy, or of a rule, that the tuned HPA is compared with on the same episodes, by price. */
export function figuresAt(player: Actor | ScaleBaseline, seeds: SeedRange): ScaleFigures[] {
  const hpa = playedByPrice((env) => playRule(env, tunedHpa(), seeds));
  if (!('model' in player))
    return figuresBeside(
      playedByPrice((env) => playRule(env, player, seeds)),
      hpa,
    );
  const { spec, calibration } = player.model;
  const margin = calibration?.idleMargin ?? 0;
  return figuresBeside(
    playedByPrice((env) => playPolicy(env, player, margin, seeds), spec),
    hpa,
  );
}

/** What was played at each of the prices. */
type Played = readonly (readonly EpisodeInfo[])[];

function playedByPrice(play: (env: ScaleEnv) => EpisodeInfo[], spec = 'scale/36'): Played {
  return CARD_PRICES.map((violationPrice) =>
    play(createScaleEnv({ spec, violationPrice, episodeSteps: JUDGED_STEPS })),
  );
}

function figuresBeside(ours: Played, hpa: Played): ScaleFigures[] {
  return CARD_PRICES.map((violationPrice, index) =>
    figuresOf(ours[index] ?? [], hpa[index] ?? [], violationPrice),
  );
}

interface JudgedMargin {
  margin: number;
  figures: readonly ScaleFigures[];
  judged: [confidence: number, right: boolean][];
}

function judgeMargin(actor: Actor, margin: number, hpa: Played): JudgedMargin {
  const judged: [number, boolean][] = [];
  const witness: Witness = { judged: (confidence, right) => judged.push([confidence, right]) };
  const ours = playedByPrice((env) => playPolicy(env, actor, margin, VALIDATION, witness), actor.model.spec);
  return { margin, figures: figuresBeside(ours, hpa), judged };
}

/** The cheapest of those that do not act too often, or of all the one that acts least. @throws RangeError for none */
export function cheapestCalm<T extends { figures: readonly ScaleFigures[] }>(judged: readonly T[]): T {
  const calm = judged.filter(({ figures }) => actionRatio(figures) <= MOST_ACTIONS);
  const [best] =
    calm.length > 0
      ? calm.toSorted((a, b) => meanRatio(a.figures) - meanRatio(b.figures))
      : judged.toSorted((a, b) => actionRatio(a.figures) - actionRatio(b.figures));
  if (!best) throw new RangeError('nothing was judged');
  return best;
}

/** Under both paces: live it is asked under the guard's. */
function inputsOf(actor: Actor, idleMargin: number) {
  const env = createScaleEnv({ spec: actor.model.spec, pace: 'either' });
  const rows: number[] = [];
  let looks = 0;
  playPolicy(env, actor, idleMargin, TRAINED, {
    observed: (observation) => {
      if (looks++ % OBSERVED_EVERY === 0) rows.push(...observation);
    },
  });
  return fitInputDistribution(Float32Array.from(rows), env.observationSpace.fields.length);
}
