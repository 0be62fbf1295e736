import type { AnalysisPhase } from '../../../protocol';
import { AnalysisError } from './analysisError';
import { conditionHolds } from './expression/evaluate';
import { ExpressionError } from './expression/expressionError';
import { isList, type Value } from './expression/values';
import type { Metric } from './metric';

/**
 * What a measurement says. With one condition it is either successful or failed; with both, what neither of them
 * claims is inconclusive, and what both claim has failed; with none every answer is a success.
 *
 * Throws AnalysisError where a condition cannot be answered.
 *
 * Source: https://github.com/argoproj/argo-rollouts/blob/master/utils/evaluate/evaluate.go
 */
export function assessResult(
  { successCondition, failureCondition }: Pick<Metric, 'successCondition' | 'failureCondition'>,
  result: Value,
): Extract<AnalysisPhase, 'Successful' | 'Failed' | 'Inconclusive'> {
  const success = successCondition === '' ? null : holds('successCondition', successCondition, result);
  const failure = failureCondition === '' ? null : holds('failureCondition', failureCondition, result);
  if (failure ?? success === false) return 'Failed';
  return (success ?? true) ? 'Successful' : 'Inconclusive';
}

function holds(which: string, condition: string, result: Value): boolean {
  try {
    return conditionHolds(condition, result);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const empty = result === null || (isList(result) && result.length === 0);
    const why = empty
      ? 'metric result is nil or empty: no data returned from the metric provider'
      : error.message;
    throw new AnalysisError(`could not evaluate ${which} "${condition}": ${why}`, { cause: error });
  }
}
