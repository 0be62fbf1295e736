import type { ValueType } from './ast';
import { histogramQuantile } from './histogramQuantile';
import { makeLabels, NO_LABELS, withoutName } from './labels';
import { PromqlError } from './promqlError';
import { extrapolatedRate, instantRate } from './rates';
import { compileAnchored, expandReplacement } from './regex';
import { maxOf, minOf, preciseSum, quantileOf } from './statistics';
import {
  type MatrixValue,
  matrixOf,
  type RangeSeries,
  type Sample,
  scalarOf,
  stringOf,
  type Value,
  vector,
  vectorOf,
} from './value';

interface FunctionDefinition {
  args: readonly ValueType[];
  returns: ValueType;
  evaluate(args: readonly Value[], atMs: number): Value;
}

/** The functions that the embedded Prometheus knows, by name. */
export const FUNCTIONS: ReadonlyMap<string, FunctionDefinition> = new Map<string, FunctionDefinition>([
  ['rate', overRange((s, window) => extrapolatedRate(s, window, { counter: true, perSecond: true }))],
  ['increase', overRange((s, window) => extrapolatedRate(s, window, { counter: true, perSecond: false }))],
  ['delta', overRange((s, window) => extrapolatedRate(s, window, { counter: false, perSecond: false }))],
  ['irate', overRange(instantRate)],
  ['avg_over_time', overRange(({ values }) => preciseSum(values) / values.length)],
  ['min_over_time', overRange(({ values }) => minOf(values))],
  ['max_over_time', overRange(({ values }) => maxOf(values))],
  ['sum_over_time', overRange(({ values }) => preciseSum(values))],
  ['count_over_time', overRange(({ values }) => values.length)],
  ['last_over_time', { args: ['matrix'], returns: 'vector', evaluate: ([range]) => lastOverTime(range) }],
  [
    'quantile_over_time',
    {
      args: ['scalar', 'matrix'],
      returns: 'vector',
      evaluate: ([phi, range]) => mapRange(range, ({ values }) => quantileOf(scalarOf(phi), values)),
    },
  ],
  [
    'histogram_quantile',
    {
      args: ['scalar', 'vector'],
      returns: 'vector',
      evaluate: ([phi, buckets]) => vector(histogramQuantile(scalarOf(phi), vectorOf(buckets))),
    },
  ],
  ['abs', { args: ['vector'], returns: 'vector', evaluate: ([v]) => mapVector(v, Math.abs) }],
  ['clamp_min', clampWith(Math.max)],
  ['clamp_max', clampWith(Math.min)],
  [
    'label_replace',
    { args: ['vector', 'string', 'string', 'string', 'string'], returns: 'vector', evaluate: labelReplace },
  ],
  [
    'scalar',
    { args: ['vector'], returns: 'scalar', evaluate: ([v]) => ({ type: 'scalar', value: onlyValue(v) }) },
  ],
  [
    'vector',
    {
      args: ['scalar'],
      returns: 'vector',
      evaluate: ([s]) => vector([{ labels: NO_LABELS, value: scalarOf(s) }]),
    },
  ],
  [
    'time',
    { args: [], returns: 'scalar', evaluate: (_args, atMs) => ({ type: 'scalar', value: atMs / 1000 }) },
  ],
  // Directly on a selector it is the samples' own time, which the evaluator sees to.
  [
    'timestamp',
    { args: ['vector'], returns: 'vector', evaluate: ([v], atMs) => mapVector(v, () => atMs / 1000) },
  ],
]);

/** A function of one range vector, element by element; null leaves the element out. */
function overRange(compute: (series: RangeSeries, window: MatrixValue) => number | null): FunctionDefinition {
  return { args: ['matrix'], returns: 'vector', evaluate: ([range]) => mapRange(range, compute) };
}

function mapRange(
  range: Value | undefined,
  compute: (series: RangeSeries, window: MatrixValue) => number | null,
): Value {
  const window = matrixOf(range);
  const samples: Sample[] = [];
  for (const series of window.series) {
    const value = compute(series, window);
    if (value !== null) samples.push({ labels: withoutName(series.labels), value });
  }
  return vector(samples);
}

function mapVector(value: Value | undefined, compute: (value: number) => number): Value {
  return vector(
    vectorOf(value).map((sample) => ({ labels: withoutName(sample.labels), value: compute(sample.value) })),
  );
}

function clampWith(limit: (value: number, bound: number) => number): FunctionDefinition {
  return {
    args: ['vector', 'scalar'],
    returns: 'vector',
    evaluate: ([values, bound]) => mapVector(values, (value) => limit(value, scalarOf(bound))),
  };
}

/** The metric is still the same, so that this one function of a range keeps the name. */
function lastOverTime(range: Value | undefined): Value {
  const samples = matrixOf(range).series.map(({ labels, values }) => ({
    labels,
    value: values.at(-1) ?? Number.NaN,
  }));
  return vector(samples);
}

function onlyValue(value: Value | undefined): number {
  const [only, ...others] = vectorOf(value);
  return only && others.length === 0 ? only.value : Number.NaN;
}

function labelReplace(args: readonly Value[]): Value {
  const samples = vectorOf(args[0]);
  const [target, replacement, source, pattern] = args.slice(1).map(stringOf);
  if (target === undefined || replacement === undefined || source === undefined || pattern === undefined) {
    throw new PromqlError('execution', 'label_replace needs five arguments');
  }
  if (target === '') {
    throw new PromqlError('execution', 'invalid destination label name in label_replace(): ""');
  }
  const regex = compileForReplace(pattern);
  return vector(
    samples.map(({ labels, value }) => {
      const match = regex.exec(labels.get(source) ?? '');
      if (!match) return { labels, value };
      return { labels: makeLabels([...labels, [target, expandReplacement(replacement, match)]]), value };
    }),
  );
}

function compileForReplace(pattern: string): RegExp {
  try {
    return compileAnchored(pattern);
  } catch {
    throw new PromqlError('execution', `invalid regular expression in label_replace(): ${pattern}`);
  }
}
