import { GONE, SERVING } from './podCondition';
import { restartScore, STAND_OUT_FACTOR, standOutScore } from './podScore';
import { Siblings } from './siblings';

/**
 * The pods of a workload as columns: row i of each is pod i, for the first `count` rows. Metrics mean nothing where a
 * pod does not serve, and are NaN where they are not known.
 */
export interface PodColumns {
  count: number;
  /** A number of podCondition.ts. */
  readonly condition: Uint8Array;
  /** 1 within its grace after its creation, or after it became ready: slowness and unreadiness are expected. */
  readonly warming: Uint8Array;
  /** Of its containers, since its creation. */
  readonly restarts: Int32Array;
  /** For how long it has not been ready; 0 where it is. */
  readonly unreadySeconds: Float64Array;
  readonly podP95Seconds: Float64Array;
  /** Share of its requests that fail, 0…1. */
  readonly podErrorRate: Float64Array;
  /** Shares of the limit, 0…1. */
  readonly podCpu: Float64Array;
  readonly podMemory: Float64Array;
  /** Requests that its share of errors is counted from: rate · window of the query. */
  readonly podRequests: Float64Array;
}

/** The objectives of a workload. */
export interface Objectives {
  /** p95. */
  sloSeconds: number;
  /** Share of requests that may fail, 0…1. */
  sloErrorRate: number;
}

/**
 * Compares the serving pods of a workload with each other: what tells one bad pod from a bad dependency, and which pod
 * an action falls on. The one place where this is computed, in simulation and live. Allocates nothing after its making.
 */
export class PodComparison {
  readonly latencies: Siblings;
  readonly errors: Siblings;
  readonly cpus: Siblings;
  readonly memories: Siblings;
  /** By pod: its p95 ÷ the median of its serving siblings; 0 without any. */
  readonly latencyRatio: Float64Array;
  /** By pod: ≥ 1 where it misses an objective and by far more than its siblings. */
  readonly outlier: Float64Array;
  /** By pod: `standOutScore`. */
  readonly standsOut: Float64Array;
  worstOutlier = 0;
  /** Share of the serving pods that miss an objective, 0…1. */
  violatingShare = 0;
  /** By how many standard deviations the worst pod's share of errors is above that of the others together. */
  errorSignificance = 0;
  /** The pod whose replacement promises most, by `restartScore`; −1 where all are warming up, drained or going. */
  suspect = -1;
  suspectScore = 0;
  /** The serving pod that stands out most; −1 without one. */
  worstServing = -1;

  /** @param capacity the most pods that there can be */
  constructor(capacity: number) {
    this.latencies = new Siblings(capacity);
    this.errors = new Siblings(capacity);
    this.cpus = new Siblings(capacity);
    this.memories = new Siblings(capacity);
    this.latencyRatio = new Float64Array(capacity);
    this.outlier = new Float64Array(capacity);
    this.standsOut = new Float64Array(capacity);
  }

  compare(pods: PodColumns, objectives: Readonly<Objectives>): void {
    const { condition, count } = pods;
    this.latencies.gather(pods.podP95Seconds, condition, SERVING, count);
    this.errors.gather(pods.podErrorRate, condition, SERVING, count);
    this.cpus.gather(pods.podCpu, condition, SERVING, count);
    this.memories.gather(pods.podMemory, condition, SERVING, count);
    this.#compareLatencies(pods, count);
    this.#findOutliers(pods, objectives);
    this.errorSignificance = this.#significanceOfErrors(pods);
    this.#choose(pods);
  }

  #compareLatencies(pods: PodColumns, count: number): void {
    const { latencies, latencyRatio } = this;
    latencyRatio.fill(0, 0, count);
    for (let rank = 0; rank < latencies.size; rank++) {
      const pod = latencies.order[rank] as number;
      const others = latencies.medianWithout(rank);
      if (others > 0) latencyRatio[pod] = (pods.podP95Seconds[pod] as number) / others;
    }
  }

  #findOutliers(pods: PodColumns, { sloSeconds, sloErrorRate }: Readonly<Objectives>): void {
    const { outlier, standsOut, latencyRatio } = this;
    const medianErrors = this.errors.median();
    const medianMemory = this.memories.median();
    const medianCpu = this.cpus.median();
    let serving = 0;
    let violating = 0;
    this.worstOutlier = 0;
    for (let pod = 0; pod < pods.count; pod++) {
      outlier[pod] = standsOut[pod] = 0;
      if (pods.condition[pod] !== SERVING) continue;
      serving++;
      const errors = pods.podErrorRate[pod] as number;
      const misses = (pods.podP95Seconds[pod] as number) > sloSeconds;
      if (misses || errors > sloErrorRate) violating++;
      const ratio = latencyRatio[pod] as number;
      standsOut[pod] = standOutScore(
        ratio,
        errors - medianErrors,
        (pods.podMemory[pod] as number) - medianMemory,
        (pods.podCpu[pod] as number) - medianCpu,
      );
      if (this.latencies.size < 2 && this.errors.size < 2) continue;
      const failing = errors > sloErrorRate && errors >= STAND_OUT_FACTOR * this.errors.meanWithout(errors);
      const slow = misses ? ratio / STAND_OUT_FACTOR : 0;
      const evidence = Math.max(slow, failing ? errors / Math.max(sloErrorRate, 1e-4) : 0);
      outlier[pod] = evidence;
      if (evidence > this.worstOutlier) this.worstOutlier = evidence;
    }
    this.violatingShare = serving === 0 ? 0 : violating / serving;
  }

  /** The two-sample z statistic of the worst pod's errors against those of the others; 0 where nothing can be said. */
  #significanceOfErrors(pods: PodColumns): number {
    const { errors } = this;
    if (errors.size < 2) return 0;
    const pod = errors.order[errors.size - 1] as number;
    const share = errors.worst();
    const others = errors.meanWithout(share);
    const requests = pods.podRequests[pod] as number;
    if (!(requests > 0)) return 0;
    const siblings = errors.size - 1;
    const pooled = (share + others * siblings) / errors.size;
    const variance = (pooled * (1 - pooled) * (1 + 1 / siblings)) / requests;
    return variance > 0 ? (share - others) / Math.sqrt(variance) : 0;
  }

  #choose(pods: PodColumns): void {
    this.suspect = this.worstServing = -1;
    this.suspectScore = 0;
    let highest = 0;
    for (let pod = 0; pod < pods.count; pod++) {
      const condition = pods.condition[pod] as number;
      if (condition === GONE) continue;
      const standsOut = this.standsOut[pod] as number;
      const score = restartScore(
        condition,
        pods.warming[pod] === 1,
        pods.restarts[pod] as number,
        pods.unreadySeconds[pod] as number,
        standsOut,
      );
      if (score > this.suspectScore) {
        this.suspectScore = score;
        this.suspect = pod;
      }
      if (condition === SERVING && standsOut > highest) {
        highest = standsOut;
        this.worstServing = pod;
      }
    }
  }
}
