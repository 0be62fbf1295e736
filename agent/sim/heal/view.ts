import { power } from '../power';
import type { Random } from '../random';
import {
  CRASHING,
  DEGRADED,
  DRAINED,
  FAILING,
  GRACE_SECONDS,
  HEALTHY,
  NOT_READY,
  OUTLIER_FACTOR,
  SERVING,
  SLO_ERROR_RATE,
  WARMING,
} from './conditions';
import type { HealDeployment } from './deployment';
import { spread } from './noise';
import type { Traffic } from './podFlow';
import { CRASHED, MAX_PODS, type Pods, READY, STARTING } from './pods';
import type { HealScenario } from './scenario';
import { outlierScore, restartScore } from './score';
import { Siblings } from './siblings';
import { TICKS_PER_DECISION } from './tick';

/** As in the live facts.ts and assess.ts. */
const CRASH_MEMORY_SECONDS = 60;
const FAILURE_FACTOR = 5;
/** A rate of errors is counted over the averages' time, but over one decision at the least. */
const LEAST_WINDOW_SECONDS = 15;
const LOG_20 = Math.log(20);
const LOGARITHMS = Float64Array.from({ length: MAX_PODS + 1 }, (_, count) => Math.log(count));

/**
 * What is known of the workload from outside, at each decision: `HealFacts` of the live task as arrays. Phases and
 * restarts are known at once, as from a watch; metrics with lag and noise. Nothing here knows of faults.
 */
export class HealView {
  now = 0;
  wanted = 0;
  base = 0;
  ready = 0;
  p95Seconds = 0;
  sloSeconds = 1;
  errorRate = 0;
  cpu = 0;
  memory = 0;
  /** Requests per second. */
  requestRate = 0;
  health = HEALTHY;
  /** How long the current incident has lasted; it closes with the second healthy look in a row. */
  unhealthySeconds = 0;
  /** Replicas that were added a short while ago are not all ready yet. */
  growing = false;
  /** Since when more replicas are wanted than before; −Infinity where all of them have been ready. */
  grownAt = Number.NEGATIVE_INFINITY;

  /** Per pod, in the order of `Pods`, some of whose arrays they are. Metrics mean nothing where a pod does not serve. */
  count = 0;
  readonly uid: Int32Array;
  readonly restarts: Int32Array;
  readonly condition = new Uint8Array(MAX_PODS);
  readonly warming = new Uint8Array(MAX_PODS);
  /** How long an unready pod has been so. */
  readonly unreadySeconds = new Float64Array(MAX_PODS);
  readonly podP95Seconds = new Float64Array(MAX_PODS);
  readonly podErrorRate = new Float64Array(MAX_PODS);
  readonly podCpu: Float64Array;
  readonly podMemory: Float64Array;
  /** The pod's p95 latency ÷ the median of its serving siblings; 0 without any. */
  readonly latencyRatio = new Float64Array(MAX_PODS);
  /** ≥ 1 where the pod misses an objective and by far more than its siblings. */
  readonly outlier = new Float64Array(MAX_PODS);
  worstOutlier = 0;

  readonly latencies = new Siblings();
  readonly errors = new Siblings();
  readonly cpus = new Siblings();
  readonly memories = new Siblings();
  readonly #shift = new Float64Array(MAX_PODS);
  readonly #theta = new Float64Array(MAX_PODS);
  #incidentSince = Number.NaN;
  #healthyLooks = 0;
  /** 1 ÷ requests that a pod's share of errors is counted from. */
  #errorVariance = 0;
  /** By how much the error rate sticks to what it was a look before. */
  #keep = 0;

  constructor(pods: Pods) {
    this.uid = pods.uid;
    this.restarts = pods.restarts;
    this.podCpu = pods.seenCpu;
    this.podMemory = pods.seenMemory;
  }

  reset(scenario: Readonly<HealScenario>, { metricsKeep }: Readonly<Traffic>): void {
    this.base = scenario.baseReplicas;
    this.sloSeconds = scenario.sloLatencySeconds;
    this.grownAt = Number.NEGATIVE_INFINITY;
    this.#incidentSince = Number.NaN;
    this.#healthyLooks = 0;
    this.errorRate = scenario.baseErrorShare;
    this.#keep = power(metricsKeep, TICKS_PER_DECISION);
  }

  /** Takes a look. @param failedShare of all requests since the last look */
  look(
    deployment: HealDeployment,
    scenario: Readonly<HealScenario>,
    failedShare: number,
    random: Random,
  ): void {
    const { pods } = deployment;
    this.now = deployment.now;
    this.wanted = this.count = pods.count;
    this.requestRate = deployment.traffic.rate;
    this.ready = 0;
    const podRate = Math.min(this.requestRate / this.wanted, scenario.podSpeed);
    this.#errorVariance = 1 / Math.max(1, podRate * Math.max(LEAST_WINDOW_SECONDS, scenario.lagSeconds));
    for (let pod = 0; pod < pods.count; pod++) {
      if (pods.phase[pod] === READY) this.ready++;
      this.#describe(pod, deployment);
      if (this.condition[pod] === SERVING) this.#measure(pod, deployment, scenario.noise, random);
      else this.latencyRatio[pod] = this.outlier[pod] = 0;
    }
    this.#compare();
    this.errorRate += (failedShare - this.errorRate) * (1 - this.#keep);
    this.growing = this.#isGrowing();
    this.#assess();
  }

  /** The pod whose replacement promises most, by `restartScore`; −1 where all are warming up. */
  worstPod(): number {
    let worst = -1;
    let highest = 0;
    for (let pod = 0; pod < this.count; pod++) {
      const score = restartScore(this, pod);
      if (score <= highest) continue;
      highest = score;
      worst = pod;
    }
    return worst;
  }

  /** The serving pod that stands out most; −1 without one. */
  worstServing(): number {
    let worst = -1;
    let highest = -1;
    for (let pod = 0; pod < this.count; pod++) {
      if (this.condition[pod] !== SERVING) continue;
      const score = outlierScore(this, pod);
      if (score <= highest) continue;
      highest = score;
      worst = pod;
    }
    return worst;
  }

  /** Objectives missed, by the largest factor; ≤ 1 where both are met. */
  violation(): number {
    return Math.max(this.p95Seconds / this.sloSeconds, this.errorRate / SLO_ERROR_RATE);
  }

  #describe(pod: number, { pods, now }: HealDeployment): void {
    const phase = pods.phase[pod] as number;
    const readyChangedAt = pods.readyChangedAt[pod] as number;
    const createdAt = pods.createdAt[pod] as number;
    // A pod is ready after its creation.
    const since = phase === READY ? readyChangedAt : createdAt;
    this.warming[pod] = now - since < GRACE_SECONDS ? 1 : 0;
    this.unreadySeconds[pod] = phase === READY ? 0 : now - readyChangedAt;
    const crashed = phase === STARTING && now - (pods.crashedAt[pod] as number) < CRASH_MEMORY_SECONDS;
    if ((pods.drainedUntil[pod] as number) > 0) this.condition[pod] = DRAINED;
    else if (phase === CRASHED || crashed) this.condition[pod] = CRASHING;
    else this.condition[pod] = phase === READY ? SERVING : NOT_READY;
  }

  #measure(pod: number, { pods }: HealDeployment, noise: number, random: Random): void {
    const factor = (pods.bias[pod] as number) * Math.max(0.1, 1 + noise * spread(random));
    const shift = (pods.seenShift[pod] as number) * factor;
    const theta = (pods.seenTheta[pod] as number) * factor;
    this.#shift[pod] = shift;
    this.#theta[pod] = theta;
    this.podP95Seconds[pod] = shift + 3 * theta;
    const share = pods.seenErrors[pod] as number;
    const error = share + Math.sqrt(share * (1 - share) * this.#errorVariance) * spread(random);
    this.podErrorRate[pod] = error < 0 ? 0 : error > 1 ? 1 : error;
  }

  #compare(): void {
    this.latencies.gather(this.podP95Seconds, this.condition, SERVING, this.count);
    this.errors.gather(this.podErrorRate, this.condition, SERVING, this.count);
    this.cpus.gather(this.podCpu, this.condition, SERVING, this.count);
    this.memories.gather(this.podMemory, this.condition, SERVING, this.count);
    this.cpu = this.cpus.mean;
    this.memory = this.memories.mean;
    this.p95Seconds = this.#quantile95();
    this.worstOutlier = 0;
    for (let rank = 0; rank < this.latencies.size; rank++) {
      const pod = this.latencies.order[rank] as number;
      const others = this.latencies.medianWithout(rank);
      this.latencyRatio[pod] = others > 0 ? (this.podP95Seconds[pod] as number) / others : 0;
      const evidence = this.#outlierEvidence(pod);
      this.outlier[pod] = evidence;
      if (evidence > this.worstOutlier) this.worstOutlier = evidence;
    }
  }

  /**
   * The 95th percentile over all pods, whose traffic is equal. With only the k slowest of n pods it is
   * shift + theta · ln(20 k/n), in their means; the largest of these is exact where pods are alike, where one is far
   * slower than the rest, and little too small in between.
   */
  #quantile95(): number {
    const { order, size } = this.latencies;
    let shift = 0;
    let theta = 0;
    let highest = 0;
    for (let slowest = 1; slowest <= size; slowest++) {
      const pod = order[size - slowest] as number;
      shift += this.#shift[pod] as number;
      theta += this.#theta[pod] as number;
      const depth = LOG_20 + (LOGARITHMS[slowest] as number) - (LOGARITHMS[size] as number);
      if (depth >= 0) highest = Math.max(highest, (shift + theta * depth) / slowest);
    }
    return highest;
  }

  /** As `outlierEvidence` of the live symptoms. */
  #outlierEvidence(pod: number): number {
    if (this.ready < 2) return 0;
    const slow =
      (this.podP95Seconds[pod] as number) > this.sloSeconds
        ? (this.latencyRatio[pod] as number) / OUTLIER_FACTOR
        : 0;
    const error = this.podErrorRate[pod] as number;
    const others = this.errors.meanWithout(error);
    const failing = error > SLO_ERROR_RATE && error >= OUTLIER_FACTOR * others ? error / SLO_ERROR_RATE : 0;
    return Math.max(slow, failing);
  }

  #isGrowing(): boolean {
    if (this.ready >= this.wanted) this.grownAt = Number.NEGATIVE_INFINITY;
    return this.now - this.grownAt < GRACE_SECONDS;
  }

  #assess(): void {
    this.health = this.#healthNow();
    if (this.health === HEALTHY) this.#healthyLooks++;
    else this.#healthyLooks = 0;
    const open = !Number.isNaN(this.#incidentSince);
    if (!open && this.health >= DEGRADED) this.#incidentSince = this.now;
    if (open && this.#healthyLooks >= 2) this.#incidentSince = Number.NaN;
    this.unhealthySeconds = Number.isNaN(this.#incidentSince) ? 0 : this.now - this.#incidentSince;
  }

  #healthNow(): number {
    const violation = this.violation();
    if (this.ready === 0 && !this.growing) return FAILING;
    if (violation >= FAILURE_FACTOR) return FAILING;
    if (violation > 1) return DEGRADED;
    for (let pod = 0; pod < this.count; pod++) if (this.condition[pod] === CRASHING) return DEGRADED;
    if (this.ready < this.wanted) return this.growing ? WARMING : DEGRADED;
    return HEALTHY;
  }
}
