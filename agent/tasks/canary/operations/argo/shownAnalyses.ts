import * as z from 'zod';
import type { AnalysisRunObject } from '../../../../cluster/releases';
import { type Analysis, type AnalysisMetric, AnalysisPhase } from '../../../../protocol';

const MOST_MEASUREMENTS = 10;
const Count = z.number().int().default(0);
const Time = z.string().nullish();

const Measurement = z.looseObject({
  phase: z.string().default('Pending'),
  value: z.string().default(''),
  message: z.string().default(''),
  startedAt: Time,
  finishedAt: Time,
  metadata: z.record(z.string(), z.string()).nullish(),
});
const Result = z.looseObject({
  name: z.string(),
  phase: z.string().default('Pending'),
  message: z.string().default(''),
  successful: Count,
  failed: Count,
  inconclusive: Count,
  error: Count,
  dryRun: z.boolean().default(false),
  measurements: z.array(Measurement).nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
});
const Status = z.looseObject({
  phase: z.string().default('Pending'),
  message: z.string().default(''),
  startedAt: Time,
  metricResults: z.array(Result).nullish(),
});
const Metric = z.looseObject({
  name: z.string(),
  successCondition: z.string().optional(),
  failureCondition: z.string().optional(),
  provider: z.record(z.string(), z.unknown()).default({}),
});
const Spec = z.looseObject({
  args: z.array(z.looseObject({ name: z.string(), value: z.string().nullish() })).nullish(),
  metrics: z.array(Metric).default([]),
});

/** The analysis runs of a release, newest first, with their queries as they were asked. */
export function analysesOf(runs: readonly AnalysisRunObject[]): Analysis[] {
  return runs.map(analysisOf);
}

function analysisOf({ name, labels, createdAtMs, spec, status }: AnalysisRunObject): Analysis {
  const parsed = Spec.safeParse(spec);
  const state = Status.safeParse(status ?? {});
  const where = whereOf(labels);
  if (!parsed.success || !state.success) {
    const message = 'its spec or status is not as Argo Rollouts has them';
    return { name, phase: 'Error', message, where, startedAtMs: createdAtMs, metrics: [] };
  }
  const results = state.data.metricResults ?? [];
  return {
    name,
    phase: phaseOf(state.data.phase),
    message: state.data.message,
    where,
    startedAtMs: timeMs(state.data.startedAt) ?? createdAtMs,
    metrics: parsed.data.metrics.map((metric) =>
      metricOf(
        metric,
        parsed.data.args ?? [],
        results.find((result) => result.name === metric.name),
      ),
    ),
  };
}

/** By the labels that Argo puts on a run. */
function whereOf(labels: Readonly<Record<string, string>>): string {
  const type = labels['rollout-type'] ?? '';
  const index = labels['step-index'];
  if (type === 'Step' && index !== undefined) return `step ${Number(index) + 1}`;
  return WHERE[type] ?? type;
}

const WHERE: Readonly<Record<string, string>> = {
  Step: 'step',
  Background: 'background',
  PrePromotion: 'pre-promotion',
  PostPromotion: 'post-promotion',
};

function metricOf(
  metric: z.infer<typeof Metric>,
  args: readonly { name: string; value?: string | null | undefined }[],
  result: z.infer<typeof Result> | undefined,
): AnalysisMetric {
  const [provider = ''] = Object.keys(metric.provider);
  return {
    name: metric.name,
    phase: phaseOf(result?.phase ?? 'Pending'),
    message: result?.message ?? '',
    provider,
    query: result?.metadata?.ResolvedPrometheusQuery ?? filled(queryOf(metric.provider[provider]), args),
    condition: conditionOf(metric),
    counts: {
      successful: result?.successful ?? 0,
      failed: result?.failed ?? 0,
      inconclusive: result?.inconclusive ?? 0,
      error: result?.error ?? 0,
    },
    dryRun: result?.dryRun ?? false,
    measurements: (result?.measurements ?? []).slice(-MOST_MEASUREMENTS).map((measurement) => ({
      atMs: timeMs(measurement.finishedAt) ?? timeMs(measurement.startedAt) ?? 0,
      phase: phaseOf(measurement.phase),
      value: measurement.value,
      message: measurement.message,
    })),
  };
}

/** A query of Prometheus, the address of a web request; other providers have nothing that could be read at a glance. */
function queryOf(settings: unknown): string {
  const { query, url } = z
    .looseObject({ query: z.string().optional(), url: z.string().optional() })
    .catch({})
    .parse(settings);
  return query ?? url ?? '';
}

/** Argo fills in `{{args.name}}` and tells of the result in newer versions only. */
function filled(text: string, args: readonly { name: string; value?: string | null | undefined }[]): string {
  return text.replace(/\{\{\s*args\.([\w.-]+)\s*\}\}/g, (placeholder, name: string) => {
    return args.find((arg) => arg.name === name)?.value ?? placeholder;
  });
}

function conditionOf({ successCondition, failureCondition }: z.infer<typeof Metric>): string {
  return [
    ...(successCondition === undefined ? [] : [`good if ${successCondition}`]),
    ...(failureCondition === undefined ? [] : [`bad if ${failureCondition}`]),
  ].join(', ');
}

function phaseOf(text: string): AnalysisPhase {
  return AnalysisPhase.safeParse(text).data ?? 'Pending';
}

function timeMs(text: string | null | undefined): number | null {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? null : ms;
}
