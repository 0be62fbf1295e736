import { leadSeconds, podsNeeded } from '../baselines/clairvoyant';
import { TUNED_CLAIRVOYANT } from '../baselines/tuned';
import type { ScaleModel } from '../scaleModel';

/** A pod that is needed within so long after it can be ready was not wanted too early. */
const EARLY_SECONDS = 300;

/**
 * Whether somebody who knows the load to come would have gone the same way: up, where more pods will be needed soon
 * after they can be ready; down, where those that are left will do until others could be ready.
 */
export function isRightByHindsight(model: ScaleModel, change: number, violationPrice: number): boolean {
  const settings = TUNED_CLAIRVOYANT.nearest(violationPrice);
  const lead = leadSeconds(model);
  const { count } = model.pods;
  if (change > 0) return podsNeeded(model, lead + EARLY_SECONDS, settings) > count;
  return podsNeeded(model, Math.max(lead, settings.downSeconds), settings) <= count + change;
}
