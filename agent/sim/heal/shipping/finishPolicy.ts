import type { Engine } from '../../../rl/engine/network';
import { FIRST_HELD_OUT_SEED } from '../../../rl/env/env';
import { type Actor, createActor } from '../../../rl/policy/actor';
import { fitCalibration } from '../../../rl/policy/confidenceCalibration';
import { fitInputDistribution } from '../../../rl/policy/inputDistribution';
import type { PolicyModel } from '../../../rl/policy/policyModel';
import { doNothing } from '../baselines/simple';
import { createHealEnv, type HealEnv } from '../healEnv';
import { excessOf, figuresOf } from './figures';
import { type EpisodeInfo, playPolicy, playRule, type SeedRange } from './playEpisodes';

/** Held out of the training, and apart from those that the card's figures are of, which begin at the first one. */
export const VALIDATION: SeedRange = { first: FIRST_HELD_OUT_SEED + 10_000_000, count: 1500 };
export const TEST: SeedRange = { first: FIRST_HELD_OUT_SEED, count: 2000 };
const TEMPTATION: SeedRange = { first: FIRST_HELD_OUT_SEED + 20_000_000, count: 600 };
/** Episodes of the kind that it was trained on. */
const TRAINED: SeedRange = { first: 1, count: 400 };

const MARGINS = [0, 0.5, 1, 1.5, 2, 3];

/**
 * A trained policy with what has to be measured of it after the training: the margin that it is best with, what its
 * probabilities are worth, and what observations it knows. On validation seeds, and the last on those of the training.
 */
export function finishPolicy(model: PolicyModel, engine: Engine): PolicyModel {
  const { options } = model.provenance.env;
  const env = createHealEnv(options);
  const actor = createActor(model, engine);
  try {
    const idleMargin = bestMargin(env, actor, options);
    const judged: [number, boolean][] = [];
    playPolicy(env, actor, idleMargin, VALIDATION, {
      judged: (probability, helped) => judged.push([probability, helped]),
    });
    const inputDistribution = inputsOf(env, actor, idleMargin);
    return { ...model, calibration: fitCalibration(judged, idleMargin), inputDistribution };
  } finally {
    actor.dispose();
  }
}

/**
 * The one with the least recovery time of impactful faults, as a share of that of doing nothing, and the least share of
 * episodes above what is allowed in which it does too much; both weigh the same. Dependency episodes are one in
 * fourteen, too few to tell, so that it plays some more of them.
 */
function bestMargin(env: HealEnv, actor: Actor, options: Readonly<Record<string, unknown>>): number {
  const dependency = createHealEnv({ ...options, faults: ['dependency'], noFaultShare: 0 });
  const nothing: EpisodeInfo[] = playRule(env, doNothing(), VALIDATION);
  const tried = MARGINS.map((margin) => {
    const figures = figuresOf(playPolicy(env, actor, margin, VALIDATION), nothing);
    const tempted = playPolicy(dependency, actor, margin, TEMPTATION);
    const actedOnDependency = tempted.filter(({ acted }) => acted === 1).length / TEMPTATION.count;
    return { margin, cost: figures.ratio + excessOf({ ...figures, actedOnDependency }) };
  });
  const [best] = tried.toSorted((a, b) => a.cost - b.cost);
  return best?.margin ?? 0;
}

function inputsOf(env: HealEnv, actor: Actor, idleMargin: number) {
  const rows: number[] = [];
  playPolicy(env, actor, idleMargin, TRAINED, { observed: (observation) => rows.push(...observation) });
  return fitInputDistribution(Float32Array.from(rows), env.observationSpace.fields.length);
}
