import { podCapacity } from '../domain';
import type { ScaleModel } from '../scaleModel';
import type { ScaleBaseline } from './baseline';
import { ceil } from './hpa';
import { podsFor } from './predictive';
import { TUNED_CLAIRVOYANT } from './tuned';

export interface ClairvoyantSettings {
  /** Utilisation at the greatest load to come, 0…1. */
  target: number;
  /** β of the safety stock β·√load: it knows rates, not when each request comes. */
  safety: number;
  /** It scales down only to what it will need within so long, so that it does not pay for turning back. */
  downSeconds: number;
}

/** A pod may take a quarter longer than the mean to start, and is wanted at the step before. */
const LONGEST_STARTUP = 1.25;
const LOOK_SECONDS = 5;

/**
 * A bound, no controller: knows the load to come, and has just as many pods ready when they are needed. What is
 * missing to the true optimum is what nobody can know: arrivals one by one, drift, and start-up times.
 */
export function clairvoyant(
  name: string,
  settingsFor: (violationPrice: number) => ClairvoyantSettings,
): ScaleBaseline {
  return {
    name,
    reset() {},
    decide({ model, violationPrice }) {
      const settings = settingsFor(violationPrice);
      const lead = leadSeconds(model);
      const { count } = model.pods;
      const wanted = podsNeeded(model, lead, settings);
      if (wanted >= count) return wanted;
      return Math.min(count, podsNeeded(model, Math.max(lead, settings.downSeconds), settings));
    },
  };
}

export const tunedClairvoyant = () => clairvoyant('clairvoyant', (price) => TUNED_CLAIRVOYANT.nearest(price));

/** Until a pod that is wanted now is surely ready. */
export function leadSeconds({ domain }: ScaleModel): number {
  return domain.startupSeconds * LONGEST_STARTUP + LOOK_SECONDS;
}

/** For the greatest load within so long from now. */
export function podsNeeded(
  model: ScaleModel,
  withinSeconds: number,
  { target, safety }: ClairvoyantSettings,
): number {
  return ceil(podsFor(greatestLoad(model, withinSeconds), target, safety));
}

/** In pods at full utilisation, within so long from now; nothing comes after the episode. */
function greatestLoad({ rates, seconds, domain }: ScaleModel, withinSeconds: number): number {
  const end = Math.min(rates.length, seconds + withinSeconds);
  let most = 0;
  for (let second = seconds; second < end; second += LOOK_SECONDS) {
    const rate = rates[second] as number;
    if (rate > most) most = rate;
  }
  return most / podCapacity(domain);
}
