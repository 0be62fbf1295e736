import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Evaluator } from './evaluate';
import { formatValue } from './format';
import { METRIC_NAME } from './labels';
import { parsePromql } from './parse';
import recorded from './prometheusAnswers.json';
import { createSeriesStore } from './seriesStore';

const Labels = z.record(z.string(), z.string());
const Recorded = z.object({
  series: z.array(
    z.object({
      labels: Labels,
      samples: z.array(z.tuple([z.number(), z.union([z.number(), z.literal('stale')])])),
    }),
  ),
  cases: z.array(
    z.object({
      query: z.string(),
      atMs: z.number(),
      result: z.union([z.string(), z.array(z.tuple([Labels, z.string()]))]),
    }),
  ),
});
const { series, cases } = Recorded.parse(recorded);

function storeOfRecorded() {
  const store = createSeriesStore({ retentionMs: 3_600_000 });
  for (const { labels, samples } of series) {
    const { [METRIC_NAME]: name = '', ...rest } = labels;
    const handle = store.series(name, rest);
    for (const [atMs, value] of samples) {
      if (value === 'stale') store.end(handle, atMs);
      else handle.append(atMs, value);
    }
  }
  return store;
}

describe('what Prometheus itself has answered on the same series', () => {
  const store = storeOfRecorded();

  it.each(cases)('$query at $atMs ms', ({ query, atMs, result }) => {
    const value = new Evaluator(store).evaluate(parsePromql(query), atMs);
    if (typeof result === 'string') {
      expect(value).toEqual({ type: 'scalar', value: Number(result) });
      return;
    }
    if (value.type !== 'vector') throw new Error(`expected a vector, got a ${value.type}`);
    const byKey = (pairs: readonly (readonly [Record<string, string>, string])[]) =>
      new Map(pairs.map(([labels, text]) => [JSON.stringify(Object.entries(labels).sort()), Number(text)]));
    const actual = byKey(
      value.samples.map((sample) => [Object.fromEntries(sample.labels), formatValue(sample.value)]),
    );
    const expected = byKey(result);
    expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
    // The order of additions differs, and with it the last digit.
    for (const [key, number] of expected) expect(actual.get(key)).toBeCloseTo(number, 9);
  });
});
