import type { Outcome } from '../../../loop/task';
import type { ScaleView } from '../../../sim/scale/scaleView';
import { momentCost } from './stepReward';

/** How a workload was served at one time, to compare with another. */
export interface Moment {
  atMs: number;
  pods: number;
  readyPods: number;
  /** In pods at full utilisation. */
  load: number;
  violatedShare: number;
  violationPrice: number;
}

/** So much of the requests may be violated by chance: where p95 just keeps its objective. */
const ALLOWED_SHARE = 0.05;
/** More load than this explains why it got worse. */
const MORE_LOAD = 1.2;
const NOTICEABLE = 0.05;

export function momentOf(view: ScaleView, violationPrice: number, atMs: number): Moment {
  const { pods, estimates, metrics } = view;
  const { count, ready } = pods;
  const { violatedShare } = metrics;
  return { atMs, pods: count, readyPods: ready, load: estimates.load, violatedShare, violationPrice };
}

/** What a step has led to, by the share of violated requests and by J(W), which weighs it against the pods. */
export function measureStep(before: Moment, after: Moment): Outcome {
  const text = `${share(before)} violated with ${before.pods} pods → ${share(after)} with ${after.pods}`;
  const isWorse = after.violatedShare > Math.max(ALLOWED_SHARE, 1.5 * before.violatedShare);
  const isExplained =
    after.load > MORE_LOAD * Math.max(before.load, 0.2) || after.readyPods > before.readyPods;
  if (isWorse && !isExplained) return { kind: 'regressed', text };
  if (momentCost(after) < (1 - NOTICEABLE) * momentCost(before)) return { kind: 'improved', text };
  return { kind: 'ineffective', text };
}

function share({ violatedShare }: Moment): string {
  return `${(violatedShare * 100).toFixed(1)} %`;
}
