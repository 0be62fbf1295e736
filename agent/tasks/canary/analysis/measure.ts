import { AnalysisError } from './analysisError';
import { assessResult } from './assess';
import type { Metric } from './metric';
import type { ProviderAnswer } from './prometheusAnswer';
import type { Measurement } from './runStatus';

/**
 * One measurement: what the provider answers, and what the metric's conditions say of it. An AnalysisError, of the
 * provider or of a condition, makes it an `Error`, which is tried again.
 *
 * @param at the time in RFC 3339
 * @param answer what the provider has answered, or the AnalysisError that it failed with
 */
export function measurementOf(
  metric: Metric,
  at: string,
  answer: ProviderAnswer | AnalysisError,
): Measurement {
  const times = { startedAt: at, finishedAt: at };
  if (answer instanceof AnalysisError)
    return { phase: 'Error', value: '', message: answer.message, ...times };
  try {
    return { phase: assessResult(metric, answer.result), value: answer.value, message: '', ...times };
  } catch (error) {
    if (!(error instanceof AnalysisError)) throw error;
    return { phase: 'Error', value: '', message: error.message, ...times };
  }
}
