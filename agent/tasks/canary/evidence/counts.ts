/**
 * What was counted of both versions in one interval, on one route. Slow is relative to T, a latency that 5 to 10 % of
 * the stable version's requests exceed: `canarySlow` above 1.09 T speaks for harm, `canaryVerySlow` above 1.30 T
 * against safety; both are compared with `stableSlow` above T.
 */
export interface IntervalCounts {
  canaryRequests: number;
  canaryErrors: number;
  canarySlow: number;
  canaryVerySlow: number;
  stableRequests: number;
  stableErrors: number;
  stableSlow: number;
}
