import type { Calibration, FrontierPoint } from '../../agent/protocol';

type Arm = Calibration['arms'][number];
export type ArmRole = Arm['role'];

/** What goes to the right: pods, or what they cost where the prices are known. */
export type FrontierAxis = 'pods' | 'cost';

/** Places are in percent of the plot's box, from its left upper corner. */
export interface Frontier {
  arms: FrontierArm[];
  xTicks: Tick[];
  yTicks: Tick[];
}

export interface Tick {
  at: number;
  text: string;
}

export interface FrontierArm {
  name: string;
  title: string;
  role: ArmRole;
  /** Of those of the same role, so that no two look alike. */
  variant: number;
  isRecommended: boolean;
  points: FrontierMark[];
}

export interface FrontierMark {
  x: number;
  y: number;
  /** Ends of the 95 % interval of the violated share, and of the pods where the axis has them. */
  yLow: number;
  yHigh: number;
  xLow: number;
  xHigh: number;
  price: number;
  isRecommended: boolean;
  /** Whether its price has room beside it, where those of its arm are written; the recommended one's always has. */
  hasRoom: boolean;
  /** The point in words. */
  text: string;
}

/** Shares below this are drawn at the lower edge: on a logarithmic axis there is no zero. */
const LEAST_SHARE = 1e-4;
const MARGIN = 0.08;
/** What a text beside a point takes of the box, in percent. */
const ROOM = { across: 8, recommended: 20, along: 6 };

/** The points of every arm in a box whose vertical axis is logarithmic. */
export function frontierOf(calibration: Calibration, axis: FrontierAxis): Frontier {
  const { arms, recommendation } = calibration;
  const points = arms.flatMap((arm) => arm.points.filter((point) => across(point, axis) !== null));
  const x = linear(points.flatMap((point) => extent(point, axis)));
  const y = logarithmic(points.flatMap(({ violatedShare }) => [violatedShare.low, violatedShare.high]));
  return {
    arms: arms.map((arm, index) => ({
      name: arm.name,
      title: arm.title,
      role: arm.role,
      variant: arms.slice(0, index).filter(({ role }) => role === arm.role).length,
      isRecommended: arm.name === recommendation.arm,
      points: withRoom(
        arm.points.flatMap((point) => {
          const middle = across(point, axis);
          if (middle === null) return [];
          const [low = middle, high = middle] = extent(point, axis);
          return {
            x: x.place(middle),
            xLow: x.place(low),
            xHigh: x.place(high),
            y: y.place(point.violatedShare.mean),
            yLow: y.place(point.violatedShare.low),
            yHigh: y.place(point.violatedShare.high),
            price: point.violationPrice,
            isRecommended:
              arm.name === recommendation.arm && point.violationPrice === recommendation.violationPrice,
            hasRoom: true,
            text: `${arm.title}, a late request at ${point.violationPrice} pods: ${formatViolated(point.violatedShare.mean)} late or failed with ${point.meanPods.mean.toFixed(1)} pods`,
          };
        }),
      ),
    })),
    xTicks: x.ticks,
    yTicks: y.ticks,
  };
}

/** Of texts that would lie on each other, the first is written, and the recommended point's before all others. */
function withRoom(marks: readonly FrontierMark[]): FrontierMark[] {
  const written: FrontierMark[] = [];
  for (const mark of marks.toSorted((a, b) => Number(b.isRecommended) - Number(a.isRecommended))) {
    const isNear = (other: FrontierMark) =>
      Math.abs(other.x - mark.x) < (other.isRecommended ? ROOM.recommended : ROOM.across) &&
      Math.abs(other.y - mark.y) < ROOM.along;
    if (!written.some(isNear)) written.push(mark);
  }
  return marks.map((mark) => ({ ...mark, hasRoom: written.includes(mark) }));
}

/** Whether every point has a price tag. */
export function hasCosts({ arms }: Calibration): boolean {
  const points = arms.flatMap((arm) => arm.points);
  return points.length > 0 && points.every(({ costPerHour }) => costPerHour !== null);
}

/** A share as people read it, small ones with a digit that differs from zero: `1.2 %`, `0.03 %`, `0 %`. */
export function formatViolated(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}

interface Axis {
  place(value: number): number;
  ticks: Tick[];
}

function across({ meanPods, costPerHour }: FrontierPoint, axis: FrontierAxis): number | null {
  return axis === 'pods' ? meanPods.mean : costPerHour;
}

/** The interval of a cost is not known. */
function extent(point: FrontierPoint, axis: FrontierAxis): number[] {
  const middle = across(point, axis);
  if (middle === null) return [];
  return axis === 'pods' ? [point.meanPods.low, point.meanPods.high] : [middle, middle];
}

function linear(values: readonly number[]): Axis {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (!Number.isFinite(low) || !Number.isFinite(high)) return { place: () => 50, ticks: [] };
  const margin = (high - low || Math.abs(high) || 1) * MARGIN;
  const [from, to] = [Math.max(0, low - margin), high + margin];
  const place = (value: number) => (100 * (value - from)) / (to - from);
  const step = roundStep((to - from) / 8);
  const ticks: Tick[] = [];
  for (let i = Math.ceil(from / step); i * step <= to; i += 1) {
    ticks.push({ at: place(i * step), text: String(Number((i * step).toPrecision(3))) });
  }
  return { place, ticks };
}

function logarithmic(shares: readonly number[]): Axis {
  const log = (share: number) => Math.log10(Math.max(LEAST_SHARE, share));
  const known = shares.map(log);
  if (known.length === 0) return { place: () => 50, ticks: [] };
  const from = Math.floor(Math.min(...known) - MARGIN);
  const to = Math.min(0, Math.max(Math.max(...known) + MARGIN * 2, from + 1));
  const bottom = Math.max(Math.log10(LEAST_SHARE) - MARGIN, from);
  const place = (share: number) => 100 - (100 * (log(share) - bottom)) / (to - bottom);
  const ticks: Tick[] = [];
  for (let power = Math.ceil(bottom); power <= to; power += 1) {
    const share = 10 ** power;
    const text = formatViolated(share);
    ticks.push({ at: place(share), text: share <= LEAST_SHARE ? `≤ ${text}` : text });
  }
  return { place, ticks };
}

/** 1, 2 or 5 times a power of ten, not below `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10) * power;
}
