import type { ClairvoyantSettings } from './clairvoyant';
import type { HpaSettings } from './hpa';
import { PerPrice } from './perPrice';
import type { PredictiveSettings } from './predictive';
import type { QuantileSettings } from './quantile';

/*
 * Found by `tuneBaselines({ seed: 1_000_000, episodes: 200, … })`: the best of 195, 180, 210 and 245 settings by the mean of J(W) ÷ (1 + mean
 * load), on 200 training episodes over all families and domains. Relative to the tuned HPA there, at W = 5, 20, 80:
 * predictive 0.94, 0.91, 0.89; quantile 0.92, 0.88, 0.85; clairvoyant 0.73, 0.56, 0.46. To be found anew when the model of the workload changes.
 */

export const TUNED_HPA = new PerPrice<HpaSettings>([
  [5, { target: 0.8, tolerance: 0.02, downWindowSeconds: 300 }],
  [20, { target: 0.6, tolerance: 0.02, downWindowSeconds: 600 }],
  [80, { target: 0.45, tolerance: 0.02, downWindowSeconds: 900 }],
]);

export const TUNED_PREDICTIVE = new PerPrice<PredictiveSettings>([
  [5, { target: 0.9, safety: 0.5, trendGain: 0.6, tolerance: 0.1, downWindowSeconds: 60 }],
  [20, { target: 1, safety: 1, trendGain: 1, tolerance: 0.05, downWindowSeconds: 180 }],
  [80, { target: 1, safety: 2, trendGain: 0.6, tolerance: 0.1, downWindowSeconds: 600 }],
]);

export const TUNED_QUANTILE = new PerPrice<QuantileSettings>([
  [5, { quantile: 80, target: 0.8, safety: 0, downWindowSeconds: 0 }],
  [20, { quantile: 95, target: 0.9, safety: 1, downWindowSeconds: 0 }],
  [80, { quantile: 95, target: 1, safety: 3, downWindowSeconds: 0 }],
]);

export const TUNED_CLAIRVOYANT = new PerPrice<ClairvoyantSettings>([
  [5, { target: 0.95, safety: 0.25, downSeconds: 120 }],
  [20, { target: 0.85, safety: 0.25, downSeconds: 120 }],
  [80, { target: 0.85, safety: 0.5, downSeconds: 120 }],
]);
