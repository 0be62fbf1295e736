import * as z from 'zod';
import { AnalysisPhase } from '../../../protocol';

const Count = z.number().int().default(0);

/** `status` of an AnalysisRun, as Argo keeps it. Times are RFC 3339. */
const Measurement = z.looseObject({
  phase: AnalysisPhase,
  value: z.string().default(''),
  message: z.string().default(''),
  startedAt: z.string(),
  finishedAt: z.string().optional(),
});
export type Measurement = z.infer<typeof Measurement>;

export const MetricResult = z.looseObject({
  name: z.string(),
  phase: AnalysisPhase,
  message: z.string().default(''),
  dryRun: z.boolean().default(false),
  metadata: z.record(z.string(), z.string()).optional(),
  /** Oldest first. */
  measurements: z.array(Measurement).default([]),
  count: Count,
  successful: Count,
  failed: Count,
  inconclusive: Count,
  error: Count,
  consecutiveError: Count,
  consecutiveSuccess: Count,
});
export type MetricResult = z.infer<typeof MetricResult>;

const Summary = z.object({
  count: Count,
  successful: Count,
  failed: Count,
  inconclusive: Count,
  error: Count,
});
export type Summary = z.infer<typeof Summary>;

export const RunStatus = z.looseObject({
  /** Absent before the first look. */
  phase: AnalysisPhase.optional(),
  message: z.string().default(''),
  startedAt: z.string().optional(),
  completedAt: z.string().optional(),
  metricResults: z.array(MetricResult).default([]),
  runSummary: Summary.prefault({}),
  dryRunSummary: Summary.prefault({}),
});
export type RunStatus = z.infer<typeof RunStatus>;

export const NOT_STARTED: RunStatus = RunStatus.parse({});

export function isCompleted(phase: AnalysisPhase | undefined): boolean {
  return phase === 'Successful' || phase === 'Failed' || phase === 'Error' || phase === 'Inconclusive';
}

/** From best to worst, as Argo orders them: of two ends the worse one counts. */
const ORDER: readonly AnalysisPhase[] = [
  'Successful',
  'Running',
  'Pending',
  'Inconclusive',
  'Error',
  'Failed',
];

export function isWorse(current: AnalysisPhase, next: AnalysisPhase): boolean {
  return ORDER.indexOf(next) > ORDER.indexOf(current);
}
