import type { ScaleView } from '../scaleView';
import type { ScaleBaseline } from './baseline';

/** A rule that scales, in simulation and live alike: it looks only at what a controller may know. */
export interface ScaleRule {
  readonly name: string;
  /** Forgets what it has seen: another workload, or the same one after a long silence. */
  reset(): void;
  /** How many pods it wants next; whoever asks keeps to the bounds. Once per control step. */
  podsWanted(view: ScaleView, violationPrice: number): number;
}

/** The rule as one that plays the env. */
export function asBaseline(rule: ScaleRule): ScaleBaseline {
  return {
    name: rule.name,
    reset: () => rule.reset(),
    decide: ({ model, violationPrice }) => rule.podsWanted(model, violationPrice),
  };
}
