import type { Random } from '../random';
import { CPU_STRESS, DELAY, HUNG, MEMORY_LEAK, NO_FAULT, NODE_LOSS, OOM, PACKET_LOSS } from './faults';
import { PodFlow, type Traffic } from './podFlow';
import { PodMetrics } from './podMetrics';
import type { HealScenario } from './scenario';

/** Replicas are never more. */
export const MAX_PODS = 12;

/** Where a pod is in its life. Only `READY` ones get traffic, unless they are drained. */
export const STARTING = 1;
export const READY = 2;
/** Waits for its container's next start. */
export const CRASHED = 3;
/** Was ready, and its probe or its node says that it is not: silent pods that have been found out. */
export const UNREADY = 4;

/** The kubelet's back-off: none for the first restart, then 10 s, doubling up to 5 min. */
const FIRST_BACK_OFF_SECONDS = 10;
const LONGEST_BACK_OFF_SECONDS = 300;
/** A container that starts again finds its image and its volumes: it needs this share of a new pod's start-up. */
const RESTART_SHARE = 0.5;
/** For how long a hung process answers its readiness probe no more before the pod counts as unready. */
const PROBE_SECONDS = 30;
const COLD_SECONDS = 15;
const LONG_AGO_SECONDS = 3600;
const YOUNG_SECONDS = 300;
/** Above this share of its limit a process spends ever more of its time on freeing memory. */
const MEMORY_PRESSURE = 0.85;
/** A request costs so much more for each share of memory above that. */
const PRESSURE_COST = 12;
/** Memory of a full queue, as a share of the limit. */
const MEMORY_OF_QUEUE = 0.15;
const IDLE_CPU = 0.01;

/**
 * The pods of one Deployment as arrays, one number per pod and property: `SimPod` reduced to what healing turns on.
 *
 * The same: speed, queue by the fluid approximation with its implicit step and its limit, latency = shift +
 * exponential of mean theta, stolen CPU, delay, loss, ballast and leak, OOM kill, cold start. Left out: Poisson noise
 * of arrivals (measurement noise stands for it, see `HealView`), histograms, counters. Added: life cycle, silence,
 * memory pressure, and what a metrics pipeline has seen of it all.
 *
 * The pods 0…count − 1 exist; their order means nothing. Times are seconds of the episode.
 */
export class Pods {
  /** Kept up to date by the owner. */
  now = 0;
  count = 0;
  readonly phase = new Uint8Array(MAX_PODS);
  /** When the phase ends by itself. */
  readonly phaseEnd = new Float64Array(MAX_PODS);
  /** Set apart from others of its place: counts the pods of the episode. */
  readonly uid = new Int32Array(MAX_PODS);
  readonly createdAt = new Float64Array(MAX_PODS);
  readonly readyChangedAt = new Float64Array(MAX_PODS);
  readonly restarts = new Int32Array(MAX_PODS);
  readonly crashedAt = new Float64Array(MAX_PODS);
  readonly backOff = new Float64Array(MAX_PODS);
  /** When a drained pod returns to its Service; 0 where it is not drained. */
  readonly drainedUntil = new Float64Array(MAX_PODS);

  /** Number of the fault that this pod suffers from. */
  readonly affliction = new Uint8Array(MAX_PODS);
  /** Share of its CPU that is left. */
  readonly speedShare = new Float64Array(MAX_PODS);
  readonly delaySeconds = new Float64Array(MAX_PODS);
  readonly lossShare = new Float64Array(MAX_PODS);
  /** Share of the memory limit that fills per second, since the container's start. */
  readonly leakPerSecond = new Float64Array(MAX_PODS);
  /** Since when the process answers nothing; Infinity where it does. */
  readonly silentSince = new Float64Array(MAX_PODS);
  /** How its latency is measured, relative to its siblings': nodes differ, and so do the requests of its clients. */
  readonly bias = new Float64Array(MAX_PODS);
  readonly inside = new Float64Array(MAX_PODS);
  readonly leaked = new Float64Array(MAX_PODS);

  /** What is seen of those that serve. */
  readonly metrics: PodMetrics;

  /** Of the last tick: shares of all requests. */
  failedShare = 0;
  /** Failed, or slower than the objective. */
  violatedShare = 0;
  /** Containers that have ended by themselves, since the reset; and those of pods at most 5 min old. */
  crashes = 0;
  youngCrashes = 0;
  /** When the last of them was, and 1 where it was for want of memory. */
  lastCrashAt = Number.NEGATIVE_INFINITY;
  lastCrashOom = 0;
  #created = 0;
  readonly #flow = new PodFlow();
  readonly #scenario: Readonly<HealScenario>;
  readonly #columns = Object.values(this).filter((value) => ArrayBuffer.isView(value)) as Float64Array[];

  constructor(scenario: Readonly<HealScenario>) {
    this.#scenario = scenario;
    this.metrics = new PodMetrics(MAX_PODS, scenario);
  }

  /** Begins an episode with that many ready pods, as old as pods get. */
  reset(count: number, random: Random): void {
    this.count = this.#created = this.crashes = this.youngCrashes = this.lastCrashOom = 0;
    this.lastCrashAt = Number.NEGATIVE_INFINITY;
    this.metrics.reset();
    for (let pod = 0; pod < count; pod++) {
      this.add(random);
      this.phase[pod] = READY;
      this.createdAt[pod] = this.readyChangedAt[pod] = -LONG_AGO_SECONDS;
    }
  }

  /** Adds a new pod, which starts. */
  add(random: Random): void {
    this.count++;
    this.replace(this.count - 1, random);
  }

  /** Deletes a pod; a new one starts in its place. */
  replace(pod: number, random: Random): void {
    const { now } = this;
    this.phase[pod] = STARTING;
    this.phaseEnd[pod] = now + this.#scenario.startupSeconds * (0.75 + 0.5 * random.uniform());
    this.#created++;
    this.uid[pod] = this.#created;
    this.createdAt[pod] = this.readyChangedAt[pod] = now;
    this.restarts[pod] = this.backOff[pod] = this.drainedUntil[pod] = 0;
    this.crashedAt[pod] = Number.NEGATIVE_INFINITY;
    this.bias[pod] = 0.9 + 0.2 * random.uniform();
    this.inside[pod] = this.leaked[pod] = 0;
    this.metrics.clear(pod);
    this.cure(pod);
  }

  /** Deletes a pod for good; the last one takes its place. */
  remove(pod: number): void {
    this.count--;
    for (const column of this.#columns) column[pod] = column[this.count] as number;
    this.metrics.move(this.count, pod);
  }

  /** Ends what a fault does to a pod. What it has done remains: a back-off, a queue, memory that has leaked. */
  cure(pod: number): void {
    if (this.affliction[pod] === OOM) this.leaked[pod] = 0;
    this.affliction[pod] = NO_FAULT;
    this.speedShare[pod] = 1;
    this.delaySeconds[pod] = this.lossShare[pod] = this.leakPerSecond[pod] = 0;
    this.silentSince[pod] = Number.POSITIVE_INFINITY;
  }

  /** Lets a fault loose on a pod. */
  afflict(pod: number, fault: number): void {
    const { severity, sloLatencySeconds, memoryBase } = this.#scenario;
    this.affliction[pod] = fault;
    if (fault === CPU_STRESS) this.speedShare[pod] = 0.45 - 0.37 * severity;
    else if (fault === DELAY) this.delaySeconds[pod] = sloLatencySeconds * (1.2 + 6 * severity);
    else if (fault === PACKET_LOSS) this.lossShare[pod] = 0.05 + 0.65 * severity;
    else if (fault === OOM) this.leakPerSecond[pod] = (1.05 - memoryBase) / (50 - 35 * severity);
    else if (fault === MEMORY_LEAK) this.leakPerSecond[pod] = (1.05 - memoryBase) / (240 - 150 * severity);
    else if (fault === HUNG || fault === NODE_LOSS) this.silentSince[pod] = this.now;
  }

  /** The container ends by itself; the kubelet will start it again. */
  crash(pod: number): void {
    const { now } = this;
    const backOff = this.backOff[pod] as number;
    this.phase[pod] = CRASHED;
    this.phaseEnd[pod] = now + backOff;
    this.backOff[pod] =
      backOff === 0 ? FIRST_BACK_OFF_SECONDS : Math.min(LONGEST_BACK_OFF_SECONDS, 2 * backOff);
    this.restarts[pod] = (this.restarts[pod] as number) + 1;
    this.crashedAt[pod] = this.readyChangedAt[pod] = this.now;
    this.lastCrashOom = this.isOutOfMemory(pod) ? 1 : 0;
    this.lastCrashAt = now;
    this.inside[pod] = this.leaked[pod] = 0;
    this.metrics.clear(pod);
    this.crashes++;
    if (now - (this.createdAt[pod] as number) <= YOUNG_SECONDS) this.youngCrashes++;
  }

  /** Takes a pod out of its Service until then. */
  drain(pod: number, until: number): void {
    this.drainedUntil[pod] = until;
    this.inside[pod] = 0;
    this.metrics.clear(pod);
  }

  undrain(pod: number): void {
    this.drainedUntil[pod] = 0;
    this.metrics.clear(pod);
  }

  isRouted(pod: number): boolean {
    return this.phase[pod] === READY && this.drainedUntil[pod] === 0;
  }

  isOutOfMemory(pod: number): boolean {
    return this.#scenario.memoryBase + (this.leaked[pod] as number) >= 1;
  }

  isShortOfMemory(pod: number): boolean {
    return this.#scenario.memoryBase + (this.leaked[pod] as number) > MEMORY_PRESSURE;
  }

  routedCount(): number {
    let routed = 0;
    for (let pod = 0; pod < this.count; pod++) if (this.isRouted(pod)) routed++;
    return routed;
  }

  /**
   * What a pod becomes by itself now.
   *
   * @param doomed whether its container cannot finish its start
   */
  live(pod: number, doomed: boolean, random: Random): void {
    const { now } = this;
    switch (this.phase[pod]) {
      case STARTING:
        if (now < (this.phaseEnd[pod] as number)) return;
        if (doomed) this.crash(pod);
        else this.#become(pod, READY);
        return;
      case CRASHED:
        if (now < (this.phaseEnd[pod] as number)) return;
        this.phase[pod] = STARTING;
        this.phaseEnd[pod] = now + RESTART_SHARE * this.#scenario.startupSeconds;
        return;
      case READY:
        this.#endDrain(pod);
        if (this.isOutOfMemory(pod)) this.crash(pod);
        else if (now >= (this.silentSince[pod] as number) && now >= this.#foundOutAt(pod)) {
          this.#become(pod, UNREADY);
          const evicts = this.affliction[pod] === NODE_LOSS;
          this.phaseEnd[pod] = evicts ? now + this.#scenario.evictionSeconds : Number.POSITIVE_INFINITY;
        }
        return;
      case UNREADY:
        if (this.silentSince[pod] === Number.POSITIVE_INFINITY) this.#become(pod, READY);
        else if (now >= (this.phaseEnd[pod] as number)) this.replace(pod, random);
    }
  }

  #become(pod: number, phase: number): void {
    this.phase[pod] = phase;
    this.readyChangedAt[pod] = this.now;
    this.inside[pod] = 0;
    this.metrics.clear(pod);
  }

  #endDrain(pod: number): void {
    const until = this.drainedUntil[pod] as number;
    if (until !== 0 && this.now >= until) this.undrain(pod);
  }

  #foundOutAt(pod: number): number {
    const { nodeGraceSeconds, probesNotice } = this.#scenario;
    const since = this.silentSince[pod] as number;
    if (this.affliction[pod] === NODE_LOSS) return since + nodeGraceSeconds;
    return probesNotice ? since + PROBE_SECONDS : Number.POSITIVE_INFINITY;
  }

  /** Serves `traffic`, spread evenly over the routed pods, for the `seconds` that end now. */
  serve(traffic: Readonly<Traffic>, seconds: number): void {
    const routed = this.routedCount();
    this.failedShare = this.violatedShare = routed === 0 ? 1 : 0;
    const share = routed === 0 ? 0 : 1 / routed;
    this.#flow.begin(traffic.rate * seconds * share);
    for (let pod = 0; pod < this.count; pod++) {
      if (this.phase[pod] !== READY) continue;
      this.leaked[pod] = (this.leaked[pod] as number) + (this.leakPerSecond[pod] as number) * seconds;
      if (this.drainedUntil[pod] !== 0) continue;
      if (this.now >= (this.silentSince[pod] as number)) this.#keepSilent(pod, share);
      else this.#answer(pod, traffic, share, seconds);
    }
  }

  #keepSilent(pod: number, share: number): void {
    this.failedShare += share;
    this.violatedShare += share;
    const { memoryBase, timeoutSeconds } = this.#scenario;
    this.metrics.sample(pod, timeoutSeconds, 0, 1, IDLE_CPU, memoryBase + (this.leaked[pod] as number));
  }

  #answer(pod: number, traffic: Readonly<Traffic>, share: number, seconds: number): void {
    const scenario = this.#scenario;
    const flow = this.#flow;
    const speedShare = this.speedShare[pod] as number;
    const memoryHeld = scenario.memoryBase + (this.leaked[pod] as number);
    const secondsPerRequest = this.#costOf(pod, memoryHeld) / (scenario.podSpeed * speedShare);
    const loss = this.lossShare[pod] as number;
    const delay = this.delaySeconds[pod] as number;
    flow.solve(this.inside[pod] as number, secondsPerRequest, loss, delay, traffic, seconds, scenario);
    this.inside[pod] = flow.inside;
    this.failedShare += share * flow.failed;
    this.violatedShare += share * flow.violated;
    const cpu = Math.min(1, flow.busy * speedShare + IDLE_CPU + 1 - speedShare);
    const memory = Math.min(1, memoryHeld + (MEMORY_OF_QUEUE * flow.inside) / scenario.queueLimit);
    this.metrics.sample(pod, flow.shiftSeconds, flow.thetaSeconds, flow.failed, cpu, memory);
  }

  /** CPU work of a request relative to that of an average pod that is warm and has memory to spare. */
  #costOf(pod: number, memoryHeld: number): number {
    let cost = 1;
    const age = this.now - (this.readyChangedAt[pod] as number);
    if (age < COLD_SECONDS) cost *= 1 + (this.#scenario.coldFactor - 1) * (1 - age / COLD_SECONDS);
    if (memoryHeld > MEMORY_PRESSURE) cost *= 1 + PRESSURE_COST * (memoryHeld - MEMORY_PRESSURE);
    return cost;
  }
}
