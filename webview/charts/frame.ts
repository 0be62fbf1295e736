import type { EvidenceState, Slo } from '../../agent/protocol';
import type { Bar, Lane, Marks } from '../model/marks';
import type { ReleaseColumns } from '../model/releaseSeries';
import type { ScalingColumns } from '../model/scalingSeries';
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

/** What happened to a workload in the last minutes, by cluster time. */
export interface TimeFrame extends Frame {
  spansWithoutData: readonly Span[];
  marks: Marks;
  /** What the lane of events shows, from top to bottom. */
  lanes: readonly Lane[];
  /** Cluster time at the right edge. */
  nowMs: number;
  /** Id of the bar that the user has chosen, or null. */
  selectedId: string | null;
  /** The user chooses a bar, or none. */
  select(bar: Bar | null): void;
}

/** A workload's health. */
export interface LiveFrame extends TimeFrame {
  columns: Columns;
  slo: Slo;
}

/** A workload's scaling. */
export interface ScalingFrame extends TimeFrame {
  columns: ScalingColumns;
  /** Of costs; empty where it is not known. */
  currency: string;
}

/** A release. */
export interface ReleaseFrame extends TimeFrame {
  columns: ReleaseColumns;
  /** Whose bars are drawn; null where nothing is gathered. */
  evidence: Pick<EvidenceState, 'errors' | 'latency' | 'variant'> | null;
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
