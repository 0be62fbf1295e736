import * as z from 'zod';
import { AnalysisError } from './analysisError';

/** An argument of a template or a run. One without `value` has to be given. */
export const Argument = z.looseObject({
  name: z.string().min(1),
  value: z.string().optional(),
  valueFrom: z.looseObject({}).optional(),
});
export type Argument = z.infer<typeof Argument>;

const DryRun = z.looseObject({ metricName: z.string() });
const Retention = z.looseObject({ metricName: z.string(), limit: z.int() });

/** Metrics before their arguments are filled in: any field may still be a placeholder. */
const RawMetric = z.looseObject({ name: z.string() });

/** What AnalysisTemplate, ClusterAnalysisTemplate and AnalysisRun have in common. */
export const AnalysisSpec = z.looseObject({
  metrics: z.array(RawMetric).default([]),
  args: z.array(Argument).default([]),
  dryRun: z.array(DryRun).default([]),
  measurementRetention: z.array(Retention).default([]),
  /** Ends the run: metrics that have not failed count as successful. */
  terminate: z.boolean().default(false),
});
export type AnalysisSpec = z.infer<typeof AnalysisSpec>;

/** What a Rollout adds to the templates that it names. */
export interface TemplateUse {
  args: readonly Argument[];
  dryRun: AnalysisSpec['dryRun'];
  measurementRetention: AnalysisSpec['measurementRetention'];
}

/**
 * The spec of the run that templates together make, with the arguments that are given to them.
 *
 * Throws AnalysisError in Argo's words: two metrics of one name, an argument with two values or none.
 */
export function specOfTemplates(templates: readonly AnalysisSpec[], use: TemplateUse): AnalysisSpec {
  return {
    metrics: allMetrics(templates),
    args: mergeArguments(use.args, allArguments(templates)),
    dryRun: uniqueRules('Dry-Run', [...use.dryRun, ...templates.flatMap(({ dryRun }) => dryRun)]),
    measurementRetention: uniqueRules('Measurement Retention', [
      ...use.measurementRetention,
      ...templates.flatMap(({ measurementRetention }) => measurementRetention),
    ]),
    terminate: false,
  };
}

function allMetrics(templates: readonly AnalysisSpec[]): AnalysisSpec['metrics'] {
  const metrics = templates.flatMap((template) => template.metrics);
  for (const [index, { name }] of metrics.entries()) {
    if (metrics.findIndex((metric) => metric.name === name) !== index) {
      throw new AnalysisError(`two metrics have the same name '${name}'`);
    }
  }
  return metrics;
}

function allArguments(templates: readonly AnalysisSpec[]): Argument[] {
  const combined = new Map<string, Argument>();
  for (const argument of templates.flatMap(({ args }) => args)) {
    const known = combined.get(argument.name);
    const { name, value } = argument;
    if (known?.value !== undefined && value !== undefined && known.value !== value) {
      throw new AnalysisError(
        `Argument \`${name}\` specified multiple times with different values: '${known.value}', '${value}'`,
      );
    }
    if (known?.value === undefined) combined.set(name, argument);
  }
  return [...combined.values()];
}

/** Those that nobody asks for are ignored. */
function mergeArguments(given: readonly Argument[], wanted: readonly Argument[]): Argument[] {
  return wanted.map((argument) => {
    const { value, valueFrom } = given.findLast(({ name }) => name === argument.name) ?? {};
    const merged = {
      ...argument,
      ...(value !== undefined ? { value } : valueFrom !== undefined ? { valueFrom } : {}),
    };
    if (merged.value !== undefined || merged.valueFrom !== undefined) return merged;
    throw new AnalysisError(`args.${argument.name} was not resolved`);
  });
}

function uniqueRules<T extends { metricName: string }>(title: string, rules: readonly T[]): T[] {
  for (const [index, { metricName }] of rules.entries()) {
    if (rules.findIndex((rule) => rule.metricName === metricName) !== index) {
      throw new AnalysisError(`two ${title} metric rules have the same name '${metricName}'`);
    }
  }
  return [...rules];
}
