import { LOOKBACK_MS } from './evaluate';
import { formatValue } from './format';
import { type Labels, METRIC_NAME } from './labels';
import { familyOf, type MetricFamily } from './metricFamilies';
import type { ReadableSeriesStore } from './seriesStore';

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * The latest value of every live series in the text exposition format, for a real Prometheus to scrape (with
 * `honor_labels`, since `namespace`, `pod` and the like are theirs). Without timestamps: cluster time may run faster
 * than the scraper's.
 */
export function expositionText(store: ReadableSeriesStore, atMs: number): string {
  const families = new Map<MetricFamily['name'], { family: MetricFamily; lines: string[] }>();
  for (const { labels, samples } of store.all()) {
    const latest = samples.latest(atMs - LOOKBACK_MS, atMs);
    if (!latest) continue;
    const metric = labels.get(METRIC_NAME) ?? '';
    const family = familyOf(metric);
    const group = families.get(family.name) ?? { family, lines: [] };
    families.set(family.name, group);
    group.lines.push(`${metric}${labelText(labels)} ${formatValue(latest.value)}\n`);
  }
  return [...families.values()].map(({ family, lines }) => heading(family) + lines.join('')).join('');
}

function heading({ name, help, type }: MetricFamily): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
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
