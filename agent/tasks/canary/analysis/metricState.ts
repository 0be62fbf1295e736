import type { AnalysisPhase } from '../../../protocol';
import { effectiveCount, type Metric } from './metric';
import { isCompleted, type Measurement, type MetricResult } from './runStatus';

/** Measurements that are kept of a metric where nothing else is asked for. */
export const KEPT_MEASUREMENTS = 10;

/** A metric that has been measured once more. An error counts by itself: it is tried again. */
export function counted(before: MetricResult, measurement: Measurement): MetricResult {
  const result = { ...before, measurements: [...before.measurements, measurement] };
  switch (measurement.phase) {
    case 'Successful':
      result.successful++;
      result.consecutiveSuccess++;
      break;
    case 'Failed':
      result.failed++;
      result.consecutiveSuccess = 0;
      break;
    case 'Inconclusive':
      result.inconclusive++;
      result.consecutiveSuccess = 0;
      break;
    case 'Error':
      return {
        ...result,
        error: result.error + 1,
        consecutiveError: result.consecutiveError + 1,
        consecutiveSuccess: 0,
      };
    default:
      return result;
  }
  return { ...result, count: result.count + 1, consecutiveError: 0 };
}

/**
 * Where a metric stands: bad beyond a limit, long enough in a row good, measured as often as asked, or still at it.
 *
 * @param isEnding the run has been ended, or another of its metrics has: what has not gone wrong then is a success
 *
 * Source: `assessMetricStatus` in https://github.com/argoproj/argo-rollouts/blob/master/analysis/analysis.go
 */
export function metricPhase(metric: Metric, result: MetricResult, isEnding: boolean): AnalysisPhase {
  if (isCompleted(result.phase)) return result.phase;
  const last = result.measurements.at(-1);
  if (!last) return isEnding ? 'Successful' : 'Pending';
  if (!isCompleted(last.phase)) return 'Running';
  const broken = brokenLimit(metric, result);
  if (broken) return broken.phase;
  const { consecutiveSuccessLimit, failureLimit } = metric;
  const needsSuccesses = consecutiveSuccessLimit > 0;
  if (needsSuccesses && result.consecutiveSuccess >= consecutiveSuccessLimit) return 'Successful';
  const count = effectiveCount(metric);
  if (count !== null && result.count >= count) {
    if (!needsSuccesses) return 'Successful';
    return failureLimit >= 0 ? 'Inconclusive' : 'Failed';
  }
  return isEnding ? 'Successful' : 'Running';
}

/** The limit that a metric has gone beyond, in Argo's words; of several the last one of these. */
export function brokenLimit(
  { failureLimit, inconclusiveLimit, consecutiveErrorLimit }: Metric,
  { failed, inconclusive, consecutiveError }: MetricResult,
): { phase: Extract<AnalysisPhase, 'Failed' | 'Inconclusive' | 'Error'>; why: string } | null {
  if (consecutiveError > consecutiveErrorLimit) {
    const why = `consecutiveErrors (${consecutiveError}) > consecutiveErrorLimit (${consecutiveErrorLimit})`;
    return { phase: 'Error', why };
  }
  if (inconclusive > inconclusiveLimit) {
    return {
      phase: 'Inconclusive',
      why: `inconclusive (${inconclusive}) > inconclusiveLimit (${inconclusiveLimit})`,
    };
  }
  if (failureLimit >= 0 && failed > failureLimit) {
    return { phase: 'Failed', why: `failed (${failed}) > failureLimit (${failureLimit})` };
  }
  return null;
}
