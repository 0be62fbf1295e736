import type { ReleasePoint } from '../../agent/protocol';
import { holesOf, type Values, withGaps } from './series';

/** One of the two versions; null is a gap. Shares are percentages. */
export interface VersionColumns {
  requestsPerSecond: Values;
  errorPercent: Values;
  latencyP95Ms: Values;
}

/** The decisions of a release as columns on one time axis; null is a gap. */
export interface ReleaseColumns {
  /** Cluster time. */
  atMs: number[];
  weight: Values;
  stable: VersionColumns;
  canary: VersionColumns;
  /** log10 of the e-values. */
  errorHarm: Values;
  errorSafety: Values;
  latencyHarm: Values;
  latencySafety: Values;
  decisions: (string | null)[];
}

/** Puts an empty row where decisions are missing, so that no line is drawn across. */
export function toReleaseColumns(points: readonly ReleasePoint[]): ReleaseColumns {
  const columns = withGaps(points, holesOf(points));
  const version = (which: 'stable' | 'canary'): VersionColumns => ({
    requestsPerSecond: columns.of((point) => point[which].requestsPerSecond),
    errorPercent: columns.of(({ [which]: { errorShare } }) =>
      errorShare === null ? null : errorShare * 100,
    ),
    latencyP95Ms: columns.of((point) => point[which].latencyP95Ms),
  });
  const evidence = (which: keyof NonNullable<ReleasePoint['evidence']>) =>
    columns.of((point) => point.evidence?.[which] ?? null);
  return {
    atMs: columns.atMs,
    weight: columns.of(({ weight }) => weight),
    stable: version('stable'),
    canary: version('canary'),
    errorHarm: evidence('errorHarm'),
    errorSafety: evidence('errorSafety'),
    latencyHarm: evidence('latencyHarm'),
    latencySafety: evidence('latencySafety'),
    decisions: columns.of(({ decision }) => decision),
  };
}
