import type { Field } from '../../rl/env/env';
import { observation12 } from './observation12';
import { observation36 } from './observation36';
import type { ScaleView } from './scaleView';

/** A versioned contract of what a policy sees, and of what it can do then. */
export interface ObservationSpec {
  readonly fields: readonly Field[];
  /** Changes of the number of pods to choose from. */
  readonly podChanges: readonly number[];
  /** Fills one number per field, from what a controller may know. */
  write(view: ScaleView, violationPrice: number, observation: Float32Array): void;
}

export const OBSERVATION_SPECS = {
  'scale/12': observation12,
  'scale/36': observation36,
} satisfies Record<string, ObservationSpec>;

type ObservationSpecName = keyof typeof OBSERVATION_SPECS;
export const OBSERVATION_SPEC_NAMES = Object.keys(OBSERVATION_SPECS) as [
  ObservationSpecName,
  ...ObservationSpecName[],
];
