import { formatTime } from '../../agent/protocol';
import { formatLatency, formatSigned } from '../format';
import type { Columns } from '../model/series';
import { drawBands, drawLineNames, drawLines } from './drawMarks';
import { EventLane } from './eventLane';
import type { LiveFrame } from './frame';
import type { AxisSpec, ChartSpec, PanelSpec } from './spec';

const MINUTE_MS = 60_000;

const percent = (value: number) => `${value.toFixed(0)} %`;
const finePercent = (value: number) => `${value.toFixed(2)} %`;
const count = (value: number) => value.toFixed(0);
const fromZero = (least: number, max: number | null): [number, number] => [
  0,
  Math.max(least, (max ?? 0) * 1.15),
];

const column =
  (name: Exclude<keyof Columns, 'atMs' | 'rewardTerms'>) =>
  ({ columns }: LiveFrame) =>
    columns[name];

const CHARTS: readonly ChartSpec<LiveFrame>[] = [
  {
    title: 'Latency',
    weight: 34,
    series: [
      {
        values: column('latencyP50Ms'),
        label: 'p50',
        colour: 'latency',
        line: 'thin',
        format: formatLatency,
      },
      {
        values: column('latencyP95Ms'),
        label: 'p95',
        colour: 'latency',
        line: 'main',
        format: formatLatency,
      },
      {
        values: column('latencyP99Ms'),
        label: 'p99',
        colour: 'latencyTail',
        line: 'dashed',
        clipped: true,
        format: formatLatency,
      },
    ],
    limits: ({ slo }) => [{ value: slo.latencyP95Ms, name: 'SLO' }],
    range: (_min, max, limit) => fromZero((limit ?? 0) * 1.6, max),
    formatTick: formatLatency,
  },
  {
    title: 'Errors',
    weight: 16,
    series: [
      {
        values: column('errorPercent'),
        label: 'failed',
        colour: 'errors',
        line: 'main',
        format: finePercent,
      },
    ],
    limits: ({ slo }) => [{ value: slo.errorRate * 100, name: 'SLO' }],
    range: (_min, max, limit) => fromZero((limit ?? 0) * 2, max),
    formatTick: (value) => `${Number(value.toFixed(2))} %`,
  },
  {
    title: 'CPU and memory',
    weight: 20,
    series: [
      { values: column('cpuPercent'), label: 'CPU', colour: 'cpu', line: 'main', format: percent },
      { values: column('memoryPercent'), label: 'memory', colour: 'memory', line: 'dashed', format: percent },
    ],
    range: (_min, max) => [0, Math.max(100, max ?? 0)],
    formatTick: percent,
  },
  {
    title: 'Replicas',
    weight: 15,
    series: [
      {
        values: column('readyReplicas'),
        label: 'ready',
        colour: 'ready',
        line: 'main',
        stepped: true,
        format: count,
      },
      {
        values: column('desiredReplicas'),
        label: 'wanted',
        colour: 'wanted',
        line: 'dashed',
        stepped: true,
        format: count,
      },
    ],
    range: (_min, max) => [0, (max ?? 1) + 1],
    formatTick: count,
    tickStep: 1,
  },
  {
    title: 'Reward',
    weight: 15,
    series: [
      { values: column('reward'), label: 'total', colour: 'reward', line: 'main', format: formatSigned },
    ],
    range: (min, max) => {
      const [low, high] = [Math.min(0, min ?? 0), Math.max(0, max ?? 1)];
      const margin = (high - low || 1) * 0.1;
      return [low - margin, high + margin];
    },
    formatTick: (value) => String(Number(value.toFixed(2))).replace('-', '−'),
    note: ({ columns }, index) => describeTerms(columns.rewardTerms[index] ?? {}),
  },
];

/** The time axis of everything that happens in a cluster. */
export const TIME: AxisSpec = {
  isTime: true,
  marginPixels: 8,
  labels: (values, incrementMs) =>
    values.map((atMs) => (incrementMs < MINUTE_MS ? formatTime(atMs) : formatTime(atMs).slice(0, 5))),
};

/** The charts of a workload, with what happened to it as marks. */
export const LIVE_PANEL: PanelSpec<LiveFrame> = {
  rows: CHARTS.map((chart) => [chart]),
  axis: TIME,
  behind: drawBands,
  before: (plot, scene, chart) => {
    drawLines(plot, scene);
    if (chart === CHARTS[0]) drawLineNames(plot, scene);
  },
  lane: (host, scene) => new EventLane(host, scene, TIME),
};

/** Addends of a reward in one line. */
export function describeTerms(terms: Readonly<Record<string, number>>): string {
  return Object.entries(terms)
    .map(([name, value]) => `${name} ${formatSigned(value)}`)
    .join('   ');
}
