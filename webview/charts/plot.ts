import type uPlot from 'uplot';
import { formatTime } from '../../agent/protocol';
import type { Scene } from './frame';

const MINUTE_MS = 60_000;

/** Width of the labels on the left, the same in every chart so that their times line up. */
const LABEL_WIDTH = 62;

/** What every chart of the panel has: the time axis, the cursor that all share, room for labels on the left. */
export function plotOptions(
  scene: Scene,
  parts: Pick<uPlot.Options, 'series' | 'hooks'> & {
    y: uPlot.Scale;
    yAxis: uPlot.Axis;
    /** Only the lowest chart writes the times. */
    times: boolean;
  },
): uPlot.Options {
  return {
    // Set by the panel's layout before anything is seen.
    width: 400,
    height: 60,
    ms: 1,
    padding: [7, 8, parts.times ? 0 : 6, 0],
    legend: { show: false },
    select: { show: false, left: 0, top: 0, width: 0, height: 0 },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { size: 7 },
      sync: { key: 'coxswain', scales: ['x', null] },
    },
    scales: {
      x: { time: true, range: () => [scene.frame.nowMs - scene.frame.windowMs, scene.frame.nowMs] },
      y: parts.y,
    },
    axes: [
      {
        size: parts.times ? 20 : 0,
        space: 90,
        font: `11px ${scene.fontFamily}`,
        stroke: () => scene.palette.dim,
        values: parts.times ? timeLabels : (_plot, splits) => splits.map(() => null),
        gap: 2,
        ticks: { show: false },
        grid: { stroke: () => scene.palette.grid, width: 1 },
      },
      {
        scale: 'y',
        size: LABEL_WIDTH,
        font: `11px ${scene.fontFamily}`,
        stroke: () => scene.palette.dim,
        gap: 6,
        ticks: { show: false },
        grid: { stroke: () => scene.palette.grid, width: 1 },
        ...parts.yAxis,
      },
    ],
    series: parts.series,
    ...(parts.hooks && { hooks: parts.hooks }),
  };
}

function timeLabels(
  _plot: uPlot,
  splits: number[],
  _axis: number,
  _space: number,
  incrementMs: number,
): string[] {
  return splits.map((atMs) => (incrementMs < MINUTE_MS ? formatTime(atMs) : formatTime(atMs).slice(0, 5)));
}
