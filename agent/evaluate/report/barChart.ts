import type { Interval } from '../../rl/policy/policyModel';
import { element, label, picture, scale, ticksTo } from './svg';

export interface Bar {
  label: string;
  value: Interval | null;
  /** A class of the page's styles: its colour. */
  className: string;
}

export interface BarChart {
  title: string;
  /** Groups of bars below one heading each; one group without a heading is a plain chart. */
  groups: readonly { heading: string | null; bars: readonly Bar[] }[];
  format(value: number): string;
  /** A line that bars should end before, such as a target. */
  limit?: { value: number; text: string };
}

const WIDTH = 720;
/** Room for the names of bars: at least so much, and by their letters. */
const LEAST_LEFT = 190;
const LETTER = 6.5;
const RIGHT = 130;
const ROW = 22;
const HEADING = 26;
const TOP = 24;
const BOTTOM = 30;

/** Horizontal bars with their intervals and figures. */
export function barChart({ title, groups, format, limit }: BarChart): string {
  const bars = groups.flatMap((group) => group.bars);
  const most = Math.max(limit?.value ?? 0, ...bars.map(({ value }) => value?.high ?? 0));
  const ticks = ticksTo(most);
  const longest = Math.max(0, ...bars.map((bar) => bar.label.length));
  const x = scale(0, ticks.at(-1) ?? 1, Math.max(LEAST_LEFT, longest * LETTER + 16), WIDTH - RIGHT);
  const parts: string[] = [];
  let y = TOP;
  for (const { heading, bars: own } of groups) {
    if (heading !== null) {
      parts.push(label(8, y + HEADING - 9, heading, 'start', 'heading'));
      y += HEADING;
    }
    for (const bar of own) {
      parts.push(drawBar(bar, x, y, format));
      y += ROW;
    }
  }
  const marks = ticks.map(
    (tick) =>
      element('line', { x1: x(tick), x2: x(tick), y1: TOP - 4, y2: y, class: 'grid' }) +
      label(x(tick), y + 18, format(tick), 'middle', 'axis'),
  );
  const line = limit
    ? element('line', { x1: x(limit.value), x2: x(limit.value), y1: TOP - 6, y2: y, class: 'limit' }) +
      label(x(limit.value), TOP - 10, limit.text, 'middle', 'axis')
    : '';
  return picture(title, WIDTH, y + BOTTOM, [...marks, ...parts, line]);
}

function drawBar(
  { label: name, value, className }: Bar,
  x: (value: number) => number,
  y: number,
  format: (value: number) => string,
): string {
  const middle = y + ROW / 2;
  const named = label(x(0) - 8, middle + 4, name, 'end');
  if (value === null) return named + label(x(0) + 4, middle + 4, '–');
  const { mean, low, high } = value;
  const bar = element('rect', {
    x: x(0),
    y: y + 4,
    width: Math.max(0, x(mean) - x(0)),
    height: ROW - 8,
    class: className,
  });
  const whisker = element('path', {
    d: `M${x(low).toFixed(1)} ${middle}H${x(high).toFixed(1)}M${x(low).toFixed(1)} ${middle - 4}v8M${x(high).toFixed(1)} ${middle - 4}v8`,
    class: 'whisker',
  });
  return named + bar + whisker + label(x(high) + 6, middle + 4, format(mean));
}
