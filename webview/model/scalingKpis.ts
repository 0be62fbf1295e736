import { type CostReport, formatAge, type ScalingPoint, type ScalingState } from '../../agent/protocol';
import { formatShare } from '../format';
import type { Kpi } from './kpis';
import { scalingPolicyText } from './scaling';
import { costSentence, formatMoney, meanWithinSlo, toScalingColumns } from './scalingSeries';

const NO_DATA = '—';

/** The figures of a workload's scaling: of the steps that are kept, and of what the journal knows of the last day. */
export function scalingKpis(
  scaling: ScalingState,
  points: readonly ScalingPoint[],
  report: CostReport | null,
  nowMs: number,
): Kpi[] {
  return [
    policyKpi(scaling, nowMs),
    replicasKpi(points),
    costKpi(points, report?.currency ?? ''),
    withinSloKpi(points),
    projectionKpi(report),
  ];
}

function policyKpi(scaling: ScalingState, nowMs: number): Kpi {
  const { policy, observationSpec, shadow } = scaling;
  const since = `for ${formatAge(nowMs - policy.sinceMs)}`;
  const beside = shadow === null ? '' : `${shadow.policy} in shadow: ${shadow.text}`;
  return {
    title: 'Policy',
    value: scalingPolicyText(scaling),
    detail: [since, observationSpec, beside].filter(Boolean).join(' · '),
    tone: 'plain',
  };
}

function replicasKpi(points: readonly ScalingPoint[]): Kpi {
  const title = 'Replicas';
  const last = points.at(-1);
  if (last === undefined) return { title, value: NO_DATA, detail: 'No step yet', tone: 'plain' };
  const { replicas, readyReplicas, demandPods, hpaReplicas, policyReplicas } = last;
  const wish = (who: string, wanted: number | null) => (wanted === null ? '' : `${who} wants ${wanted}`);
  return {
    title,
    value: readyReplicas === replicas ? String(replicas) : `${readyReplicas} of ${replicas}`,
    detail: [
      demandPods === null ? 'demand unknown' : `demand ${demandPods.toFixed(1)}`,
      wish('HPA', hpaReplicas),
      wish('policy', policyReplicas),
    ]
      .filter(Boolean)
      .join(', '),
    tone: 'plain',
  };
}

function costKpi(points: readonly ScalingPoint[], currency: string): Kpi {
  const title = 'Cost so far';
  const { cost, baselineCost } = toScalingColumns(points);
  const paid = cost.at(-1) ?? null;
  if (paid === null) return { title, value: NO_DATA, detail: 'No prices known', tone: 'plain' };
  const sentence = costSentence(paid, baselineCost.at(-1) ?? null, currency);
  const [value = '', ...difference] = sentence.split(', ');
  return { title, value, detail: difference.join(', ') || span(points), tone: 'plain' };
}

function withinSloKpi(points: readonly ScalingPoint[]): Kpi {
  const title = 'Within SLO';
  const share = meanWithinSlo(points);
  return share === null
    ? { title, value: NO_DATA, detail: 'No requests seen', tone: 'plain' }
    : { title, value: formatShare(share, 2), detail: `Of the requests, ${span(points)}`, tone: 'plain' };
}

function projectionKpi(report: CostReport | null): Kpi {
  const title = 'In 30 days';
  const row = report?.rows[0];
  if (!report || !row) return { title, value: NO_DATA, detail: 'Nothing recorded yet', tone: 'plain' };
  const { projected30d, projectedSavings30d, coverage } = row;
  const saved =
    projectedSavings30d === null
      ? 'no baseline known'
      : `${formatMoney(Math.abs(projectedSavings30d), report.currency)} ${projectedSavings30d < 0 ? 'more' : 'less'} than with ${report.baseline === 'hpa' ? 'the HPA' : report.baseline}`;
  return {
    title,
    value: formatMoney(projected30d, report.currency),
    detail: `${saved}; data for ${formatShare(coverage, 0)} of the time`,
    tone: 'plain',
  };
}

function span(points: readonly ScalingPoint[]): string {
  const [first, last] = [points[0], points.at(-1)];
  return first && last ? `last ${formatAge(last.atMs - first.atMs)}` : '';
}
