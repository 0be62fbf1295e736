/** What the metrics of one interval of 30 s say about both versions. */
export class Interval {
  canaryRequests = 0;
  stableRequests = 0;
  canaryErrors = 0;
  stableErrors = 0;
  /** Requests slower than the usual p95 of the stable version. */
  canarySlow = 0;
  stableSlow = 0;
  /** Latencies ÷ the usual one at that quantile; 0 without requests. */
  canaryP50 = 0;
  canaryP95 = 0;
  canaryP99 = 0;
  stableP50 = 0;
  stableP95 = 0;
  stableP99 = 0;
  canaryCpu = 0;
  canaryMemory = 0;
  /** Of the canary's containers, within the interval. */
  restarts = 0;
}
