import * as z from 'zod';
import { ACTIVITY_GROUPS } from './model/activity';
import { DecisionRef } from './transport/hostMessage';

/** How much of the past the charts show, in minutes of cluster time. */
export const WINDOWS_MINUTES = [5, 15] as const;

/** The same of the charts of scaling and releases, which have fewer steps and longer stories. */
export const SCALING_MINUTES = [15, 60, 150] as const;

/** How far back recoveries may be counted, in hours of cluster time; 0 for all that is known. */
export const RECOVERY_HOURS = [1, 24, 168, 0] as const;

/** What the middle of the page shows: a workload's charts, its scaling, a release, a calibration, what runs on purpose, a training, or why a decision was made. */
export const PANES = [
  'live',
  'scaling',
  'releases',
  'calibration',
  'chaos',
  'training',
  'explanation',
] as const;
export type Pane = (typeof PANES)[number];

/** What the user has chosen on this page. It survives hiding and reloading. */
export const UiState = z.object({
  workloadId: z.string().nullable().catch(null),
  windowMinutes: z.literal(WINDOWS_MINUTES).catch(5),
  scalingMinutes: z.literal(SCALING_MINUTES).catch(60),
  activityGroup: z.enum(ACTIVITY_GROUPS).catch('all'),
  activityText: z.string().catch(''),
  /** Null: what there is something to see of. */
  pane: z.enum(PANES).nullable().catch(null),
  /** Null: the newest. */
  trainingId: z.string().nullable().catch(null),
  /** Null: what is under way. */
  releaseId: z.string().nullable().catch(null),
  /** Null: that of the shown workload. */
  calibrationId: z.string().nullable().catch(null),
  /** What the frontier has to the right. */
  frontierAxis: z.enum(['pods', 'cost']).catch('pods'),
  /** The arm of the frontier that stands out; null for the recommended one. */
  armName: z.string().nullable().catch(null),
  /** The run of an experiment that is unfolded. */
  runId: z.string().nullable().catch(null),
  /** The event of the lane below the charts that was clicked. */
  selectedId: z.string().nullable().catch(null),
  /** The decision that is explained. */
  decision: DecisionRef.nullable().catch(null),
  /** How far back recoveries are counted, in hours of cluster time; 0 for all that is known. */
  recoveryHours: z.literal(RECOVERY_HOURS).catch(24),
});
export type UiState = z.infer<typeof UiState>;

/** Whatever was stored, with defaults for what is missing or no longer valid. */
export function restoreUiState(stored: unknown): UiState {
  return UiState.parse(typeof stored === 'object' && stored !== null ? stored : {});
}
