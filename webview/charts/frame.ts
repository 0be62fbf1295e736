import type { Slo } from '../../agent/protocol';
import type { Bar, Marks } from '../model/marks';
import type { Columns, Span } from '../model/series';
import type { TrainingColumns } from '../model/trainingSeries';
import type { Palette } from './palette';

/** What all charts of a panel share at one moment, whatever their x axis is. */
export interface Frame {
  /** Ascending; every series has as many values. */
  xs: number[];
  /** What is in view. */
  xRange: [from: number, to: number];
}

/** A workload in the last minutes, by cluster time. */
export interface LiveFrame extends Frame {
  columns: Columns;
  spansWithoutData: readonly Span[];
  marks: Marks;
  slo: Slo;
  /** Cluster time at the right edge. */
  nowMs: number;
  /** Id of the bar that the user has chosen, or null. */
  selectedId: string | null;
  /** The user chooses a bar, or none. */
  select(bar: Bar | null): void;
}

/** A training from its first step to its last, by env steps. */
export interface TrainingFrame extends Frame {
  columns: TrainingColumns;
  /** What a policy of the task has to beat, as far as it is known. */
  baseline: { name: string; mean: number } | null;
}

/** A frame with its colours, read by the drawing hooks at each redraw. */
export interface Scene<F extends Frame = Frame> {
  frame: F;
  palette: Palette;
  fontFamily: string;
}
