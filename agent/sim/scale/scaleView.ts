/**
 * What a controller may know of a deployment under load: all that observations and rules look at. The simulator's
 * `ScaleModel` is one; the live side fills another from the cluster and Prometheus, so that both see by the same code.
 * One look is one control step of 15 s. Loads are in pods at full utilisation.
 */
export interface ScaleView {
  readonly metrics: ScaleMetrics;
  readonly estimates: ScaleEstimates;
  readonly pods: ScalePods;
  /** Of the metrics pipeline, in control steps. */
  readonly domain: { readonly metricWindowSteps: number; readonly metricLagSteps: number };
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Now, on the clock of `pods`. */
  readonly seconds: number;
}

/** Means over the window of the metrics pipeline, as late as it is. Shares are 0…1. */
export interface ScaleMetrics {
  /** Of the limit, or of the request where there is no limit. */
  readonly cpu: number;
  readonly memory: number;
  /** Over the last five minutes. */
  readonly cpuMean: number;
  readonly cpuMax: number;
  readonly memoryMean: number;
  readonly memoryMax: number;
  /** Requests per second. */
  readonly arrivalRate: number;
  readonly servedRate: number;
  readonly readyPods: number;
  /** Of the requests, those that failed or were too late. */
  readonly violatedShare: number;
  readonly errorShare: number;
  /** Requests that wait. */
  readonly backlog: number;
  readonly latencyP95Seconds: number;
}

export interface ScaleEstimates {
  /** Requests per second of a pod at full utilisation. */
  readonly podRate: number;
  readonly load: number;
  /** Control steps until a pod that is wanted now shows in the metrics. */
  readonly leadSteps: number;
  readonly level: number;
  readonly trend: number;
  readonly rise80: { readonly value: number };
  readonly rise95: { readonly value: number };
  readonly riseSize: number;
  readonly riseMax: number;
  readonly mean5: number;
  readonly deviation5: number;
  readonly max5: number;
  readonly mean15: number;
  readonly max15: number;
  /** @param steps up to 60 */
  loadAgo(steps: number): number;
}

export interface ScalePods {
  /** Wanted ones. */
  readonly count: number;
  readonly ready: number;
  readonly lastUpSeconds: number;
  readonly lastDownSeconds: number;
  readonly startupEstimateSeconds: number;
  /** Those that have been ready long enough for metrics of theirs to exist. */
  measured(nowSeconds: number): number;
}
