import * as z from 'zod';
import { ACTIVITY_GROUPS } from './model/activity';

/** How much of the past the charts show, in minutes of cluster time. */
export const WINDOWS_MINUTES = [5, 15] as const;

/** What the middle of the page shows: a workload's charts, or a training's. */
export const PANES = ['live', 'training'] as const;
export type Pane = (typeof PANES)[number];

/** What the user has chosen on this page. It survives hiding and reloading. */
export const UiState = z.object({
  workloadId: z.string().nullable().catch(null),
  windowMinutes: z.literal(WINDOWS_MINUTES).catch(5),
  activityGroup: z.enum(ACTIVITY_GROUPS).catch('all'),
  activityText: z.string().catch(''),
  /** Null: what there is something to see of. */
  pane: z.enum(PANES).nullable().catch(null),
  /** Null: the newest. */
  trainingId: z.string().nullable().catch(null),
});
export type UiState = z.infer<typeof UiState>;

/** Whatever was stored, with defaults for what is missing or no longer valid. */
export function restoreUiState(stored: unknown): UiState {
  return UiState.parse(typeof stored === 'object' && stored !== null ? stored : {});
}
