/**
 * What a pace policy may know of a release: all that observations and rules look at. The env is one; the live side fills
 * another from the cluster and Prometheus, so that both see by the same code. Weights are shares of the traffic, 0…1.
 */
export interface CanaryView {
  /** Of the newest interval that the metrics show. */
  readonly reading: CanaryReading;
  readonly record: RecordView;
  readonly evidence: EvidenceView;
  readonly weight: number;
  /** By how much up and down change the weight. */
  readonly weightStep: number;
  /** The weight that the release began with: none is lower, but for no traffic at all. */
  readonly leastWeight: number;
  /** The most that the evidence allows now. */
  readonly mostWeight: number;
  readonly sinceStartSeconds: number;
  readonly atWeightSeconds: number;
  /** 0 when it is over. */
  readonly bakeLeftSeconds: number;
  readonly timeLimitSeconds: number;
}

/** One interval as the metrics show it. */
export interface CanaryReading {
  /** How long it was; 0 before there are metrics. */
  readonly seconds: number;
  readonly canary: VersionReading;
  readonly stable: VersionReading;
  /** Of the canary's containers, within the interval. */
  readonly restarts: number;
  /** Of the canary: share of its limit, 0…1; null where it has none, or where nobody knows. */
  readonly cpu: number | null;
  readonly memory: number | null;
}

/** Latencies are 0 without requests. */
export interface VersionReading {
  readonly requests: number;
  readonly errors: number;
  readonly p50Seconds: number;
  readonly p95Seconds: number;
  readonly p99Seconds: number;
}

/** What there is to remember of the intervals so far; `ReleaseRecord` does. */
export interface RecordView {
  /** Over about five minutes, as is all that is smoothed. */
  readonly canaryErrorShare: number;
  readonly stableErrorShare: number;
  /** Of the canary's p95 to the stable one's. */
  readonly p95Ratio: number;
  /** What is usual for the stable version, over about half an hour; 0 before there were requests. */
  readonly usualP50Seconds: number;
  readonly usualP95Seconds: number;
  readonly usualP99Seconds: number;
  /** Of the canary since the weight is what it is. */
  readonly requestsAtWeight: number;
  /** Of the canary, over about ten minutes. */
  readonly recentRestarts: number;
  /** Share of the memory limit per minute. */
  readonly memoryTrend: number;
}

/** `ReleaseEvidence` is one. */
export interface EvidenceView {
  readonly errors: EvidenceSideView;
  readonly latency: EvidenceSideView;
  /** Of the canary since the start, and how many there have to be before any verdict. */
  readonly requests: number;
  readonly minRequests: number;
  readonly dispersion: number;
}

export interface EvidenceSideView {
  readonly harmLog10: number;
  readonly safetyLog10: number;
  readonly mostHarm: number | null;
}
