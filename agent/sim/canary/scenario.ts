/** What becomes of a release, in the order of their numbers. The first four are those of seed 000. */
export const SCENARIO_NAMES = [
  'healthy',
  /** Fails from the beginning. */
  'buggy',
  /** Good at first; within half an hour gets worse. */
  'degrading',
  /** Spikes of errors: of the canary alone in one half of the episodes (bad), of both versions in the other. */
  'flaky',
  /** Memory fills until the container is killed, again and again. */
  'slow-leak',
  'latency-only',
  /** A route with a small share of the requests fails almost always. */
  'one-endpoint-broken',
  /** Below one request per second; good or buggy. */
  'low-traffic',
  /** Nothing to judge by: a person has to. */
  'no-traffic',
  /** Errors of both versions come and go. */
  'noisy-stable',
  /** Begins to fail after 15 to 45 minutes: without a bake time it is promoted before. */
  'late-failure',
  /** Good; errors of both versions come several at once, as one broken connection fails all that wait for it. */
  'clustered-errors',
  /** Good; it happens to get more of the requests that are slow, and fail, in both versions. */
  'slower-mix',
  /** Good; for some minutes something behind both versions fails. */
  'common-incident',
  /** Good; slow in its first minutes, with some errors in the very first. */
  'cold-start',
  /** Bad above a certain share of the traffic only. */
  'breaks-under-load',
] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** What an episode is like; drawn anew by each reset, in place. */
export class CanaryScenario {
  name: ScenarioName = 'healthy';
  /** Promoting it would be wrong, at least in the long run. */
  bad = false;
  /** There is traffic to judge by. */
  provable = true;
  requestsPerSecond = 10;
  /** Share by which traffic swings around its mean, and how long a swing takes. */
  trafficSwing = 0;
  trafficPeriodSeconds = 3600;
  trafficPhase = 0;

  baseErrorShare = 0.002;
  /** Standard deviation of the logarithm of what multiplies both versions' errors, and how slowly it changes. */
  drift = 0;
  /** The same for each version and interval by itself: overdispersion of counts. */
  dispersion = 0;
  /** Usual errors come so many at once. */
  clusterSize = 1;
  /** Share of the stable version's requests that are slower than T. */
  slowShare = 0.05;
  /** Part of the latency that does not vary, as a share of T. */
  latencyFloor = 0.3;
  latencyNoise = 0.05;
  /** Standard deviation of what multiplies latencies: of both versions for minutes, and of each in each interval. */
  latencyDrift = 0;
  latencyScatter = 0;
  /** Decisions by which metrics are late: 0, 1 or 2. */
  lag = 0;
  memoryBase = 0.4;
  cpuBase = 0.4;

  /** 2 where a second route has this share of the requests of each version; its latencies and errors relative. */
  routes = 1;
  stableMix = 0;
  canaryMix = 0;
  routeLatency = 1;
  routeErrors = 1;
  /** All harm is on the second route. */
  harmsRoute = false;

  /** A new version is not the old one, and still good: latencies and errors relative to it. */
  usualLatencyRatio = 1;
  usualErrorRatio = 1;
  /** Caches fill and memory grows in the first minutes: by what factor latencies are longer, and how long at most. */
  coldFactor = 1;
  coldSeconds = 120;
  /** Share of requests that fail at the very beginning, and for how long. */
  coldErrorShare = 0;
  coldErrorSeconds = 60;
  warmMemory = 0.1;

  /** When the harm begins, and how long it takes until it is whole. */
  onsetSeconds = 0;
  rampSeconds = 0;
  /** No harm at or below this share of the traffic. */
  harmlessWeight = 0;
  /** Whole harm: share of requests that fail, and by what factor latencies grow. */
  extraErrorShare = 0;
  latencyFactor = 1;
  /** Share of intervals with a spike; 1 where the harm is always there. */
  spikeShare = 1;
  /** Share of the memory limit that fills per second. */
  leakPerSecond = 0;

  /** Share of intervals with a spike of errors that is not the canary's: it hits both versions alike. */
  commonSpikeShare = 0;
  commonErrorShare = 0;
  /** An incident that is not the canary's: from when, how long, share that fails, and by what factor latencies grow. */
  incidentFromSeconds = 0;
  incidentSeconds = 0;
  incidentErrorShare = 0;
  incidentFactor = 1;
}
