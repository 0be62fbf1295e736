import { Evaluator } from './evaluate';
import { METRIC_NAME } from './labels';
import { parsePromql } from './parse';
import { createSeriesStore, type ReadableSeriesStore } from './seriesStore';

/** For tests: a store of series written as `{ 'name{label="value"}': [[seconds, value or 'stale'], …] }`. */
export function storeOf(
  series: Readonly<Record<string, readonly (readonly [number, number | 'stale'])[]>>,
): ReturnType<typeof createSeriesStore> {
  const store = createSeriesStore({ retentionMs: 24 * 3_600_000 });
  for (const [text, samples] of Object.entries(series)) {
    const handle = store.series(...parseSeriesText(text));
    for (const [seconds, value] of samples) {
      if (value === 'stale') store.end(handle, seconds * 1000);
      else handle.append(seconds * 1000, value);
    }
  }
  return store;
}

/** For tests: evaluates a query; a vector as `{ 'name{label="value"}': value }`, a scalar as a number. */
export function evaluateText(
  store: ReadableSeriesStore,
  query: string,
  atSeconds: number,
): number | string | Record<string, number> {
  const value = new Evaluator(store).evaluate(parsePromql(query), atSeconds * 1000);
  if (value.type === 'matrix') throw new Error('a range vector has no single value');
  if (value.type !== 'vector') return value.value;
  return Object.fromEntries(
    value.samples.map(({ labels, value: number }) => {
      const pairs = [...labels]
        .filter(([name]) => name !== METRIC_NAME)
        .map(([name, text]) => `${name}="${text}"`);
      return [`${labels.get(METRIC_NAME) ?? ''}{${pairs.join(',')}}`, number];
    }),
  );
}

function parseSeriesText(text: string): [string, Record<string, string>] {
  const [name = '', body = ''] = text.replace(/}$/, '').split('{');
  const pairs = [...body.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', value = '']) => [label, value]);
  return [name, Object.fromEntries(pairs)];
}
