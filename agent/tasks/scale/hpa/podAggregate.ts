/**
 * What the pods of a target come to for one metric. Counts and sums only. Amounts are in thousandths of the metric's
 * unit, as Kubernetes reckons them (1 core = 1000, 1 byte = 1000); requests matter for Utilization only.
 */
export interface PodAggregate {
  /** Pods whose metric counts. */
  ready: number;
  /** Sums over these. */
  usageMilli: number;
  requestMilli: number;
  /** Running pods without a metric. */
  missing: number;
  missingRequestMilli: number;
  /** Pods that are pending, or whose CPU does not count yet because they have just started. */
  unready: number;
  unreadyRequestMilli: number;
}

export function emptyAggregate(): PodAggregate {
  return {
    ready: 0,
    usageMilli: 0,
    requestMilli: 0,
    missing: 0,
    missingRequestMilli: 0,
    unready: 0,
    unreadyRequestMilli: 0,
  };
}
