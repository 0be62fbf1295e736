import type { DataState, Sample } from '../../agent/protocol';

type Values = (number | null)[];

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

/** Puts an empty row where samples are missing, so that no line is drawn across. */
export function toColumns(samples: readonly Sample[]): Columns {
  const gapMs = longestIntervalMs(samples);
  const rows = samples.flatMap((sample, index): (Sample | number)[] => {
    const previous = samples[index - 1];
    const missing = previous !== undefined && sample.atMs - previous.atMs > gapMs;
    return missing ? [previous.atMs + 1, sample] : [sample];
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
  const gapMs = longestIntervalMs(samples);
  const good = samples.filter(hasData);
  const holes = good.flatMap((sample, index): Span[] => {
    const next = good[index + 1];
    return next !== undefined && next.atMs - sample.atMs > gapMs
      ? [{ fromMs: sample.atMs, toMs: next.atMs }]
      : [];
  });
  const lastMs = good.at(-1)?.atMs;
  if (data.kind === 'fresh' || lastMs === undefined) return holes;
  return [...holes, { fromMs: lastMs, toMs: null }];
}

function hasData(sample: Sample): boolean {
  return sample.latencyP95Ms !== null || sample.errorRate !== null || sample.cpuUtilisation !== null;
}

function longestIntervalMs(samples: readonly Sample[]): number {
  const intervals = samples
    .slice(1)
    .map((sample, index) => sample.atMs - (samples[index]?.atMs ?? sample.atMs));
  const median = intervals.sort((a, b) => a - b)[Math.floor(intervals.length / 2)];
  return median === undefined ? Number.POSITIVE_INFINITY : median * GAP_INTERVALS;
}

function percent(share: number | null): number | null {
  return share === null ? null : share * 100;
}
