import type uPlot from 'uplot';
import type { Frame, Scene } from './frame';
import type { ColourName } from './palette';

/** One of the small multiples. */
export interface ChartSpec<F extends Frame> {
  title: string;
  /** Share of the height. */
  weight: number;
  series: SeriesSpec<F>[];
  /** What the values should keep to or have to reach, drawn as dashed lines with their names. */
  limits?: (frame: F) => readonly Limit[];
  /** The y axis for the values in view (null where there are none) and the greatest limit. */
  range(min: number | null, max: number | null, limit: number | null): [number, number];
  formatTick(value: number): string;
  /** Smallest step between ticks. */
  tickStep?: number;
  /** What the heading says besides, of the values at an index. */
  note?: (frame: F, index: number) => string;
}

export interface Limit {
  value: number;
  name: string;
  /** Of lines that may lie on each other; dimmed, with the name at the left, where absent. */
  colour?: ColourName;
  nameAt?: 'left' | 'right';
}

export interface SeriesSpec<F extends Frame> {
  label: string;
  values(frame: F): readonly (number | null)[];
  colour: ColourName;
  line: 'main' | 'plain' | 'thin' | 'dashed' | 'dots';
  /** Holds its value until the next sample. */
  stepped?: boolean;
  /** Does not stretch the y axis, and may leave the chart at the top: its extremes would flatten the others. */
  clipped?: boolean;
  /** Not measured at every x: lines go across, and the heading says the latest value before the cursor. */
  sparse?: boolean;
  format(value: number): string;
}

/** A column of charts, or several side by side, on one x axis under one cursor. */
export interface PanelSpec<F extends Frame> {
  /** From top to bottom; the charts of a row share its width where there is enough of it. */
  rows: readonly (readonly ChartSpec<F>[])[];
  axis: AxisSpec;
  /** What is drawn behind and before the curves of every chart. */
  behind?: (plot: uPlot, scene: Scene<F>) => void;
  before?: (plot: uPlot, scene: Scene<F>, spec: ChartSpec<F>) => void;
  /** Below all charts, with the labels of the x axis, which the last row has otherwise. */
  lane?: (host: HTMLElement, scene: Scene<F>) => PanelRow;
}

export interface AxisSpec {
  /** Ticks at whole seconds, minutes and hours, of values in milliseconds. */
  isTime: boolean;
  /** Room right of the last tick, whose label is centred below it. */
  marginPixels: number;
  /** @param increment distance of the ticks */
  labels(values: readonly number[], increment: number): string[];
}

/** A part of a panel that is drawn. */
export interface PanelRow {
  readonly plot: uPlot;
  /** New values; drawn when the panel moves the x axis. */
  setData(): void;
  /** The values under the cursor, or the latest. */
  updateLegend(): void;
  /** What is at the cursor is chosen; again, the next of it. */
  choose?(): void;
}
