import { Evaluator } from '../../prometheus/evaluate';
import { parsePromql } from '../../prometheus/parse';
import type { ReadableSeriesStore } from '../../prometheus/seriesStore';

/** A query has found nothing, or nothing that is a number. */
export class NoValues extends Error {
  constructor() {
    super('no values found');
    this.name = 'NoValues';
  }
}

/** The value of an instant query; of several series the last one's. Throws NoValues and PromqlError. */
export function runQuery(series: ReadableSeriesStore, query: string, atMs: number): number {
  const value = new Evaluator(series).evaluate(parsePromql(query.replaceAll(/\s+/g, ' ').trim()), atMs);
  const found =
    value.type === 'scalar'
      ? value.value
      : value.type === 'vector'
        ? (value.samples.at(-1)?.value ?? Number.NaN)
        : Number.NaN;
  if (Number.isNaN(found)) throw new NoValues();
  return found;
}

/** What a template may ask for: https://docs.flagger.app/usage/metrics#custom-metrics */
export interface QueryModel {
  name: string;
  namespace: string;
  target: string;
  service: string;
  ingress: string;
  route: string;
  interval: string;
  variables: Readonly<Record<string, string>>;
}

/** The template with `{{ namespace }}`, `{{ variables.mine }}` … filled in. Throws Error for what it cannot know. */
export function renderQuery(template: string, model: QueryModel): string {
  return template.replaceAll(/\{\{-?\s*([\w.]+)\s*-?\}\}/g, (_, path: string) => {
    const [head = '', ...rest] = path.split('.');
    if (head === 'variables' && rest.length === 1) {
      const value = model.variables[rest[0] ?? ''];
      if (value !== undefined) return value;
      throw new Error(`template excution failed: map has no entry for key "${rest[0]}"`);
    }
    const value =
      rest.length === 0 && Object.hasOwn(model, head) ? model[head as keyof QueryModel] : undefined;
    if (typeof value === 'string') return value;
    throw new Error(`template parsing failed: function "${head}" not defined`);
  });
}

const PODS = 'namespace="{{ namespace }}",pod=~"{{ target }}-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)"';

/**
 * The built-in metrics as Flagger asks for them of plain HTTP apps, whatever splits the traffic: in the names and
 * labels that the embedded cluster's pods are scraped with.
 */
export const SUCCESS_RATE_QUERY = `
  sum(rate(http_requests_total{${PODS},status!~"5.*"}[{{ interval }}]))
  / sum(rate(http_requests_total{${PODS}}[{{ interval }}])) * 100`;
/** Seconds. */
export const DURATION_QUERY = `
  histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{${PODS}}[{{ interval }}])))`;
