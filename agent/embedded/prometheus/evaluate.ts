import { aggregate } from './aggregate';
import type { Aggregation, Call, Expr, MatrixSelector, VectorSelector } from './ast';
import { applyBinary } from './binary';
import { FUNCTIONS } from './functions';
import { withoutName } from './labels';
import { matchesAll, metricNameOf } from './matcher';
import { PromqlError } from './promqlError';
import { POD_LABEL, type ReadableSeriesStore, type StoredSeries } from './seriesStore';
import { scalarOf, type Value, vector, vectorOf } from './value';

/** How far back an instant selector takes a sample for current: Prometheus' default. */
export const LOOKBACK_MS = 5 * 60_000;

/**
 * Evaluates queries over a store as it is now. One evaluator serves one request: it remembers which series each
 * selector has matched, so that a range query matches them once. Ranges and the look-back are open at their older end,
 * as in Prometheus 3. Throws PromqlError.
 */
export class Evaluator {
  readonly #store: ReadableSeriesStore;
  readonly #matched = new Map<VectorSelector, readonly StoredSeries[]>();

  constructor(store: ReadableSeriesStore) {
    this.#store = store;
  }

  evaluate(expr: Expr, atMs: number): Value {
    switch (expr.kind) {
      case 'number':
        return { type: 'scalar', value: expr.value };
      case 'string':
        return { type: 'string', value: expr.value };
      case 'vector-selector':
        return this.#instant(expr, atMs, ({ value }) => value);
      case 'matrix-selector':
        return this.#range(expr, atMs);
      case 'negation':
        return negated(this.evaluate(expr.operand, atMs));
      case 'binary':
        return applyBinary(expr, this.evaluate(expr.left, atMs), this.evaluate(expr.right, atMs));
      case 'aggregation':
        return this.#aggregation(expr, atMs);
      case 'call':
        return this.#call(expr, atMs);
    }
  }

  /** The latest sample of each matching series within the look-back. */
  #instant(
    selector: VectorSelector,
    atMs: number,
    read: (sample: { atMs: number; value: number }) => number,
  ): Value {
    const untilMs = atMs - selector.offsetMs;
    const samples = this.#select(selector).flatMap((series) => {
      const latest = series.samples.latest(untilMs - LOOKBACK_MS, untilMs);
      return latest ? [{ labels: series.labels, value: read(latest) }] : [];
    });
    return { type: 'vector', samples };
  }

  #range({ selector, rangeMs }: MatrixSelector, atMs: number): Value {
    const endMs = atMs - selector.offsetMs;
    const startMs = endMs - rangeMs;
    const series = this.#select(selector).flatMap(({ labels, samples }) => {
      const points = samples.between(startMs, endMs);
      return points.values.length > 0 ? [{ labels, ...points }] : [];
    });
    return { type: 'matrix', series, startMs, endMs };
  }

  #aggregation({ name, parameter, operand, grouping }: Aggregation, atMs: number): Value {
    const parameterValue = parameter ? scalarOf(this.evaluate(parameter, atMs)) : Number.NaN;
    const samples = vectorOf(this.evaluate(operand, atMs));
    return { type: 'vector', samples: aggregate(name, samples, grouping, parameterValue) };
  }

  #call({ name, args }: Call, atMs: number): Value {
    const [only] = args;
    if (name === 'timestamp' && only?.kind === 'vector-selector') return this.#timestamps(only, atMs);
    const definition = FUNCTIONS.get(name);
    if (!definition) throw new PromqlError('execution', `unknown function ${name}`);
    return definition.evaluate(
      args.map((arg) => this.evaluate(arg, atMs)),
      atMs,
    );
  }

  #timestamps(selector: VectorSelector, atMs: number): Value {
    const times = vectorOf(this.#instant(selector, atMs, (sample) => sample.atMs / 1000));
    return vector(times.map(({ labels, value }) => ({ labels: withoutName(labels), value })));
  }

  #select(selector: VectorSelector): readonly StoredSeries[] {
    const known = this.#matched.get(selector);
    if (known) return known;
    const { matchers } = selector;
    const byPod = matchers.filter(({ name }) => name === POD_LABEL);
    const others = matchers.filter(({ name }) => name !== POD_LABEL);
    const candidates = this.#store.all(metricNameOf(matchers), (pod) =>
      byPod.every((matcher) => matcher.matches(pod)),
    );
    const matched = [...candidates].filter((series) => matchesAll(others, series.labels));
    this.#matched.set(selector, matched);
    return matched;
  }
}

function negated(value: Value): Value {
  if (value.type === 'scalar') return { type: 'scalar', value: -value.value };
  return vector(
    vectorOf(value).map((sample) => ({ labels: withoutName(sample.labels), value: -sample.value })),
  );
}
