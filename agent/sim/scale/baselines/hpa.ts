import type { ScaleModel } from '../scaleModel';
import type { ScaleBaseline } from './baseline';
import { DownscaleWindow } from './downscaleWindow';
import { TUNED_HPA } from './tuned';

export interface HpaSettings {
  /** CPU utilisation to hold, 0…1. */
  target: number;
  /** Relative distance from the target within which nothing is done. */
  tolerance: number;
  downWindowSeconds: number;
}

/** Kubernetes' defaults, and the customary 70 %. */
const DEFAULT_HPA: HpaSettings = { target: 0.7, tolerance: 0.1, downWindowSeconds: 300 };

/** The Horizontal Pod Autoscaler v2 on CPU, after its documentation ("Algorithm details"). */
export function hpa(name: string, settingsFor: (violationPrice: number) => HpaSettings): ScaleBaseline {
  const window = new DownscaleWindow();
  return {
    name,
    reset: () => window.reset(),
    decide({ model, violationPrice }) {
      const { target, tolerance, downWindowSeconds } = settingsFor(violationPrice);
      const recommended = hpaRecommendation(model, target, tolerance);
      return window.stabilise(recommended, model.pods.count, downWindowSeconds);
    },
  };
}

export const defaultHpa = () => hpa('hpa-default', () => DEFAULT_HPA);
export const tunedHpa = () => hpa('hpa-tuned', (price) => TUNED_HPA.nearest(price));

/**
 * ceil(pods × CPU ÷ target) within the HPA's rules for pods that have no metrics yet: left out where they do not
 * matter; where they would lead to more pods they are taken to use nothing, and never may turn up into down.
 */
export function hpaRecommendation(model: ScaleModel, target: number, tolerance: number): number {
  const pods = model.pods.count;
  const measured = model.pods.measured(model.seconds);
  if (measured === 0) return pods;
  const ratio = model.metrics.cpu / target;
  if (measured === pods || ratio <= 1) {
    return isWithin(ratio, tolerance) ? pods : ceil(ratio * measured);
  }
  const withIdleOnes = (ratio * measured) / pods;
  if (isWithin(withIdleOnes, tolerance) || withIdleOnes < 1) return pods;
  return ceil(withIdleOnes * pods);
}

function isWithin(ratio: number, tolerance: number): boolean {
  return Math.abs(1 - ratio) <= tolerance;
}

/** Upwards, but not for a rounding error. */
export function ceil(pods: number): number {
  return Math.ceil(pods - 1e-9);
}
