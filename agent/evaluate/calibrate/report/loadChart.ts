import type { Calibration } from '../../../protocol';
import { element, label, picture, scale, ticksTo } from '../../report/svg';

const WIDTH = 720;
const HEIGHT = 180;
const LEFT = 64;
const RIGHT = 12;
const TOP = 22;
const BOTTOM = 36;

/** The load that was replayed; right of the line is what judged. */
export function loadChart({ load, source }: Calibration): string {
  const end = load.at(-1)?.hours ?? 1;
  const rates = ticksTo(Math.max(...load.map(({ requestsPerSecond }) => requestsPerSecond)));
  const x = scale(0, end, LEFT, WIDTH - RIGHT);
  const y = scale(0, rates.at(-1) ?? 1, HEIGHT - BOTTOM, TOP);
  const grid = [
    ...rates.map(
      (rate) =>
        element('line', { x1: LEFT, x2: WIDTH - RIGHT, y1: y(rate), y2: y(rate), class: 'grid' }) +
        label(LEFT - 6, y(rate) + 4, String(rate), 'end', 'axis'),
    ),
    ...ticksTo(end)
      .filter((tick) => tick <= end)
      .map((tick) =>
        label(x(tick), HEIGHT - BOTTOM + 16, String(Number(tick.toPrecision(4))), 'middle', 'axis'),
      ),
  ];
  const points = load.map(
    ({ hours, requestsPerSecond }) => `${x(hours).toFixed(1)} ${y(requestsPerSecond).toFixed(1)}`,
  );
  const boundary = x(source.tunedOnHours);
  return picture('Requests per second over hours', WIDTH, HEIGHT, [
    ...grid,
    element('path', { d: `M${points.join('L')}`, class: 'line rule', 'stroke-width': 1.2 }),
    element('line', { x1: boundary, x2: boundary, y1: TOP - 6, y2: HEIGHT - BOTTOM, class: 'limit' }),
    label(boundary - 6, TOP - 8, 'tunes', 'end', 'axis'),
    label(boundary + 6, TOP - 8, 'judges', 'start', 'axis'),
    label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, 'hours', 'middle', 'axis'),
    label(8, TOP - 8, 'requests/s', 'start', 'axis'),
  ]);
}
