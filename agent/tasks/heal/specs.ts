import type { ObservationSpec } from '../../loop/task';
import { HEAL_RICH } from './rich/richSpec';
import { HEAL_9 } from './spec';

/** What the live loop observes, and policies may be trained for. */
export const HEAL_SPECS: readonly ObservationSpec[] = [HEAL_9, HEAL_RICH];
