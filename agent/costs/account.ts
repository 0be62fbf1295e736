import type { CostReport } from '../protocol';
import type { WorkloadHistory } from './history';

export type CostRow = CostReport['rows'][number];

export interface AccountInput {
  workload: string;
  history: WorkloadHistory;
  /** Of one pod, per hour. */
  podPerHour: number;
  millionRequests: number;
  /** Replicas by step with the baseline, NaN where there are none; null without any. */
  baseline: Float64Array | null;
  notes: readonly string[];
}

const HOUR_MS = 3_600_000;
const PROJECTED_HOURS = 30 * 24;
/** Below this share of the time a report says how much of it is known. */
const FULL_COVERAGE = 0.98;

/**
 * What a workload has cost in the steps of which its replicas are known, and what the baseline would have cost in the
 * same steps. Null where nothing is known.
 */
export function account(input: AccountInput): CostRow | null {
  const { history, podPerHour, baseline } = input;
  const covered = [...history.replicas.keys()].filter((step) => isKnown(history.replicas[step]));
  if (covered.length === 0) return null;
  const stepHours = history.stepMs / HOUR_MS;
  const coverage = Math.min(1, (covered.length * history.stepMs) / history.askedMs);
  const requests = requestsOf(history, covered);
  const byRequests = ((requests?.all ?? 0) / 1e6) * input.millionRequests;
  const replicaHours = sum(covered, history.replicas) * stepHours;
  const cost = replicaHours * podPerHour + byRequests;
  const compared = comparedHours(history, covered, baseline, stepHours);
  const baselineCost = compared === null ? null : compared * podPerHour + byRequests;
  const per30d = PROJECTED_HOURS / (covered.length * stepHours);
  const successful = (requests?.all ?? 0) - (requests?.failed ?? 0);
  const costOfRequests = sum(requests?.steps ?? [], history.replicas) * stepHours * podPerHour + byRequests;
  return {
    workload: input.workload,
    coverage,
    replicaHours,
    cost,
    baselineReplicaHours: compared,
    baselineCost,
    requests: requests?.all ?? null,
    failedRequests: requests?.failed ?? null,
    costPerMillionSuccessful: successful < 1 ? null : (costOfRequests / successful) * 1e6,
    withinSlo: requests?.withinSlo ?? null,
    projected30d: cost * per30d,
    projectedSavings30d: baselineCost === null ? null : (baselineCost - cost) * per30d,
    notes: [...coverageNotes(history, coverage), ...requestNotes(requests), ...input.notes],
  };
}

/** Replica-hours of the baseline; where it is not known of a step, that step counts as it was. */
function comparedHours(
  { replicas }: WorkloadHistory,
  covered: readonly number[],
  baseline: Float64Array | null,
  stepHours: number,
): number | null {
  if (!baseline || !covered.some((step) => isKnown(baseline[step]))) return null;
  const pods = (step: number) => (isKnown(baseline[step]) ? baseline[step] : (replicas[step] as number));
  return covered.reduce((total, step) => total + pods(step), 0) * stepHours;
}

interface Requests {
  /** In which they are known: only what these have cost has been spent on them. */
  steps: readonly number[];
  all: number;
  /** Null where nothing says how many. */
  failed: number | null;
  /** Share that neither failed nor was late. */
  withinSlo: number | null;
}

function requestsOf(history: WorkloadHistory, covered: readonly number[]): Requests | null {
  const { requestsPerSecond, failedShare, inTimeShare, stepMs } = history;
  const steps = covered.filter((step) => isKnown(requestsPerSecond[step]));
  if (steps.length === 0) return null;
  const inStep = (step: number) => ((requestsPerSecond[step] as number) * stepMs) / 1000;
  const all = steps.reduce((total, step) => total + inStep(step), 0);
  const withErrors = steps.filter((step) => isKnown(failedShare[step]));
  const failed = withErrors.reduce((total, step) => total + inStep(step) * share(failedShare[step]), 0);
  const timed = steps.filter((step) => isKnown(inTimeShare[step]) && inStep(step) > 0);
  const timedRequests = timed.reduce((total, step) => total + inStep(step), 0);
  const good = timed.reduce((total, step) => {
    const okay = isKnown(failedShare[step]) ? 1 - share(failedShare[step]) : 1;
    return total + inStep(step) * share(inTimeShare[step]) * okay;
  }, 0);
  return {
    steps,
    all,
    failed: withErrors.length === 0 ? null : failed,
    withinSlo: timedRequests === 0 ? null : good / timedRequests,
  };
}

function coverageNotes({ replicas, firstMs, stepMs }: WorkloadHistory, coverage: number): string[] {
  if (coverage >= FULL_COVERAGE) return [];
  const first = replicas.findIndex(isKnown);
  const since = new Date(firstMs + (first - 1) * stepMs).toISOString().slice(0, 16).replace('T', ' ');
  const percent = coverage < 0.01 ? 'less than 1' : (coverage * 100).toFixed(0);
  return [
    `Prometheus knows its replicas for ${percent} % of the time, from ${since} UTC on; only that is counted.`,
  ];
}

function requestNotes(requests: Requests | null): string[] {
  if (requests === null) return ['Prometheus knows nothing of its requests.'];
  const failed = requests.failed === null ? ['Nothing says how many of its requests have failed.'] : [];
  const late =
    requests.withinSlo === null ? ['Nothing says how many of its requests were late (no histogram).'] : [];
  return [...failed, ...late];
}

function isKnown(value: number | undefined): value is number {
  return value !== undefined && !Number.isNaN(value);
}

function share(value: number | undefined): number {
  return Math.min(1, value ?? 0);
}

function sum(steps: readonly number[], values: Float64Array): number {
  return steps.reduce((total, step) => total + (values[step] as number), 0);
}
