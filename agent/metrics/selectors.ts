import { parser } from '@prometheus-io/lezer-promql';

/**
 * The distinct series selectors of a query, as they stand in it (`http_requests_total{status=~"5.."}`), without
 * ranges and offsets; null where the query does not parse as PromQL.
 */
export function selectorsOf(promql: string): string[] | null {
  const selectors = new Set<string>();
  let valid = true;
  parser.parse(promql).iterate({
    enter: (node) => {
      if (node.type.isError) valid = false;
      if (node.name === 'VectorSelector') selectors.add(promql.slice(node.from, node.to));
    },
  });
  return valid ? [...selectors] : null;
}
