import { PodComparison } from '../../tasks/heal/rich/podComparison';
import type { RichLook } from '../../tasks/heal/rich/richLook';
import type { Random } from '../random';
import { DO_NOTHING } from './actions';
import {
  CRASHING,
  DEGRADED,
  DRAINED,
  FAILING,
  GRACE_SECONDS,
  HEALTHY,
  NOT_READY,
  SERVING,
  SLO_ERROR_RATE,
  WARMING,
} from './conditions';
import type { HealDeployment } from './deployment';
import { CRASHED, MAX_PODS, type Pods, READY, STARTING } from './pods';
import type { HealScenario } from './scenario';

/** As in the live facts.ts and assess.ts. */
const CRASH_MEMORY_SECONDS = 60;
const FAILURE_FACTOR = 5;
/** As `heal.healthyFor`. */
const HEALTHY_SECONDS = 10;
const LOG_20 = Math.log(20);

/**
 * What is known of the workload from outside, at each decision: `HealFacts` of the live task as arrays. Phases and
 * restarts are known at once, as from a watch; metrics with lag and noise, NaN where there are none. Nothing here knows
 * of faults.
 */
export class HealView implements RichLook {
  now = 0;
  wanted = 0;
  base = 0;
  ready = 0;
  p95Seconds = Number.NaN;
  sloSeconds = 1;
  readonly sloErrorRate = SLO_ERROR_RATE;
  errorRate = 0;
  cpu = 0;
  memory = 0;
  requestRate = 0;
  health = HEALTHY;
  unhealthySeconds = 0;
  /** Replicas that were added a short while ago are not all ready yet. */
  growing = false;
  /** Since when more replicas are wanted than before; −Infinity where all of them have been ready. */
  grownAt = Number.NEGATIVE_INFINITY;
  crashes = 0;
  youngCrashes = 0;
  lastCrashSeconds = Number.POSITIVE_INFINITY;
  lastCrashOom = 0;
  advice = DO_NOTHING;
  suspectId = 0;

  count = 0;
  readonly uid: Int32Array;
  readonly restarts: Int32Array;
  readonly condition = new Uint8Array(MAX_PODS);
  readonly warming = new Uint8Array(MAX_PODS);
  readonly unreadySeconds = new Float64Array(MAX_PODS);
  readonly podP95Seconds: Float64Array;
  readonly podErrorRate: Float64Array;
  readonly podCpu: Float64Array;
  readonly podMemory: Float64Array;
  readonly podRequests: Float64Array;
  readonly pods = new PodComparison(MAX_PODS);
  #incidentSince = Number.NaN;
  #healthySince = Number.NaN;
  #allCrashes = 0;
  #allYoungCrashes = 0;

  constructor({ uid, restarts, metrics }: Pods) {
    this.uid = uid;
    this.restarts = restarts;
    this.podP95Seconds = metrics.p95Seconds;
    this.podErrorRate = metrics.errorRate;
    this.podCpu = metrics.cpu;
    this.podMemory = metrics.memory;
    this.podRequests = metrics.requests;
  }

  reset(scenario: Readonly<HealScenario>): void {
    this.base = scenario.baseReplicas;
    this.sloSeconds = scenario.sloLatencySeconds;
    this.grownAt = Number.NEGATIVE_INFINITY;
    this.#incidentSince = this.#healthySince = Number.NaN;
    this.#allCrashes = this.#allYoungCrashes = 0;
    this.errorRate = scenario.baseErrorShare;
    this.advice = DO_NOTHING;
  }

  /** Takes a look. @param failedShare of all requests in the `ticks` since the last look */
  look(
    deployment: HealDeployment,
    scenario: Readonly<HealScenario>,
    failedShare: number,
    ticks: number,
    random: Random,
  ): void {
    const { pods } = deployment;
    this.now = deployment.now;
    this.wanted = this.count = pods.count;
    this.requestRate = deployment.traffic.rate;
    this.ready = 0;
    const podRate = Math.min(this.requestRate / this.wanted, scenario.podSpeed);
    const isDue = pods.metrics.isDue(deployment.ticks);
    for (let pod = 0; pod < pods.count; pod++) {
      if (pods.phase[pod] === READY) this.ready++;
      this.#describe(pod, deployment);
      if (isDue && this.condition[pod] === SERVING)
        pods.metrics.measure(pod, podRate, pods.bias[pod] as number, random);
    }
    this.pods.compare(this, this);
    const { suspect, latencies, errors, cpus, memories } = this.pods;
    this.suspectId = suspect < 0 ? 0 : (this.uid[suspect] as number);
    this.cpu = cpus.size === 0 ? Number.NaN : cpus.mean;
    this.memory = memories.size === 0 ? Number.NaN : memories.mean;
    this.p95Seconds = latencies.size === 0 ? Number.NaN : this.#quantile95(pods);
    if (scenario.detection === 'events') this.errorRate = errors.size === 0 ? Number.NaN : errors.mean;
    else this.errorRate += (failedShare - this.errorRate) * (1 - pods.metrics.keepOver(ticks));
    this.#countCrashes(pods);
    this.growing = this.#isGrowing();
    this.#assess();
  }

  /** Objectives missed, by the largest factor; ≤ 1 where both are met, or nothing is known of them. */
  violation(): number {
    const latency = this.p95Seconds / this.sloSeconds;
    const errors = this.errorRate / SLO_ERROR_RATE;
    // A comparison with NaN is false.
    const worse = latency > errors ? latency : errors;
    return worse >= 0 ? worse : latency >= 0 ? latency : 0;
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

  #countCrashes({ crashes, youngCrashes, lastCrashAt, lastCrashOom }: Pods): void {
    this.crashes = crashes - this.#allCrashes;
    this.youngCrashes = youngCrashes - this.#allYoungCrashes;
    this.#allCrashes = crashes;
    this.#allYoungCrashes = youngCrashes;
    this.lastCrashSeconds = this.now - lastCrashAt;
    this.lastCrashOom = lastCrashOom;
  }

  /**
   * The 95th percentile over all pods, whose traffic is equal, from the slow part of each. With only the slowest of
   * them, a share s of all requests, it is shift + theta · ln(20 s), in their means; the largest of these is exact where
   * pods are alike, where one is far slower than the rest, and little too small in between.
   */
  #quantile95({ metrics }: Pods): number {
    const { order, size } = this.pods.latencies;
    let share = 0;
    let shift = 0;
    let theta = 0;
    let highest = 0;
    for (let rank = size - 1; rank >= 0; rank--) {
      const pod = order[rank] as number;
      const part = (metrics.slowShare[pod] as number) / size;
      share += part;
      shift += part * (metrics.shift[pod] as number);
      theta += part * (metrics.theta[pod] as number);
      const depth = LOG_20 + Math.log(share);
      if (depth >= 0) highest = Math.max(highest, (shift + theta * depth) / share);
    }
    return highest;
  }

  #isGrowing(): boolean {
    if (this.ready >= this.wanted) this.grownAt = Number.NEGATIVE_INFINITY;
    return this.now - this.grownAt < GRACE_SECONDS;
  }

  /** As the live incidents: one opens with the first unhealthy look and closes after 10 s of health. */
  #assess(): void {
    this.health = this.#healthNow();
    if (this.health !== HEALTHY) this.#healthySince = Number.NaN;
    else if (Number.isNaN(this.#healthySince)) this.#healthySince = this.now;
    const open = !Number.isNaN(this.#incidentSince);
    if (!open && this.health >= DEGRADED) this.#incidentSince = this.now;
    if (open && this.now - this.#healthySince >= HEALTHY_SECONDS) this.#incidentSince = Number.NaN;
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
