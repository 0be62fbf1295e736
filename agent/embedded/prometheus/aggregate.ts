import type { AggregationName, Grouping } from './ast';
import { dropLabels, keepLabels, type Labels, labelsKey, METRIC_NAME } from './labels';
import { maxOf, minOf, preciseSum, quantileOf } from './statistics';
import type { Sample } from './value';

/** Aggregates a vector over its groups. `parameter` is `k` of topk and φ of quantile, NaN for the others. */
export function aggregate(
  name: AggregationName,
  samples: readonly Sample[],
  grouping: Grouping,
  parameter: number,
): Sample[] {
  const groups = [...groupSamples(samples, grouping)];
  if (name === 'topk') return groups.flatMap(({ members }) => topK(members, parameter));
  return groups.map(({ labels, members }) => ({
    labels,
    value: reduce(
      name,
      members.map((member) => member.value),
      parameter,
    ),
  }));
}

function reduce(name: Exclude<AggregationName, 'topk'>, values: readonly number[], phi: number): number {
  switch (name) {
    case 'sum':
      return preciseSum(values);
    case 'avg':
      return preciseSum(values) / values.length;
    case 'min':
      return minOf(values);
    case 'max':
      return maxOf(values);
    case 'count':
      return values.length;
    case 'quantile':
      return quantileOf(phi, values);
  }
}

/** The k greatest, greatest first, with all their labels; NaN is the least of all. */
function topK(members: readonly Sample[], k: number): Sample[] {
  if (!(k >= 1)) return [];
  const descending = members.toSorted((a, b) => {
    if (Number.isNaN(a.value)) return Number.isNaN(b.value) ? 0 : 1;
    if (Number.isNaN(b.value)) return -1;
    return a.value > b.value ? -1 : a.value < b.value ? 1 : 0;
  });
  return descending.slice(0, Math.trunc(k));
}

function groupSamples(samples: readonly Sample[], grouping: Grouping) {
  const groups = new Map<string, { labels: Labels; members: Sample[] }>();
  const dropped = new Set([...grouping.labels, METRIC_NAME]);
  for (const sample of samples) {
    const labels = grouping.by
      ? keepLabels(sample.labels, grouping.labels)
      : dropLabels(sample.labels, dropped);
    const key = labelsKey(labels);
    const group = groups.get(key);
    if (group) group.members.push(sample);
    else groups.set(key, { labels, members: [sample] });
  }
  return groups.values();
}
