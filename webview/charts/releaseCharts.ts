import { formatLatency } from '../format';
import { BAR_NAMES, oddsText } from '../model/evidence';
import type { VersionColumns } from '../model/releaseSeries';
import { drawBands, drawLineNames, drawLines } from './drawMarks';
import { EventLane } from './eventLane';
import type { ReleaseFrame } from './frame';
import { TIME } from './liveCharts';
import type { ChartSpec, Limit, PanelSpec, SeriesSpec } from './spec';

type Spec = ChartSpec<ReleaseFrame>;
type Series = SeriesSpec<ReleaseFrame>;

const percent = (value: number) => `${Number(value.toFixed(2))} %`;
const perSecond = (value: number) => `${Number(value.toFixed(1))}/s`;

const fromZero =
  (least: number) =>
  (_min: number | null, max: number | null): [number, number] => [0, Math.max(least, (max ?? 0) * 1.15)];

/** Stable and canary beside each other, in two colours and with their names. */
function versions(column: keyof VersionColumns, format: Series['format']): Series[] {
  return [
    {
      values: ({ columns }) => columns.stable[column],
      label: 'stable',
      colour: 'stable',
      line: 'dashed',
      format,
    },
    {
      values: ({ columns }) => columns.canary[column],
      label: 'canary',
      colour: 'canary',
      line: 'main',
      format,
    },
  ];
}

const WEIGHT: Spec = {
  title: 'Weight of the canary',
  weight: 18,
  series: [
    {
      values: ({ columns }) => columns.weight,
      label: 'of the traffic',
      colour: 'weight',
      line: 'main',
      stepped: true,
      format: percent,
    },
  ],
  range: () => [0, 104],
  formatTick: percent,
  note: ({ columns }, index) => columns.decisions[index] ?? '',
};

const ERRORS: Spec = {
  title: 'Errors',
  weight: 18,
  series: versions('errorPercent', percent),
  range: fromZero(1),
  formatTick: percent,
};

const LATENCY: Spec = {
  title: 'Latency p95',
  weight: 18,
  series: versions('latencyP95Ms', formatLatency),
  range: fromZero(50),
  formatTick: formatLatency,
};

const REQUESTS: Spec = {
  title: 'Requests',
  weight: 14,
  series: versions('requestsPerSecond', perSecond),
  range: fromZero(1),
  formatTick: perSecond,
};

const evidence = (side: 'errors' | 'latency', title: string): Spec => ({
  title,
  weight: 32,
  series: [
    {
      values: ({ columns }) => (side === 'errors' ? columns.errorHarm : columns.latencyHarm),
      label: 'harm',
      colour: 'harm',
      line: 'plain',
      format: oddsText,
    },
    {
      values: ({ columns }) => (side === 'errors' ? columns.errorSafety : columns.latencySafety),
      label: 'safety',
      colour: 'safety',
      line: 'dashed',
      format: oddsText,
    },
  ],
  limits: (frame) => barLimits(frame.evidence?.[side]),
  range: (min, max, limit) => [Math.min(-1, (min ?? 0) - 0.3), Math.max(limit ?? 1, max ?? 0) + 0.7],
  // The axis is that of the logarithm: whole powers of ten, written as odds.
  formatTick: oddsText,
  tickStep: 1,
});

/** The bars are often one and the same: their names are at both ends of it. */
function barLimits(side: { harm: { bar: number }; safety: { bar: number } } | undefined): readonly Limit[] {
  if (side === undefined) return [];
  return [
    { value: side.harm.bar, name: BAR_NAMES.harm, colour: 'harm', nameAt: 'left' },
    { value: side.safety.bar, name: BAR_NAMES.safety, colour: 'safety', nameAt: 'right' },
  ];
}

/** The charts of a release, with what became of it as marks. */
export const RELEASE_PANEL: PanelSpec<ReleaseFrame> = {
  rows: [
    [WEIGHT],
    [ERRORS],
    [LATENCY],
    [REQUESTS],
    [evidence('errors', 'Evidence of errors'), evidence('latency', 'Evidence of latency')],
  ],
  axis: TIME,
  behind: drawBands,
  before: (plot, scene, chart) => {
    drawLines(plot, scene);
    if (chart === WEIGHT) drawLineNames(plot, scene);
  },
  lane: (host, scene) => new EventLane(host, scene, TIME),
};
