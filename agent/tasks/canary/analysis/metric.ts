import * as z from 'zod';
import { goDurationMs } from '../../../cluster/goDuration';
import { AnalysisError } from './analysisError';

/** A count as Argo takes it: a number, or one in a string, as arguments come. */
const Count = z
  .union([z.int(), z.string().regex(/^-?\d+$/, 'not a whole number')])
  .transform((value) => Number(value));

/**
 * One metric of an AnalysisTemplate with its arguments filled in.
 * Source: https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
 */
export const Metric = z.looseObject({
  name: z.string().min(1),
  /** Go durations. */
  interval: z.string().default(''),
  initialDelay: z.string().default(''),
  count: Count.optional(),
  successCondition: z.string().default(''),
  failureCondition: z.string().default(''),
  /** How many may fail; −1 for any number. */
  failureLimit: Count.default(0),
  inconclusiveLimit: Count.default(0),
  consecutiveErrorLimit: Count.default(4),
  /** Successes in a row that end it well; 0 for none. */
  consecutiveSuccessLimit: Count.default(0),
  provider: z.record(z.string(), z.unknown()).default({}),
});
export type Metric = z.infer<typeof Metric>;

/**
 * After how many measurements it is over; null where it goes on until it is ended: without a count, and with an
 * interval.
 */
export function effectiveCount({ count, interval }: Metric): number | null {
  if (count) return count;
  return interval === '' ? 1 : null;
}

/** Kind of the provider: `prometheus`, `web`, `job` … */
export function providerOf({ provider }: Metric): string {
  return providersOf(provider)[0] ?? '';
}

function providersOf(provider: Metric['provider']): string[] {
  return Object.keys(provider).flatMap((kind) =>
    kind === 'plugin' ? Object.keys(Object(provider.plugin)) : [kind],
  );
}

/** Throws AnalysisError, in Argo's words, for metrics that cannot be run. */
export function checkMetrics(metrics: readonly Metric[]): void {
  if (metrics.length === 0) throw new AnalysisError('no metrics specified');
  for (const [index, metric] of metrics.entries()) {
    const isSecond = metrics.findIndex(({ name }) => name === metric.name) !== index;
    const problem = isSecond ? `duplicate name '${metric.name}'` : problemOf(metric);
    if (problem) throw new AnalysisError(`metrics[${index}]: ${problem}`);
  }
}

function problemOf(metric: Metric): string | null {
  const providers = providersOf(metric.provider).length;
  return (
    limitProblem(metric) ??
    timeProblem(metric) ??
    (providers === 0 ? 'no provider specified' : providers > 1 ? 'multiple providers specified' : null)
  );
}

function limitProblem(metric: Metric): string | null {
  const {
    count = 0,
    failureLimit,
    inconclusiveLimit,
    consecutiveErrorLimit,
    consecutiveSuccessLimit,
  } = metric;
  if (consecutiveSuccessLimit < 0) return 'consecutiveSuccessLimit must be >= 0';
  if (failureLimit < -1) return 'failureLimit must be >= 0, or -1 to be disabled';
  if (consecutiveSuccessLimit === 0 && failureLimit === -1) {
    return 'failureLimit and consecutiveSuccessLimit cannot both be disabled';
  }
  if (inconclusiveLimit < 0) return 'inconclusiveLimit must be >= 0';
  if (consecutiveErrorLimit < 0) return 'consecutiveErrorLimit must be >= 0';
  if (count <= 0) return null;
  if (failureLimit >= 0 && count < failureLimit + consecutiveSuccessLimit) {
    return `count (${count}) must be >= failureLimit + consecutiveSuccessLimit (${failureLimit} + ${consecutiveSuccessLimit}) if both >= 0`;
  }
  if (failureLimit < 0 && count < consecutiveSuccessLimit) return 'count must be >= consecutiveSuccessLimit';
  return count < inconclusiveLimit ? 'count must be >= inconclusiveLimit' : null;
}

function timeProblem({ count = 0, interval, initialDelay }: Metric): string | null {
  if (count > 1 && interval === '') return 'interval must be specified when count > 1';
  if (interval !== '' && goDurationMs(interval) === null) return `invalid interval string: ${interval}`;
  if (initialDelay !== '' && goDurationMs(initialDelay) === null) {
    return `invalid startDelay string: ${initialDelay}`;
  }
  return null;
}
