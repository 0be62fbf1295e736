import { onTimeGrid, type TimeGrid } from '../../metrics/workloadPast';

/** A series on an even grid; NaN where nothing was measured. */
export interface Series {
  values: number[];
  intervalSeconds: number;
}

export interface Samples {
  points: readonly { atMs: number; value: number }[];
}

/** On the grid, by the nearest step. What is no number, or below 0, was not measured. */
export function onGrid(samples: Samples | undefined, grid: TimeGrid): Series {
  return { values: [...onTimeGrid(samples?.points, grid)], intervalSeconds: grid.stepMs / 1000 };
}

/** Straight lines over what is missing; the ends take the nearest value. All NaN where there is none at all. */
export function withoutGaps(values: readonly number[]): number[] {
  const known = values.flatMap((value, index) => (Number.isNaN(value) ? [] : [index]));
  const [first] = known;
  const last = known.at(-1);
  if (first === undefined || last === undefined) return [...values];
  let at = 0;
  return values.map((value, index) => {
    if (!Number.isNaN(value)) return value;
    while ((known[at + 1] ?? Number.POSITIVE_INFINITY) <= index) at++;
    const before = index < first ? first : (known[at] ?? first);
    const after = index > last ? last : (known[index < first ? at : at + 1] ?? last);
    const low = values[before] ?? 0;
    const share = after === before ? 0 : (index - before) / (after - before);
    return low + share * ((values[after] ?? low) - low);
  });
}

export function missingShare(values: readonly number[]): number {
  return values.filter((value) => Number.isNaN(value)).length / Math.max(1, values.length);
}

/** How often the samples of a query were no number or below 0. */
export function unusableCount({ points }: Samples): number {
  return points.filter(({ value }) => !(Number.isFinite(value) && value >= 0)).length;
}

/** Of those that are known; NaN where none is. */
export function median(values: readonly number[]): number {
  const sorted = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
