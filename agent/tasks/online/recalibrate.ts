import type { Engine } from '../../rl/engine/network';
import { type Actor, createActor } from '../../rl/policy/actor';
import { fitCalibration } from '../../rl/policy/confidenceCalibration';
import type { PolicyModel } from '../../rl/policy/policyModel';

/** Plays episodes of the simulator, and tells of each action its probability and whether it was right. */
export type PlayJudged = (
  actor: Actor,
  idleMargin: number,
  judged: (probability: number, wasRight: boolean) => void,
) => void;

/**
 * A policy whose parameters have changed, with what its probabilities are worth now: the calibration of the policy that
 * it was made of says nothing of it. The margin stays. A policy without one stays as it is.
 */
export function recalibrated(model: PolicyModel, engine: Engine, play: PlayJudged): PolicyModel {
  const { calibration } = model;
  if (!calibration) return model;
  const { idleMargin } = calibration;
  const actor = createActor(model, engine);
  const all: [number, boolean][] = [];
  try {
    play(actor, idleMargin, (probability, wasRight) => all.push([probability, wasRight]));
  } finally {
    actor.dispose();
  }
  return all.length === 0 ? model : { ...model, calibration: fitCalibration(all, idleMargin) };
}
