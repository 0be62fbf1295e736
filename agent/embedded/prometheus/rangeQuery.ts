import type { Expr } from './ast';
import { typeOf } from './ast';
import type { Evaluator } from './evaluate';
import { type Labels, labelsKey, NO_LABELS } from './labels';
import { PromqlError } from './promqlError';
import { type RangeSeries, type Sample, scalarOf, vectorOf } from './value';

/** The most points that Prometheus computes for one series in one range query. */
export const MAX_POINTS = 11_000;

/** Evaluates an expression at each step of start…end, one series for each label set, in order of the labels. */
export function evaluateRange(
  evaluator: Evaluator,
  expr: Expr,
  range: { startMs: number; endMs: number; stepMs: number },
): RangeSeries[] {
  const type = typeOf(expr);
  if (type !== 'scalar' && type !== 'vector') {
    const title = type === 'matrix' ? 'range vector' : type;
    throw new PromqlError(
      'bad_data',
      `invalid expression type "${title}" for range query, must be Scalar or instant Vector`,
    );
  }
  const byLabels = new Map<string, RangeSeries>();
  for (let atMs = range.startMs; atMs <= range.endMs; atMs += range.stepMs) {
    const value = evaluator.evaluate(expr, atMs);
    const samples: readonly Sample[] =
      type === 'scalar' ? [{ labels: NO_LABELS, value: scalarOf(value) }] : vectorOf(value);
    for (const sample of samples) addPoint(byLabels, sample, atMs);
  }
  return [...byLabels.values()].sort((a, b) => compareLabels(a.labels, b.labels));
}

function addPoint(byLabels: Map<string, RangeSeries>, sample: Sample, atMs: number): void {
  const key = labelsKey(sample.labels);
  const series = byLabels.get(key) ?? { labels: sample.labels, timesMs: [], values: [] };
  series.timesMs.push(atMs);
  series.values.push(sample.value);
  byLabels.set(key, series);
}

function compareLabels(a: Labels, b: Labels): number {
  const left = JSON.stringify([...a]);
  const right = JSON.stringify([...b]);
  return left < right ? -1 : left > right ? 1 : 0;
}
