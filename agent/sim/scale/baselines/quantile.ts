import type { ScaleBaseline } from './baseline';
import { DownscaleWindow } from './downscaleWindow';
import { ceil } from './hpa';
import { podsFor } from './predictive';
import { asBaseline, type ScaleRule } from './scaleRule';
import { TUNED_QUANTILE } from './tuned';

export interface QuantileSettings {
  /** Which quantile of the rises of the load within a lead time there is room for. */
  quantile: 80 | 95;
  target: number;
  safety: number;
  downWindowSeconds: number;
}

const TOLERANCE = 0.07;

/** Room for the load now and for as much more as it seldom rises within one lead time. */
export function quantileScaleRule(
  name: string,
  settingsFor: (violationPrice: number) => QuantileSettings,
): ScaleRule {
  const window = new DownscaleWindow();
  return {
    name,
    reset: () => window.reset(),
    podsWanted({ estimates, pods: { count: pods } }, violationPrice) {
      const { quantile, target, safety, downWindowSeconds } = settingsFor(violationPrice);
      const { load, rise80, rise95 } = estimates;
      const rise = Math.max(0, quantile === 95 ? rise95.value : rise80.value);
      const wanted = podsFor(load, target, safety) + rise / target;
      const recommended = Math.abs(1 - wanted / pods) <= TOLERANCE ? pods : ceil(wanted);
      return window.stabilise(recommended, pods, downWindowSeconds);
    },
  };
}

export function quantileRule(
  name: string,
  settingsFor: (violationPrice: number) => QuantileSettings,
): ScaleBaseline {
  return asBaseline(quantileScaleRule(name, settingsFor));
}

export const tunedQuantileRule = () =>
  quantileScaleRule('quantile-tuned', (price) => TUNED_QUANTILE.nearest(price));
export const tunedQuantile = () => asBaseline(tunedQuantileRule());
