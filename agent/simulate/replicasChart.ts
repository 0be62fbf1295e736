import { element, label, picture, scale, ticksTo } from '../evaluate/report/svg';
import type { Arrangement } from './arrangement';
import type { Outcome } from './outcome';

const WIDTH = 720;
const HEIGHT = 260;
const LEFT = 44;
const RIGHT = 12;
const TOP = 26;
const BOTTOM = 34;

const COLOURS: Readonly<Record<Arrangement, string>> = { hpa: 'var(--rule)', learned: 'var(--learned)' };

/** Ready replicas of each arrangement against the load in pods at full CPU. */
export function replicasChart(outcomes: readonly Outcome[]): string {
  const lines = outcomes.map(({ arrangement, points }) => ({
    colour: COLOURS[arrangement],
    values: points.map((point) => ({ seconds: point.seconds, value: point.readyReplicas })),
  }));
  const demand = (outcomes[0]?.points ?? []).map(({ seconds, demandPods }) => ({
    seconds,
    value: demandPods,
  }));
  return chart('Ready replicas against demand', 'pods', lines, demand);
}

/** Share of requests that were late or failed, in percent. */
export function violationsChart(outcomes: readonly Outcome[]): string {
  const lines = outcomes.map(({ arrangement, points }) => ({
    colour: COLOURS[arrangement],
    values: points.map((point) => ({ seconds: point.seconds, value: 100 * point.violatedShare })),
  }));
  return chart('Requests late or failed', '%', lines, []);
}

interface Point {
  seconds: number;
  value: number;
}

interface Line {
  colour: string;
  values: readonly Point[];
}

function chart(title: string, unit: string, lines: readonly Line[], area: readonly Point[]): string {
  const all = [...area, ...lines.flatMap(({ values }) => values)];
  const ticks = ticksTo(Math.max(1, ...all.map(({ value }) => value)));
  const bottom = HEIGHT - BOTTOM;
  const lastSecond = Math.max(60, ...all.map(({ seconds }) => seconds));
  const minutes = ticksTo(lastSecond / 60).filter((minute) => 60 * minute <= lastSecond);
  const x = scale(0, lastSecond, LEFT, WIDTH - RIGHT);
  const y = scale(0, ticks.at(-1) ?? 1, bottom, TOP);
  const path = (points: readonly Point[]) =>
    points.map(({ seconds, value }) => `${x(seconds).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  const parts = [
    ...ticks.map(
      (tick) =>
        element('line', { class: 'grid', x1: LEFT, x2: WIDTH - RIGHT, y1: y(tick), y2: y(tick) }) +
        label(LEFT - 6, y(tick) + 4, String(tick), 'end', 'axis'),
    ),
    ...minutes.map((minute) => label(x(60 * minute), bottom + 16, String(minute), 'middle', 'axis')),
    label(WIDTH - RIGHT, HEIGHT - 4, 'minutes', 'end', 'axis'),
    label(LEFT - 6, TOP - 14, unit, 'end', 'axis'),
  ];
  const [first, last] = [area[0], area.at(-1)];
  if (first && last) {
    const points = `${x(first.seconds)},${bottom} ${path(area)} ${x(last.seconds)},${bottom}`;
    parts.push(element('polygon', { points, class: 'comparison', 'fill-opacity': 0.35 }));
  }
  for (const { colour, values } of lines) {
    const style = `fill:none;stroke:${colour};stroke-width:2;stroke-linejoin:round`;
    parts.push(element('polyline', { points: path(values), style }));
  }
  return picture(title, WIDTH, HEIGHT, parts);
}
