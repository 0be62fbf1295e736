import { formatCount, type ReleasePoint, type ReleaseState } from '../../agent/protocol';
import { formatLatency, formatShare } from '../format';
import type { Kpi } from './kpis';
import { formatWeight, stepText } from './releases';

const NO_DATA = '—';

/** The figures of a release, of its latest decision. */
export function releaseKpis(release: ReleaseState, points: readonly ReleasePoint[]): Kpi[] {
  const last = points.at(-1) ?? null;
  const others = release.evidence?.comparedWith ?? 'stable';
  return [
    {
      title: 'Weight',
      value: release.weight === null ? NO_DATA : formatWeight(release.weight),
      detail: stepText(release) || last?.decision || '',
      tone: 'plain',
    },
    compared(
      'Errors',
      last,
      others,
      ({ errorShare }) => errorShare,
      (value) => formatShare(value, 2),
    ),
    compared('Latency p95', last, others, ({ latencyP95Ms }) => latencyP95Ms, formatLatency),
    requestsKpi(release),
  ];
}

/** The canary's figure, and below it that of what it is compared with. */
function compared(
  title: string,
  point: ReleasePoint | null,
  others: string,
  pick: (version: ReleasePoint['stable']) => number | null,
  format: (value: number) => string,
): Kpi {
  const [canary, stable] = point === null ? [null, null] : [pick(point.canary), pick(point.stable)];
  return {
    title,
    value: canary === null ? NO_DATA : format(canary),
    detail: `Canary; ${others} ${stable === null ? 'unknown' : format(stable)}`,
    tone: 'plain',
  };
}

function requestsKpi({ evidence }: ReleaseState): Kpi {
  const title = 'Canary requests';
  if (evidence === null) return { title, value: NO_DATA, detail: 'Nothing is counted', tone: 'plain' };
  const { requests, minRequests } = evidence;
  return {
    title,
    value: formatCount(requests),
    detail:
      requests >= minRequests ? 'Enough for a verdict' : `${formatCount(minRequests)} before any verdict`,
    tone: 'plain',
  };
}
