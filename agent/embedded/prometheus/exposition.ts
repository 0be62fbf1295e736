import { LOOKBACK_MS } from './evaluate';
import { formatValue } from './format';
import { type Labels, METRIC_NAME } from './labels';
import type { ReadableSeriesStore } from './seriesStore';

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * The latest value of every live series in the text exposition format, for a real Prometheus to scrape (with
 * `honor_labels`, since `namespace`, `pod` and the like are theirs). Without timestamps: cluster time may run faster
 * than the scraper's.
 */
export function expositionText(store: ReadableSeriesStore, atMs: number): string {
  const lines: string[] = [];
  for (const { labels, samples } of store.all()) {
    const latest = samples.latest(atMs - LOOKBACK_MS, atMs);
    if (latest) lines.push(`${labels.get(METRIC_NAME)}${labelText(labels)} ${formatValue(latest.value)}\n`);
  }
  return lines.join('');
}

function labelText(labels: Labels): string {
  const pairs = [...labels]
    .filter(([name]) => name !== METRIC_NAME)
    .map(([name, value]) => `${name}="${escapeValue(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
