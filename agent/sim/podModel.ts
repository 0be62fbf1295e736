/** How one pod behaves, before anything happens to it. */
export interface PodModel {
  /** CPU time of one request, > 0. */
  cpuSecondsPerRequest: number;
  /** Standard deviation, as a share, by which requests cost one container more or less CPU than its siblings. */
  cpuVariation: number;
  /** The part of a request's latency that is not CPU time and does not queue. */
  baseLatencySeconds: number;
  /** The quota; work beyond it is throttled. > 0. */
  cpuLimitCores: number;
  /** CPU used without any request. */
  idleCpuCores: number;
  /** The container is OOM-killed above it. Infinity without a limit. */
  memoryLimitBytes: number;
  memoryBaseBytes: number;
  memoryPerRequestBytes: number;
  memoryLeakBytesPerSecond: number;
  /** For so long after its start a pod is slower, in the beginning by `coldStartFactor` (≥ 1), falling linearly. */
  coldStartSeconds: number;
  coldStartFactor: number;
  /** Requests in the pod beyond which new ones are refused with 503, > 0. */
  queueLimit: number;
  /** A request that takes longer fails with 504. > 0. */
  timeoutSeconds: number;
}

export const DEFAULT_POD_MODEL: PodModel = {
  cpuSecondsPerRequest: 0.004,
  cpuVariation: 0.02,
  baseLatencySeconds: 0.008,
  cpuLimitCores: 0.5,
  idleCpuCores: 0.005,
  memoryLimitBytes: 256 * 1024 ** 2,
  memoryBaseBytes: 96 * 1024 ** 2,
  memoryPerRequestBytes: 64 * 1024,
  memoryLeakBytesPerSecond: 0,
  coldStartSeconds: 15,
  coldStartFactor: 1.3,
  queueLimit: 128,
  timeoutSeconds: 5,
};

/** What is wrong with one pod. */
export interface PodFaults {
  /** Taken from the pod's quota by somebody else. */
  cpuStolenCores: number;
  /** Memory that somebody else in the container fills, at that rate, from the container's start or the fault's. */
  ballastBytes: number;
  ballastBytesPerSecond: number;
  /** Added to every response, plus or minus the jitter (its standard deviation). */
  delaySeconds: number;
  delayJitterSeconds: number;
  /** Share of requests that get lost on the network and fail with 504, 0…1. */
  lossShare: number;
  /** Share of requests whose connection is cut before they are served, 0…1; they fail with 503. */
  abortShare: number;
  /** Share of requests that are served and answered with 500, 0…1. */
  errorShare: number;
  /** Share of requests that take `slowSeconds` longer, 0…1. */
  slowShare: number;
  slowSeconds: number;
  /** Answers take so many times as long, > 0. */
  latencyFactor: number;
  /** Responses that the network takes per second; more wait in line, and beyond `linkQueue` of them get lost. */
  linkRate: number;
  linkQueue: number;
}

export const NO_FAULTS: Readonly<PodFaults> = {
  cpuStolenCores: 0,
  ballastBytes: 0,
  ballastBytesPerSecond: 0,
  delaySeconds: 0,
  delayJitterSeconds: 0,
  lossShare: 0,
  abortShare: 0,
  errorShare: 0,
  slowShare: 0,
  slowSeconds: 0,
  latencyFactor: 1,
  linkRate: Number.POSITIVE_INFINITY,
  linkQueue: Number.POSITIVE_INFINITY,
};
