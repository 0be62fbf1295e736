import type { Slo } from '../../agent/protocol';
import type { Marks } from '../model/marks';
import type { Columns, Span } from '../model/series';
import type { Palette } from './palette';

/** What all charts of the panel share at one moment. */
export interface Frame {
  columns: Columns;
  spansWithoutData: readonly Span[];
  marks: Marks;
  slo: Slo;
  /** Cluster time at the right edge, and how much of the past is shown. */
  nowMs: number;
  windowMs: number;
}

/** A frame with its colours, read by the drawing hooks at each redraw. */
export interface Scene {
  frame: Frame;
  palette: Palette;
  fontFamily: string;
}
