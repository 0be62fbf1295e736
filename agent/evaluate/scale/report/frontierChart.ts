import { element, escapeText, label, picture, scale, ticksTo } from '../../report/svg';
import type { FrontierPoint } from '../frontier';

export interface FrontierLine {
  label: string;
  /** A class of the page's styles: its colour. */
  className: string;
  /** By price, ascending; one point for an arm that knows no price. */
  points: readonly FrontierPoint[];
}

const WIDTH = 720;
const HEIGHT = 420;
const LEFT = 64;
const RIGHT = 150;
const TOP = 16;
const BOTTOM = 46;
const LABEL_HEIGHT = 14;
/** Below it violations are told as this: a logarithm has no place for none. */
const LEAST_VIOLATED = 1e-4;
const DECADES = [1e-4, 1e-3, 1e-2, 1e-1, 1];

/** Violated load over pods, both per pod of load + 1: further down and to the left is better. */
export function costFrontierChart(title: string, lines: readonly FrontierLine[]): string {
  const all = lines.flatMap(({ points }) => points);
  const pods = all.map((point) => point.pods);
  const least = Math.min(...pods) * 0.97;
  const ticks = ticksTo(Math.max(...pods)).filter((tick) => tick >= least);
  const most = Math.max(Math.max(...pods) * 1.02, ticks.at(-1) ?? 1);
  const violated = all.map((point) => Math.max(LEAST_VIOLATED, point.violated));
  const decades = DECADES.filter(
    (decade) => decade >= Math.min(...violated) / 10 && decade <= Math.max(...violated) * 10,
  );
  const x = scale(least, most, LEFT, WIDTH - RIGHT);
  const inDecades = scale(
    Math.log(decades[0] ?? LEAST_VIOLATED),
    Math.log(decades.at(-1) ?? 1),
    HEIGHT - BOTTOM,
    TOP,
  );
  const y = (value: number) => inDecades(Math.log(Math.max(LEAST_VIOLATED, value)));
  const grid = [
    ...ticks.map(
      (tick) =>
        element('line', { x1: x(tick), x2: x(tick), y1: TOP, y2: HEIGHT - BOTTOM, class: 'grid' }) +
        label(x(tick), HEIGHT - BOTTOM + 16, tick.toFixed(1), 'middle', 'axis'),
    ),
    ...decades.map(
      (decade) =>
        element('line', { x1: LEFT, x2: WIDTH - RIGHT, y1: y(decade), y2: y(decade), class: 'grid' }) +
        label(LEFT - 6, y(decade) + 4, `${Number((100 * decade).toPrecision(1))} %`, 'end', 'axis'),
    ),
  ];
  const drawn = lines.map(({ points, className, label: name }) => drawLine(points, className, name, x, y));
  const axis = label(
    (LEFT + WIDTH - RIGHT) / 2,
    HEIGHT - 8,
    'pods paid for, per pod of load + 1',
    'middle',
    'axis',
  );
  return picture(title, WIDTH, HEIGHT, [...grid, ...drawn, ...labels(lines, y), axis]);
}

function drawLine(
  points: readonly FrontierPoint[],
  className: string,
  name: string,
  x: (value: number) => number,
  y: (value: number) => number,
): string {
  const path = points
    .map(
      ({ pods, violated }, index) =>
        `${index === 0 ? 'M' : 'L'}${x(pods).toFixed(1)} ${y(violated).toFixed(1)}`,
    )
    .join('');
  const line = points.length > 1 ? element('path', { d: path, class: `line ${className}` }) : '';
  const marks = points.map(({ pods, violated, violationPrice }) =>
    element(
      'circle',
      { cx: x(pods), cy: y(violated), r: 4, class: className },
      element('title', {}, escapeText(`${name}, W = ${violationPrice}`)),
    ),
  );
  return line + marks.join('');
}

/** Names at the right, as near to the height of their last points as they go without covering each other. */
function labels(lines: readonly FrontierLine[], y: (value: number) => number): string[] {
  let free = Number.NEGATIVE_INFINITY;
  return lines
    .map((line) => ({ line, at: y(line.points.at(-1)?.violated ?? 1) }))
    .sort((a, b) => a.at - b.at)
    .map(({ line, at }) => {
      const height = Math.max(at, free);
      free = height + LABEL_HEIGHT;
      return (
        element('circle', { cx: WIDTH - RIGHT + 8, cy: height, r: 4, class: line.className }) +
        label(WIDTH - RIGHT + 16, height + 4, line.label, 'start', 'axis')
      );
    });
}
