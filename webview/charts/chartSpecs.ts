import type { Slo } from '../../agent/protocol';
import { formatLatency, formatSigned } from '../format';
import type { Columns } from '../model/series';
import type { ColourName } from './palette';

/** One of the small multiples. */
export interface ChartSpec {
  title: string;
  /** Share of the height. */
  weight: number;
  series: SeriesSpec[];
  /** The objective, drawn as a dashed line. */
  limit?: (slo: Slo) => number;
  /** The y axis for the values in view (null where there are none) and the objective. */
  range(min: number | null, max: number | null, limit: number): [number, number];
  formatTick(value: number): string;
  /** Smallest step between ticks. */
  tickStep?: number;
}

export interface SeriesSpec {
  column: Exclude<keyof Columns, 'atMs' | 'rewardTerms'>;
  label: string;
  colour: ColourName;
  line: 'main' | 'thin' | 'dashed';
  /** Holds its value until the next sample. */
  stepped?: boolean;
  /** Does not stretch the y axis, and may leave the chart at the top: its extremes would flatten the others. */
  clipped?: boolean;
  format(value: number): string;
}

const percent = (value: number) => `${value.toFixed(0)} %`;
const finePercent = (value: number) => `${value.toFixed(2)} %`;
const count = (value: number) => value.toFixed(0);
const fromZero = (least: number, max: number | null): [number, number] => [
  0,
  Math.max(least, (max ?? 0) * 1.15),
];

export const CHARTS: readonly ChartSpec[] = [
  {
    title: 'Latency',
    weight: 34,
    series: [
      { column: 'latencyP50Ms', label: 'p50', colour: 'latency', line: 'thin', format: formatLatency },
      { column: 'latencyP95Ms', label: 'p95', colour: 'latency', line: 'main', format: formatLatency },
      {
        column: 'latencyP99Ms',
        label: 'p99',
        colour: 'latencyTail',
        line: 'dashed',
        clipped: true,
        format: formatLatency,
      },
    ],
    limit: (slo) => slo.latencyP95Ms,
    range: (_min, max, limit) => fromZero(limit * 1.6, max),
    formatTick: formatLatency,
  },
  {
    title: 'Errors',
    weight: 16,
    series: [
      { column: 'errorPercent', label: 'failed', colour: 'errors', line: 'main', format: finePercent },
    ],
    limit: (slo) => slo.errorRate * 100,
    range: (_min, max, limit) => fromZero(limit * 2, max),
    formatTick: (value) => `${Number(value.toFixed(2))} %`,
  },
  {
    title: 'CPU and memory',
    weight: 20,
    series: [
      { column: 'cpuPercent', label: 'CPU', colour: 'cpu', line: 'main', format: percent },
      { column: 'memoryPercent', label: 'memory', colour: 'memory', line: 'dashed', format: percent },
    ],
    range: (_min, max) => [0, Math.max(100, max ?? 0)],
    formatTick: percent,
  },
  {
    title: 'Replicas',
    weight: 15,
    series: [
      {
        column: 'readyReplicas',
        label: 'ready',
        colour: 'ready',
        line: 'main',
        stepped: true,
        format: count,
      },
      {
        column: 'desiredReplicas',
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
    series: [{ column: 'reward', label: 'total', colour: 'reward', line: 'main', format: formatSigned }],
    range: (min, max) => {
      const [low, high] = [Math.min(0, min ?? 0), Math.max(0, max ?? 1)];
      const margin = (high - low || 1) * 0.1;
      return [low - margin, high + margin];
    },
    formatTick: (value) => String(Number(value.toFixed(2))).replace('-', '−'),
  },
];
