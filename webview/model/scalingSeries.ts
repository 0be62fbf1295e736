import type { ScalingPoint } from '../../agent/protocol';
import { holesOf, type Values, withGaps } from './series';

const HOUR_MS = 3_600_000;

/** The control steps of a workload's scaling as columns on one time axis; null is a gap. */
export interface ScalingColumns {
  /** Cluster time. */
  atMs: number[];
  replicas: Values;
  readyReplicas: Values;
  demandPods: Values;
  hpaReplicas: Values;
  policyReplicas: Values;
  withinSloPercent: Values;
  /** Summed from the first step on, over the time in which both were known. */
  cost: Values;
  baselineCost: Values;
  reward: Values;
  /** Addends of the reward by name, in the order of their first appearance. */
  terms: ReadonlyMap<string, Values>;
}

/** Puts an empty row where steps are missing, so that no line is drawn across. */
export function toScalingColumns(points: readonly ScalingPoint[]): ScalingColumns {
  const holes = holesOf(points);
  const { cost, baselineCost } = costsSoFar(points, holes);
  const columns = withGaps(points, holes);
  const names = new Set(points.flatMap(({ rewardTerms }) => Object.keys(rewardTerms)));
  return {
    atMs: columns.atMs,
    replicas: columns.of(({ replicas }) => replicas),
    readyReplicas: columns.of(({ readyReplicas }) => readyReplicas),
    demandPods: columns.of(({ demandPods }) => demandPods),
    hpaReplicas: columns.of(({ hpaReplicas }) => hpaReplicas),
    policyReplicas: columns.of(({ policyReplicas }) => policyReplicas),
    withinSloPercent: columns.of(({ withinSlo }) => (withinSlo === null ? null : withinSlo * 100)),
    cost: columns.of((_point, index) => cost[index] ?? null),
    baselineCost: columns.of((_point, index) => baselineCost[index] ?? null),
    reward: columns.of(({ reward }) => reward),
    terms: new Map(
      [...names].map((name) => [name, columns.of(({ rewardTerms }) => rewardTerms[name] ?? null)]),
    ),
  };
}

/**
 * What the pods have cost and what those of the baseline would have, at each step. Time without data, and time in which
 * only one of them is known, counts for neither: the difference is to be a fair one. Without a baseline at all the cost
 * stands alone.
 */
function costsSoFar(
  points: readonly ScalingPoint[],
  holes: readonly boolean[],
): { cost: Values; baselineCost: Values } {
  const comparable = points.some(({ baselineCostPerHour }) => baselineCostPerHour !== null);
  let [paid, baseline] = [0, 0];
  let isKnown = false;
  const cost: Values = [];
  const baselineCost: Values = [];
  for (const [index, point] of points.entries()) {
    const previous = points[index - 1];
    if (previous !== undefined && !holes[index - 1]) {
      const hours = (point.atMs - previous.atMs) / HOUR_MS;
      const { costPerHour, baselineCostPerHour } = previous;
      if (costPerHour !== null && (baselineCostPerHour !== null || !comparable)) {
        paid += costPerHour * hours;
        baseline += (baselineCostPerHour ?? 0) * hours;
        isKnown = true;
      }
    }
    isKnown ||= point.costPerHour !== null;
    cost.push(isKnown ? paid : null);
    baselineCost.push(isKnown && comparable ? baseline : null);
  }
  return { cost, baselineCost };
}

/** `0.31 USD, 0.04 USD (12 %) less than with the HPA`; empty where nothing is known. */
export function costSentence(cost: number | null, baseline: number | null, currency: string): string {
  if (cost === null) return '';
  const paid = formatMoney(cost, currency);
  if (baseline === null || baseline === 0) return paid;
  const share = Math.abs(cost - baseline) / baseline;
  if (share < 0.005) return `${paid}, as much as with the HPA`;
  const difference = formatMoney(Math.abs(cost - baseline), currency);
  const word = cost < baseline ? 'less' : 'more';
  return `${paid}, ${difference} (${Math.round(share * 100)} %) ${word} than with the HPA`;
}

/** Three significant digits and no more than five decimals: `0.0341 USD`, `12.40 USD`, `1240 USD`. Without its unit where that is unknown. */
export function formatMoney(value: number, currency: string): string {
  const size = Math.abs(value);
  const text = size >= 1000 ? value.toFixed(0) : size >= 1 || size === 0 ? value.toFixed(2) : small(value);
  return [text.replace('-', '−'), currency].filter(Boolean).join(' ');
}

function small(value: number): string {
  return Math.abs(value) < 1e-6 ? '0.00' : String(Number(Number(value.toPrecision(3)).toFixed(5)));
}

/** Share of the requests within the objective over all steps in which there were some, 0…1; steps weigh the same. */
export function meanWithinSlo(points: readonly ScalingPoint[]): number | null {
  const known = points.flatMap(({ withinSlo }) => (withinSlo === null ? [] : [withinSlo]));
  return known.length === 0 ? null : known.reduce((sum, share) => sum + share, 0) / known.length;
}
