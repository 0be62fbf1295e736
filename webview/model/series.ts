import type { DataState, Sample } from '../../agent/protocol';

/** A column; null is a gap. */
export type Values = (number | null)[];

/** The samples of a workload as columns on one time axis; null is a gap. Shares are percentages. */
export interface Columns {
  /** Cluster time. */
  atMs: number[];
  latencyP50Ms: Values;
  latencyP95Ms: Values;
  latencyP99Ms: Values;
  errorPercent: Values;
  cpuPercent: Values;
  memoryPercent: Values;
  readyReplicas: Values;
  desiredReplicas: Values;
  reward: Values;
  rewardTerms: (Readonly<Record<string, number>> | null)[];
}

/** A time without data; `toMs` null while it lasts. */
export interface Span {
  fromMs: number;
  toMs: number | null;
}

/** Two samples further apart than this many usual intervals have something missing between them. */
const GAP_INTERVALS = 3.5;
/** Intervals on each side that say what is usual there: metrics are read more often while something is wrong. */
const NEIGHBOURS = 3;

/** Puts an empty row where samples are missing, so that no line is drawn across. */
export function toColumns(samples: readonly Sample[]): Columns {
  const holes = holesOf(samples);
  const rows = samples.flatMap((sample, index): (Sample | number)[] => {
    const previous = samples[index - 1];
    return previous !== undefined && holes[index - 1] ? [previous.atMs + 1, sample] : [sample];
  });
  const column = <T>(pick: (sample: Sample) => T | null) =>
    rows.map((row) => (typeof row === 'number' ? null : pick(row)));
  return {
    atMs: rows.map((row) => (typeof row === 'number' ? row : row.atMs)),
    latencyP50Ms: column((sample) => sample.latencyP50Ms),
    latencyP95Ms: column((sample) => sample.latencyP95Ms),
    latencyP99Ms: column((sample) => sample.latencyP99Ms),
    errorPercent: column((sample) => percent(sample.errorRate)),
    cpuPercent: column((sample) => percent(sample.cpuUtilisation)),
    memoryPercent: column((sample) => percent(sample.memoryUtilisation)),
    readyReplicas: column((sample) => sample.readyReplicas),
    desiredReplicas: column((sample) => sample.desiredReplicas),
    reward: column((sample) => sample.reward),
    rewardTerms: column((sample) => sample.rewardTerms),
  };
}

/** When there was no data between two samples that have some, and since when there is none now. */
export function spansWithoutData(samples: readonly Sample[], data: DataState): Span[] {
  const good = samples.filter(hasData);
  const holes = holesOf(good);
  const spans = good.flatMap((sample, index): Span[] => {
    const next = good[index + 1];
    return next !== undefined && holes[index] ? [{ fromMs: sample.atMs, toMs: next.atMs }] : [];
  });
  const lastMs = good.at(-1)?.atMs;
  if (data.kind === 'fresh' || lastMs === undefined) return spans;
  return [...spans, { fromMs: lastMs, toMs: null }];
}

function hasData(sample: Sample): boolean {
  return sample.latencyP95Ms !== null || sample.errorRate !== null || sample.cpuUtilisation !== null;
}

/** For each interval between two samples, whether something is missing in it. */
export function holesOf(samples: readonly { atMs: number }[]): boolean[] {
  const intervals = samples
    .slice(1)
    .map((sample, index) => sample.atMs - (samples[index]?.atMs ?? sample.atMs));
  return intervals.map((interval, index) => {
    const before = median(intervals.slice(Math.max(0, index - NEIGHBOURS), index));
    // At the edge of a busy while one neighbour alone is still as before.
    const [previous = Number.POSITIVE_INFINITY, next = Number.POSITIVE_INFINITY] = [
      intervals[index - 1],
      intervals[index + 1],
    ];
    const nearest = Math.min(previous, next);
    const usual = Math.max(before, after(index), Number.isFinite(nearest) ? nearest : 0);
    return usual > 0 && interval > GAP_INTERVALS * usual;
  });

  /** Of the newest interval nobody knows yet what follows: whatever was there before counts as usual. */
  function after(index: number): number {
    const next = intervals.slice(index + 1, index + 1 + NEIGHBOURS);
    return next.length > 0 ? median(next) : Math.max(0, ...intervals.slice(0, index));
  }
}

/** The points as columns, with an empty row where some are missing, so that no line is drawn across. */
export function withGaps<P extends { atMs: number }>(points: readonly P[], holes: readonly boolean[]) {
  /** Index of a point, or the time of an empty row. */
  const rows = points.flatMap((_point, index): ({ index: number } | { emptyAtMs: number })[] => {
    const previous = points[index - 1];
    return previous !== undefined && holes[index - 1]
      ? [{ emptyAtMs: previous.atMs + 1 }, { index }]
      : [{ index }];
  });
  return {
    atMs: rows.map((row) => ('index' in row ? (points[row.index]?.atMs ?? 0) : row.emptyAtMs)),
    of: <T>(pick: (point: P, index: number) => T | null): (T | null)[] =>
      rows.map((row) => {
        const point = 'index' in row ? points[row.index] : undefined;
        return point === undefined || !('index' in row) ? null : pick(point, row.index);
      }),
  };
}

/** The upper one of two in the middle; zero of nothing. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function percent(share: number | null): number | null {
  return share === null ? null : share * 100;
}
