import type { Load } from '../evaluate/calibrate/load';
import type { CalibrationArm, Deployment } from '../evaluate/calibrate/player';
import { Player } from '../evaluate/calibrate/player';
import { SegmentTotals } from '../evaluate/calibrate/segmentTotals';
import { CONTROL_STEP_SECONDS } from '../sim/scale/units';

/** One way to scale, for the comparison. */
export interface SavingsArm {
  title: string;
  arm: CalibrationArm;
}

export interface SavingsOptions {
  /** What is replayed, for people. */
  title: string;
  load: Load;
  deployment: Deployment;
  current: SavingsArm;
  proposed: SavingsArm;
  /** W. */
  violationPrice: number;
  /** Of one pod, per hour. */
  podPerHour: number;
  millionRequests: number;
  currency: string;
  /** Whatever is to be known of the figures. */
  warnings: readonly string[];
}

export interface SavingsSide {
  title: string;
  meanPods: number;
  /** Share of requests that were late or failed. */
  violatedShare: number;
  actionsPerHour: number;
  costPerHour: number;
  /** Per million requests that were in time; null where there were none. */
  costPerMillionGood: number | null;
  projected30d: number;
}

export interface Savings {
  title: string;
  hours: number;
  currency: string;
  current: SavingsSide;
  proposed: SavingsSide;
  /** Positive where the proposed one is cheaper. */
  saved30d: number;
  /** What it comes to, in one sentence. */
  text: string;
  warnings: readonly string[];
}

/** Chance differs from one to the other, and is the same for both arms. */
const SEEDS = [1, 2, 3, 4, 5];
const HOURS_30D = 30 * 24;

/** What a workload with this load would cost in the simulator, scaled as it is and as is proposed. */
export function savings(options: SavingsOptions): Savings {
  const { title, load, currency, warnings } = options;
  const player = new Player(load, options.deployment);
  const current = sideOf(options.current, player, options);
  const proposed = sideOf(options.proposed, player, options);
  const saved30d = current.projected30d - proposed.projected30d;
  return {
    title,
    hours: (load.length * CONTROL_STEP_SECONDS) / 3600,
    currency,
    current,
    proposed,
    saved30d,
    text: conclusion(current, proposed, saved30d, currency),
    warnings,
  };
}

function sideOf({ title, arm }: SavingsArm, player: Player, options: SavingsOptions): SavingsSide {
  const whole = [{ from: 0, countedFrom: 0, segments: [options.load.length] }];
  const played = SEEDS.flatMap((seed) => player.play(arm, whole, seed, options.violationPrice));
  const totals = SegmentTotals.sum(played);
  const requestsPerHour = totals.arrivals / totals.hours;
  const costPerHour =
    totals.meanPods * options.podPerHour + (requestsPerHour / 1e6) * options.millionRequests;
  const goodPerHour = requestsPerHour * (1 - totals.violatedShare);
  return {
    title,
    meanPods: totals.meanPods,
    violatedShare: totals.violatedShare,
    actionsPerHour: totals.actionsPerHour,
    costPerHour,
    costPerMillionGood: goodPerHour < 1 ? null : (costPerHour / goodPerHour) * 1e6,
    projected30d: costPerHour * HOURS_30D,
  };
}

/** Cheaper is not better where it breaks the objective more often. */
function conclusion(current: SavingsSide, proposed: SavingsSide, saved30d: number, currency: string): string {
  const share = (value: number) => `${(100 * value).toFixed(2)} %`;
  const violations = `${share(proposed.violatedShare)} of the requests late or failed, against ${share(current.violatedShare)}`;
  const amount = `${Math.abs(saved30d).toFixed(2)} ${currency}`;
  const part = ((Math.abs(saved30d) / Math.max(1e-12, current.projected30d)) * 100).toFixed(0);
  const way = `In place of ${current.title}, ${proposed.title}`;
  if (Math.abs(saved30d) < 0.005) return `${way} costs the same, with ${violations}.`;
  const what = saved30d > 0 ? `saves ${amount} in 30 days` : `costs ${amount} more in 30 days`;
  return `${way} ${what} (${part} %), with ${violations}.`;
}
