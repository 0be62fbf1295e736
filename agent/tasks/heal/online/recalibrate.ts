import type { Engine } from '../../../rl/engine/network';
import { createActor } from '../../../rl/policy/actor';
import { fitCalibration } from '../../../rl/policy/confidenceCalibration';
import type { PolicyModel } from '../../../rl/policy/policyModel';
import { createHealEnv } from '../../../sim/heal/healEnv';
import { VALIDATION } from '../../../sim/heal/shipping/finishPolicy';
import { playPolicy } from '../../../sim/heal/shipping/playEpisodes';

/** Some two actions in each: enough for a curve. */
const EPISODES = 400;

/**
 * A policy of heal whose parameters have changed, with what its probabilities are worth now: the calibration of the
 * policy that it was made of says nothing of it. The margin stays. A policy without one stays as it is.
 */
export function recalibrated(model: PolicyModel, engine: Engine, episodes = EPISODES): PolicyModel {
  const { calibration, spec, provenance } = model;
  if (!calibration) return model;
  const { idleMargin } = calibration;
  const actor = createActor(model, engine);
  const judged: [number, boolean][] = [];
  try {
    const env = createHealEnv({ ...provenance.env.options, spec });
    const seeds = { first: VALIDATION.first, count: episodes };
    playPolicy(env, actor, idleMargin, seeds, {
      judged: (probability, helped) => judged.push([probability, helped]),
    });
  } finally {
    actor.dispose();
  }
  return judged.length === 0 ? model : { ...model, calibration: fitCalibration(judged, idleMargin) };
}
