import * as z from 'zod';
import { AnalysisError } from './analysisError';
import { Metric } from './metric';
import type { Argument } from './template';

/**
 * A metric with all `{{args.name}}` filled in, wherever they stand.
 *
 * Throws AnalysisError for an argument that is missing, that comes out of a Secret, or for a field that is then not
 * what it has to be.
 */
export function filledMetric(metric: unknown, args: readonly Argument[]): Metric {
  const values = new Map(args.map((argument) => [`args.${argument.name}`, suppliedValue(argument)]));
  const parsed = Metric.safeParse(filled(metric, values));
  if (parsed.success) return parsed.data;
  throw new AnalysisError(z.prettifyError(parsed.error));
}

function suppliedValue({ name, value, valueFrom }: Argument): string {
  if (value !== undefined) return value;
  if (valueFrom && 'secretKeyRef' in valueFrom) {
    throw new AnalysisError(
      `argument "${name}" comes out of a Secret, which is not read here: give it as a value`,
    );
  }
  throw new AnalysisError(`argument "${name}" was not supplied`);
}

function filled(value: unknown, values: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return filledText(value, values);
  if (Array.isArray(value)) return value.map((item) => filled(item, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [filledText(key, values), filled(inner, values)]),
  );
}

/** Throws AnalysisError for a placeholder that nobody fills. */
export function filledText(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\{\{([\s\S]*?)\}\}/g, (_, tag: string) => {
    const value = values.get(tag.trim());
    if (value === undefined) throw new AnalysisError(`failed to resolve {{${tag}}}`);
    return value;
  });
}
