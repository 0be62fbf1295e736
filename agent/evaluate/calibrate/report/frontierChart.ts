import type { Calibration, FrontierPoint } from '../../../protocol';
import { element, escapeText, label, picture, scale, ticksTo } from '../../report/svg';

type Arm = Calibration['arms'][number];

const WIDTH = 720;
const HEIGHT = 420;
const LEFT = 64;
const RIGHT = 170;
const TOP = 40;
const BOTTOM = 44;
const LABEL_HEIGHT = 15;

/** Classes of the page's styles. */
const COLOURS: Readonly<Record<Arm['role'], string>> = {
  current: 'comparison',
  'tuned-hpa': 'rule',
  rule: 'rule',
  learned: 'learned',
  bound: 'bound',
  comparison: 'comparison',
};

/** Arms of one colour are told apart by their lines. */
const DASHES = ['', '6 3', '2 3', '8 3 2 3', '12 4', '1 5'];

/**
 * Violations over pods, one line for each arm, its points labelled by the price. The scale of violations is that of
 * their square root: near 0, where the choice is, there is the most room.
 */
export function frontierChart({ arms, recommendation }: Calibration): string {
  const points = arms.flatMap((arm) => arm.points);
  const pods = points.map(({ meanPods }) => meanPods.mean);
  const margin = 0.05 * (Math.max(...pods) - Math.min(...pods)) || 1;
  const x = scale(Math.min(...pods) - margin, Math.max(...pods) + margin, LEFT, WIDTH - RIGHT);
  const worst = Math.max(1e-4, ...points.map(({ violatedShare }) => violatedShare.mean));
  const root = scale(0, Math.sqrt(worst), HEIGHT - BOTTOM, TOP);
  const y = (share: number) => root(Math.sqrt(Math.max(0, share)));
  const lines = arms.map((arm, index) =>
    armLine(arm, x, y, { dash: dashOf(arms, index), recommended: arm.name === recommendation.arm }),
  );
  return picture('Violated requests over pods', WIDTH, HEIGHT, [
    ...gridLines(pods, worst, margin, x, y),
    ...lines,
    ...names(arms, x, y),
    label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, 'mean pods', 'middle', 'axis'),
    label(8, 14, 'share of requests that were late or failed (square-root scale)', 'start', 'axis'),
  ]);
}

type Scale = (value: number) => number;

function gridLines(pods: readonly number[], worst: number, margin: number, x: Scale, y: Scale): string[] {
  const least = Math.min(...pods) - margin;
  const most = Math.max(...pods) + margin;
  const across = ticksTo(most - least)
    .map((tick) => Math.ceil(least) + tick)
    .filter((tick) => tick <= most);
  const shares = [0, 0.001, 0.005, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1].filter(
    (share) => share <= 1.05 * worst,
  );
  return [
    ...across.map(
      (tick) =>
        element('line', { x1: x(tick), x2: x(tick), y1: TOP, y2: HEIGHT - BOTTOM, class: 'grid' }) +
        label(x(tick), HEIGHT - BOTTOM + 16, String(tick), 'middle', 'axis'),
    ),
    ...shares.map(
      (share) =>
        element('line', { x1: LEFT, x2: WIDTH - RIGHT, y1: y(share), y2: y(share), class: 'grid' }) +
        label(LEFT - 6, y(share) + 4, `${Number((100 * share).toPrecision(2))} %`, 'end', 'axis'),
    ),
  ];
}

function armLine(
  { title, role, points }: Arm,
  x: Scale,
  y: Scale,
  { dash, recommended }: { dash: string; recommended: boolean },
): string {
  const at = ({ meanPods, violatedShare }: FrontierPoint) =>
    `${x(meanPods.mean).toFixed(1)} ${y(violatedShare.mean).toFixed(1)}`;
  const colour = COLOURS[role];
  const path = element('path', {
    d: `M${points.map(at).join('L')}`,
    class: `line ${colour}`,
    'stroke-dasharray': dash,
    'stroke-width': recommended ? 3 : 1.5,
  });
  const marks = points.map((point) => {
    const cx = x(point.meanPods.mean);
    const cy = y(point.violatedShare.mean);
    const tip = `${title}, W ${point.violationPrice}: ${point.meanPods.mean.toFixed(2)} pods, ${(100 * point.violatedShare.mean).toFixed(2)} % violated`;
    const circle = element(
      'circle',
      { cx, cy, r: recommended ? 5 : 3.5, class: colour },
      element('title', {}, escapeText(tip)),
    );
    return circle + (recommended ? label(cx + 6, cy - 6, `W ${point.violationPrice}`, 'start', 'axis') : '');
  });
  return path + marks.join('');
}

/** Beside the right end, one below the other. */
function names(arms: readonly Arm[], x: Scale, y: Scale): string[] {
  const ends = arms
    .flatMap((arm, index) => {
      const last = arm.points.toSorted((a, b) => a.meanPods.mean - b.meanPods.mean).at(-1);
      return last
        ? [{ arm, dash: dashOf(arms, index), at: x(last.meanPods.mean), height: y(last.violatedShare.mean) }]
        : [];
    })
    .sort((a, b) => a.height - b.height);
  let free = HEIGHT - BOTTOM - LABEL_HEIGHT * ends.length;
  return ends.map(({ arm, dash }) => {
    const middle = free;
    free += LABEL_HEIGHT;
    const from = WIDTH - RIGHT + 8;
    const key = element('path', {
      d: `M${from} ${middle - 4}H${from + 18}`,
      class: `line ${COLOURS[arm.role]}`,
      'stroke-dasharray': dash,
      'stroke-width': 2,
    });
    return key + label(from + 22, middle, arm.title);
  });
}

function dashOf(arms: readonly Arm[], index: number): string {
  const colour = COLOURS[arms[index]?.role ?? 'comparison'];
  const before = arms.slice(0, index).filter(({ role }) => COLOURS[role] === colour).length;
  return DASHES[before % DASHES.length] ?? '';
}
