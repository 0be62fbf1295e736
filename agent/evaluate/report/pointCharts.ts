import type { Interval } from '../../rl/policy/policyModel';
import type { Reliability } from '../heal/reliability';
import { element, label, picture, scale, ticksTo } from './svg';

const SIZE = 320;
const MARGIN = 44;
const TENTHS = [0, 0.2, 0.4, 0.6, 0.8, 1];

/** Share of actions that helped over how sure the policy was; on the diagonal it is as sure as it is right. */
export function reliabilityChart(
  title: string,
  { bins, count }: Pick<Reliability, 'bins' | 'count'>,
): string {
  const x = scale(0, 1, MARGIN, SIZE - 24);
  const y = scale(0, 1, SIZE - MARGIN, 12);
  const grid = TENTHS.map(
    (tick) =>
      element('line', { x1: x(tick), x2: x(tick), y1: y(0), y2: y(1), class: 'grid' }) +
      element('line', { x1: x(0), x2: x(1), y1: y(tick), y2: y(tick), class: 'grid' }) +
      label(x(tick), y(0) + 16, percent(tick), 'middle', 'axis') +
      label(x(0) - 6, y(tick) + 4, percent(tick), 'end', 'axis'),
  );
  const diagonal = element('line', { x1: x(0), y1: y(0), x2: x(1), y2: y(1), class: 'limit' });
  const points = bins.flatMap((bin) => {
    if (bin.confidence === null || bin.helped === null) return [];
    // An area that tells how many there are.
    const radius = 3 + 9 * Math.sqrt(bin.count / Math.max(1, count));
    return element(
      'circle',
      { cx: x(bin.confidence), cy: y(bin.helped), r: radius, class: 'learned' },
      element(
        'title',
        {},
        `${bin.count} actions: ${percent(bin.confidence)} sure, ${percent(bin.helped)} helped`,
      ),
    );
  });
  const axes = [
    label(x(0.5), SIZE - 8, 'confidence', 'middle', 'axis'),
    label(x(0) + 6, y(1) + 12, 'share that helped', 'start', 'axis'),
  ];
  return picture(title, SIZE, SIZE, [...grid, diagonal, ...points, ...axes]);
}

export interface FrontierPoint {
  label: string;
  className: string;
  /** Share of requests within the SLO. */
  quality: Interval;
  /** Replica-hours over the usual. */
  cost: number;
}

const FRONTIER_WIDTH = 720;
const FRONTIER_HEIGHT = 360;
const LEFT = 64;
const RIGHT = 20;
const TOP = 24;
const BOTTOM = 44;
const LABEL_HEIGHT = 15;

/** What costs more than this stands at the edge, with its cost: else all others would be one blot. */
const FARTHEST = 1.06;

/** What is reached over what it costs; left of the line costs are comparable. */
export function frontierChart(title: string, points: readonly FrontierPoint[], mostCost: number): string {
  const worst = Math.max(...points.map(({ quality }) => 1 - quality.low));
  const best = Math.min(...points.map(({ quality }) => 1 - quality.high));
  const losses = ticksTo(worst).filter((tick, _, all) => tick + (all[1] ?? 0) > best);
  const costs = [1, 1.02, 1.04, FARTHEST];
  const bottom = FRONTIER_HEIGHT - BOTTOM;
  const x = scale(1, FARTHEST, LEFT + 8, FRONTIER_WIDTH - RIGHT - 130);
  const y = scale(losses[0] ?? 0, losses.at(-1) ?? 1, TOP, bottom - LABEL_HEIGHT);
  const grid = [
    ...costs.map(
      (tick) =>
        element('line', { x1: x(tick), x2: x(tick), y1: TOP, y2: bottom, class: 'grid' }) +
        label(x(tick), bottom + 16, tick.toFixed(2), 'middle', 'axis'),
    ),
    ...losses.map(
      (tick) =>
        element('line', { x1: LEFT, x2: FRONTIER_WIDTH - RIGHT, y1: y(tick), y2: y(tick), class: 'grid' }) +
        label(LEFT - 6, y(tick) + 4, `${(100 * (1 - tick)).toFixed(1)} %`, 'end', 'axis'),
    ),
  ];
  const limit =
    element('line', { x1: x(mostCost), x2: x(mostCost), y1: TOP - 4, y2: bottom, class: 'limit' }) +
    label(x(mostCost), TOP - 8, `equal cost: up to ${mostCost.toFixed(2)}`, 'middle', 'axis');
  const marks = spreadOut(points.map((point) => ({ point, at: y(1 - point.quality.mean) }))).map((placed) =>
    frontierMark(placed, x, y),
  );
  const axis = label(
    (LEFT + FRONTIER_WIDTH) / 2,
    FRONTIER_HEIGHT - 8,
    'replica-hours over the usual',
    'middle',
    'axis',
  );
  return picture(title, FRONTIER_WIDTH, FRONTIER_HEIGHT, [...grid, limit, ...marks, axis]);
}

type Placed = { point: FrontierPoint; at: number; labelAt: number };

function frontierMark(
  { point, at, labelAt }: Placed,
  x: (value: number) => number,
  y: (value: number) => number,
): string {
  const { label: name, className, cost, quality } = point;
  const cx = x(Math.min(cost, FARTHEST));
  return (
    element('line', { x1: cx, x2: cx, y1: y(1 - quality.high), y2: y(1 - quality.low), class: 'whisker' }) +
    element('circle', { cx, cy: at, r: 5, class: className }) +
    element('line', { x1: cx + 5, y1: at, x2: cx + 16, y2: labelAt, class: 'grid' }) +
    label(cx + 19, labelAt + 4, cost > FARTHEST ? `${name}, at ${cost.toFixed(2)} →` : name)
  );
}

/** Labels one below the other, as near to their points as they go without covering each other. */
function spreadOut(points: readonly Omit<Placed, 'labelAt'>[]): Placed[] {
  let free = Number.NEGATIVE_INFINITY;
  return [...points]
    .sort((a, b) => a.at - b.at)
    .map(({ point, at }) => {
      const labelAt = Math.max(at, free);
      free = labelAt + LABEL_HEIGHT;
      return { point, at, labelAt };
    });
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
