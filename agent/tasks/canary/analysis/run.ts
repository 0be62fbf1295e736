import { goDurationMs } from '../../../cluster/goDuration';
import type { AnalysisPhase } from '../../../protocol';
import type { AnalysisError } from './analysisError';
import { effectiveCount, type Metric } from './metric';
import { brokenLimit, counted, KEPT_MEASUREMENTS, metricPhase } from './metricState';
import type { PreparedRun } from './prepareRun';
import {
  isCompleted,
  isWorse,
  type Measurement,
  MetricResult,
  type RunStatus,
  type Summary,
} from './runStatus';

/** How soon an answer that was an error is asked for again. */
const ERROR_RETRY_MS = 10_000;

/** What was measured of a metric, and what else there is to know of it: the query as it was asked. */
export interface Taken {
  metric: string;
  measurement: Measurement;
  metadata?: Record<string, string>;
}

/** The metrics that are to be measured now. */
export function metricsDue(run: PreparedRun, status: RunStatus, nowMs: number): Metric[] {
  if (isCompleted(status.phase) || isEnding(run, status)) return [];
  return run.metrics.filter((metric) => {
    const atMs = dueAtMs(metric, status, nowMs);
    return atMs !== null && atMs <= nowMs;
  });
}

/** When there is something to be measured next; null where nothing is. */
export function nextLookAtMs(run: PreparedRun, status: RunStatus, nowMs: number): number | null {
  if (isCompleted(status.phase)) return null;
  const times = run.metrics.flatMap((metric) => dueAtMs(metric, status, nowMs) ?? []);
  return times.length === 0 ? null : Math.min(...times);
}

/** Whether the run is to end: it was told to, or one of its metrics that count has gone wrong. */
function isEnding({ terminate }: PreparedRun, { metricResults }: RunStatus): boolean {
  return (
    terminate ||
    metricResults.some(
      ({ dryRun, phase }) => !dryRun && (phase === 'Failed' || phase === 'Error' || phase === 'Inconclusive'),
    )
  );
}

function dueAtMs(metric: Metric, status: RunStatus, nowMs: number): number | null {
  const result = status.metricResults.find(({ name }) => name === metric.name);
  if (result && isCompleted(result.phase)) return null;
  const last = result?.measurements.at(-1);
  if (!result || !last) {
    const startedAtMs = status.startedAt === undefined ? nowMs : Date.parse(status.startedAt);
    return startedAtMs + (goDurationMs(metric.initialDelay) ?? 0);
  }
  const count = effectiveCount(metric);
  if (count !== null && result.count >= count) return null;
  const finishedAtMs = Date.parse(last.finishedAt ?? last.startedAt);
  const waitMs = last.phase === 'Error' ? null : goDurationMs(metric.interval);
  return finishedAtMs + (waitMs ?? ERROR_RETRY_MS);
}

/**
 * The run after some measurements, none where there was nothing to measure. `at` is the time in RFC 3339.
 *
 * Source: `reconcileAnalysisRun` in https://github.com/argoproj/argo-rollouts/blob/master/analysis/analysis.go
 */
export function advanceRun(
  run: PreparedRun,
  before: RunStatus,
  taken: readonly Taken[],
  at: string,
): RunStatus {
  if (isCompleted(before.phase)) return before;
  const started: RunStatus = { ...before, startedAt: before.startedAt ?? at };
  const measured = taken.reduce((status, each) => withMeasurement(run, status, each), started);
  const assessed = reassessed(run, measured, at);
  // One metric that has gone wrong ends the others too.
  const isOver = !isCompleted(assessed.phase) && isEnding(run, assessed);
  return withoutOldest(run, isOver ? reassessed(run, assessed, at) : assessed);
}

/** A run that could not be carried out. */
export function failedToStart(before: RunStatus, error: AnalysisError): RunStatus {
  return { ...before, phase: 'Error', message: error.message };
}

function withMeasurement(
  { dryRun }: PreparedRun,
  status: RunStatus,
  { metric, measurement, metadata }: Taken,
): RunStatus {
  const known = status.metricResults.find(({ name }) => name === metric);
  const result =
    known ??
    MetricResult.parse({
      name: metric,
      phase: 'Running',
      dryRun: dryRun.has(metric),
      ...(metadata && { metadata }),
    });
  const next = counted(result, measurement);
  const metricResults = known
    ? status.metricResults.map((each) => (each === known ? next : each))
    : [...status.metricResults, next];
  return { ...status, metricResults };
}

interface Assessment {
  status: RunStatus;
  /** Of the metrics that count, the worst end so far. */
  worst: { phase: AnalysisPhase; message: string } | null;
  allOver: boolean;
}

function reassessed(run: PreparedRun, before: RunStatus, at: string): RunStatus {
  const ending = isEnding(run, before);
  const empty: Summary = {
    count: run.metrics.length - run.dryRun.size,
    successful: 0,
    failed: 0,
    inconclusive: 0,
    error: 0,
  };
  let assessment: Assessment = {
    status: {
      ...before,
      metricResults: before.metricResults.map((result) => withPhase(run, result, ending)),
      runSummary: empty,
      dryRunSummary: { ...empty, count: run.dryRun.size },
    },
    worst: null,
    allOver: true,
  };
  for (const metric of run.metrics) assessment = withMetric(assessment, metric);
  const { status, worst, allOver } = assessment;
  const phase = ending ? (worst?.phase ?? 'Successful') : allOver && worst ? worst.phase : 'Running';
  if (phase === status.phase) return status;
  return {
    ...status,
    phase,
    message: isCompleted(phase) ? worst?.message || (run.terminate ? 'Run Terminated' : '') : '',
    ...(isCompleted(phase) && { completedAt: status.completedAt ?? at }),
  };
}

function withPhase({ metrics }: PreparedRun, result: MetricResult, ending: boolean): MetricResult {
  const metric = metrics.find(({ name }) => name === result.name);
  const phase = metric ? metricPhase(metric, result, ending) : result.phase;
  if (phase === result.phase) return result;
  return { ...result, phase, message: result.measurements.at(-1)?.message ?? result.message };
}

function withMetric(before: Assessment, metric: Metric): Assessment {
  const { status, worst } = before;
  const result = status.metricResults.find(({ name }) => name === metric.name);
  if (!result || !isCompleted(result.phase)) return { ...before, allOver: false };
  const broken = brokenLimit(metric, result);
  if (result.dryRun) return withDryRun(before, result, broken);
  const runSummary = summed(status.runSummary, broken?.phase ?? 'Successful');
  const counted = { ...before, status: { ...status, runSummary } };
  if (worst && !isWorse(worst.phase, result.phase)) return counted;
  const why = broken ? `Metric "${metric.name}" assessed ${result.phase} due to ${broken.why}` : '';
  const said = why !== '' && result.message !== '' ? `: "Error Message: ${result.message}"` : '';
  return {
    ...counted,
    worst: { phase: result.phase, message: why === '' ? (worst?.message ?? '') : why + said },
  };
}

/** It does not count, and yet says what it would have said. */
function withDryRun(
  { status, worst, allOver }: Assessment,
  result: MetricResult,
  broken: ReturnType<typeof brokenLimit>,
): Assessment {
  const dryRunSummary = summed(status.dryRunSummary, broken?.phase ?? 'Successful');
  const message = broken ? `Metric assessed ${result.phase} due to ${broken.why}` : result.message;
  const metricResults = status.metricResults.map((each) => (each === result ? { ...each, message } : each));
  return {
    status: { ...status, dryRunSummary, metricResults },
    worst: worst ?? { phase: 'Successful', message: '' },
    allOver,
  };
}

const SUMMARY_KEYS = {
  Successful: 'successful',
  Failed: 'failed',
  Inconclusive: 'inconclusive',
  Error: 'error',
} as const;

function summed(summary: Summary, phase: keyof typeof SUMMARY_KEYS): Summary {
  const key = SUMMARY_KEYS[phase];
  return { ...summary, [key]: summary[key] + 1 };
}

function withoutOldest({ kept }: PreparedRun, status: RunStatus): RunStatus {
  const metricResults = status.metricResults.map((result) => {
    const most = kept.get(result.name) ?? KEPT_MEASUREMENTS;
    return result.measurements.length > most
      ? { ...result, measurements: result.measurements.slice(-most) }
      : result;
  });
  return { ...status, metricResults };
}
