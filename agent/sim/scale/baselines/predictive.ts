import type { ScaleEstimates, ScaleView } from '../scaleView';
import type { ScaleBaseline } from './baseline';
import { DownscaleWindow } from './downscaleWindow';
import { ceil } from './hpa';
import { asBaseline, type ScaleRule } from './scaleRule';
import { TUNED_PREDICTIVE } from './tuned';

export interface PredictiveSettings {
  /** Utilisation to hold at the load that is forecast, 0…1. */
  target: number;
  /** β of the safety stock β·√load. */
  safety: number;
  /** How much of the trend over the lead time is believed, 0…1. */
  trendGain: number;
  tolerance: number;
  downWindowSeconds: number;
}

/**
 * Enough pods for the load that Holt's method forecasts one lead time ahead, plus the square-root safety stock of
 * call-centre staffing (Halfin and Whitt, Operations Research 29, 1981).
 */
export function predictiveRule(
  name: string,
  settingsFor: (violationPrice: number) => PredictiveSettings,
): ScaleRule {
  const window = new DownscaleWindow();
  return {
    name,
    reset: () => window.reset(),
    podsWanted(view, violationPrice) {
      const settings = settingsFor(violationPrice);
      const load = forecastLoad(view.estimates, settings.trendGain);
      const recommended = tolerant(view, load, settings);
      return window.stabilise(recommended, view.pods.count, settings.downWindowSeconds);
    },
  };
}

export function predictive(
  name: string,
  settingsFor: (violationPrice: number) => PredictiveSettings,
): ScaleBaseline {
  return asBaseline(predictiveRule(name, settingsFor));
}

export const tunedPredictiveRule = () =>
  predictiveRule('predictive-tuned', (price) => TUNED_PREDICTIVE.nearest(price));
export const tunedPredictive = () => asBaseline(tunedPredictiveRule());

/** Never below the load that there is. */
export function forecastLoad({ load, level, trend, leadSteps }: ScaleEstimates, trendGain: number): number {
  return Math.max(load, level + trendGain * leadSteps * trend);
}

/** Pods at full utilisation for a load, and a stock against chance. */
export function podsFor(load: number, target: number, safety: number): number {
  return load / target + safety * Math.sqrt(load);
}

function tolerant({ pods }: ScaleView, load: number, settings: PredictiveSettings): number {
  const wanted = podsFor(load, settings.target, settings.safety);
  return Math.abs(1 - wanted / pods.count) <= settings.tolerance ? pods.count : ceil(wanted);
}
