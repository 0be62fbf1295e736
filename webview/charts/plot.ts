import type uPlot from 'uplot';
import type { Scene } from './frame';
import type { AxisSpec } from './spec';

/** Width of the labels on the left, the same in every chart so that their x axes line up. */
const LABEL_WIDTH = 62;
/** Height of the labels below. */
export const AXIS_HEIGHT = 20;

/** What every chart of a panel has: the x axis, the cursor that all share, room for labels on the left. */
export function plotOptions(
  scene: Scene,
  parts: Pick<uPlot.Options, 'series' | 'hooks'> & {
    y: uPlot.Scale;
    yAxis: uPlot.Axis;
    axis: AxisSpec;
    /** Only the lowest charts write what the x axis says. */
    labelled: boolean;
  },
): uPlot.Options {
  const { axis, labelled } = parts;
  return {
    // Set by the panel's layout before anything is seen.
    width: 400,
    height: 60,
    ms: 1,
    padding: [7, axis.marginPixels, labelled ? 0 : 6, 0],
    legend: { show: false },
    select: { show: false, left: 0, top: 0, width: 0, height: 0 },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { size: 7 },
      sync: { key: 'coxswain', scales: ['x', null] },
    },
    scales: {
      x: { time: axis.isTime, range: () => [...scene.frame.xRange] },
      y: parts.y,
    },
    axes: [
      {
        size: labelled ? AXIS_HEIGHT : 0,
        space: 90,
        font: `11px ${scene.fontFamily}`,
        stroke: () => scene.palette.dim,
        values: labelled
          ? (_plot, splits, _axis, _space, increment) => axis.labels(splits, increment)
          : (_plot, splits) => splits.map(() => null),
        gap: 4,
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
