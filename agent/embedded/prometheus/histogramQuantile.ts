import { dropLabels, type Labels, labelsKey, METRIC_NAME } from './labels';
import type { Sample } from './value';

interface Bucket {
  upperBound: number;
  /** Cumulative. */
  count: number;
}

/** Bucket counts that differ by less than this share are the same but for floating-point noise. */
const SMALL_DELTA = 1e-12;

const BUCKET_LABELS: ReadonlySet<string> = new Set([METRIC_NAME, 'le']);

/** `histogram_quantile` over classic buckets: one element for each label set apart from `le`. */
export function histogramQuantile(phi: number, samples: readonly Sample[]): Sample[] {
  const histograms = new Map<string, { labels: Labels; buckets: Bucket[] }>();
  for (const { labels, value } of samples) {
    const upperBound = parseBound(labels.get('le'));
    if (upperBound === null) continue;
    const rest = dropLabels(labels, BUCKET_LABELS);
    const key = labelsKey(rest);
    const histogram = histograms.get(key) ?? { labels: rest, buckets: [] };
    histogram.buckets.push({ upperBound, count: value });
    histograms.set(key, histogram);
  }
  return [...histograms.values()].map(({ labels, buckets }) => ({
    labels,
    value: bucketQuantile(phi, buckets),
  }));
}

/**
 * The φ-quantile, interpolated linearly within its bucket; the lowest bucket starts at 0, and in the `+Inf` bucket the
 * answer is the highest finite bound.
 *
 * Source: `BucketQuantile` in prometheus/prometheus, promql/quantile.go.
 */
export function bucketQuantile(phi: number, unordered: readonly Bucket[]): number {
  if (Number.isNaN(phi)) return Number.NaN;
  if (phi < 0) return Number.NEGATIVE_INFINITY;
  if (phi > 1) return Number.POSITIVE_INFINITY;
  const buckets = monotonic(coalesced(unordered));
  const last = buckets.at(-1);
  const highestFinite = buckets.at(-2);
  if (!last || !highestFinite || last.upperBound !== Number.POSITIVE_INFINITY) return Number.NaN;
  if (last.count === 0 || Number.isNaN(last.count)) return Number.NaN;
  const rank = phi * last.count;
  const index = buckets.findIndex((bucket) => bucket.count >= rank);
  const bucket = buckets[index];
  if (!bucket || index === buckets.length - 1) return highestFinite.upperBound;
  const below = buckets[index - 1];
  if (!below && bucket.upperBound <= 0) return bucket.upperBound;
  const start = below ?? { upperBound: 0, count: 0 };
  const share = (rank - start.count) / (bucket.count - start.count);
  return start.upperBound + (bucket.upperBound - start.upperBound) * share;
}

/** In order of the bounds, the counts of equal bounds (`1` and `1.0`) added up. */
function coalesced(unordered: readonly Bucket[]): Bucket[] {
  const buckets: Bucket[] = [];
  for (const bucket of unordered.toSorted((a, b) => (a.upperBound < b.upperBound ? -1 : 1))) {
    const last = buckets.at(-1);
    if (last && last.upperBound === bucket.upperBound) last.count += bucket.count;
    else buckets.push({ ...bucket });
  }
  return buckets;
}

/** Counts that fall, as buckets scraped at different times may, are raised to the one before. */
function monotonic(buckets: readonly Bucket[]): Bucket[] {
  let previous = buckets[0]?.count ?? 0;
  return buckets.map((bucket) => {
    if (bucket.count > previous && !almostEqual(bucket.count, previous)) previous = bucket.count;
    return { ...bucket, count: previous };
  });
}

function almostEqual(a: number, b: number): boolean {
  return Math.abs(a - b) < SMALL_DELTA * (Math.abs(a) + Math.abs(b));
}

function parseBound(text: string | undefined): number | null {
  if (text === undefined || text.trim() === '') return null;
  if (/^\+?Inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  const bound = Number(text);
  return Number.isNaN(bound) ? null : bound;
}
