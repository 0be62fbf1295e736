import { type Calibration, type CalibrationJob, formatScore } from '../../agent/protocol';
import { formatViolated } from './frontier';
import { formatPrice } from './violationPrice';

/** The calibration that was chosen; without a choice the one of the shown workload, else the newest. */
export function shownCalibration(
  calibrations: readonly Calibration[],
  chosenId: string | null,
  workloadId: string | null,
): Calibration | null {
  return (
    calibrations.find(({ id }) => id === chosenId) ??
    calibrations.findLast((calibration) => calibration.workloadId === workloadId) ??
    calibrations.at(-1) ??
    null
  );
}

/** Share of the work that is done, 0…1; null where it is not running or nobody knows. */
export function jobShare({ state }: CalibrationJob): number | null {
  return state.kind === 'running' && state.total > 0 ? Math.min(1, state.done / state.total) : null;
}

/** What a job does, or how it ended, in words. */
export function jobText({ state }: CalibrationJob): string {
  switch (state.kind) {
    case 'running':
      return state.total > 0 ? `${state.step}, ${state.done} of ${state.total}` : state.step;
    case 'finished':
      return 'finished';
    case 'cancelled':
      return 'cancelled';
    case 'failed':
      return `failed: ${state.message} ${state.remedy}`;
  }
}

export function isRunningJob({ state }: CalibrationJob): boolean {
  return state.kind === 'running';
}

/** A row of the table that says what the chart shows. */
export interface FrontierRow {
  arm: string;
  title: string;
  price: string;
  violated: string;
  pods: string;
  cost: string;
  actions: string;
  objective: string;
  settings: string;
  isRecommended: boolean;
}

export function frontierRows({ arms, recommendation }: Calibration): FrontierRow[] {
  return arms.flatMap(({ name, title, points, settings }) =>
    points.map((point, index) => ({
      arm: name,
      title,
      price: formatPrice(point.violationPrice),
      violated: interval(point.violatedShare, formatViolated),
      pods: interval(point.meanPods, (pods) => pods.toFixed(1)),
      cost: point.costPerHour === null ? '—' : formatScore(point.costPerHour),
      actions: point.actionsPerHour.toFixed(1),
      objective: interval(point.objectiveCost, formatScore),
      settings: settings[index] ?? '',
      isRecommended: name === recommendation.arm && point.violationPrice === recommendation.violationPrice,
    })),
  );
}

/** `1.2 % [0.9 %…1.4 %]` */
function interval(
  { mean, low, high }: { mean: number; low: number; high: number },
  format: (value: number) => string,
): string {
  return low === high ? format(mean) : `${format(mean)} [${format(low)}…${format(high)}]`;
}

/** A curve of the replayed load in a box, with what its edges mean. */
export interface LoadCurve {
  /** SVG path in a box of 100 × 100. */
  path: string;
  hours: number;
  mostPerSecond: number;
}

export function loadCurve(load: Calibration['load']): LoadCurve | null {
  const last = load.at(-1);
  if (last === undefined || last.hours <= 0) return null;
  const mostPerSecond = Math.max(...load.map(({ requestsPerSecond }) => requestsPerSecond));
  const points = load.map(({ hours, requestsPerSecond }) => {
    const x = (100 * hours) / last.hours;
    const y = mostPerSecond > 0 ? 100 - (96 * requestsPerSecond) / mostPerSecond : 100;
    return `${x.toFixed(2)} ${y.toFixed(2)}`;
  });
  return { path: `M${points.join('L')}`, hours: last.hours, mostPerSecond };
}
