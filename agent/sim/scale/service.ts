import type { Random } from '../random';
import { podCapacity, type ScaleDomain } from './domain';
import { LatencyTail } from './latencyTail';
import type { PodPool } from './podPool';
import { tabledNormal } from './tables';
import { CONTROL_STEP_SECONDS } from './units';

/** How much of the drift of one control step is left in the next: it wanders within about five minutes. */
const DRIFT_MEMORY = 0.95;
const DRIFT_INNOVATION = Math.sqrt(1 - DRIFT_MEMORY * DRIFT_MEMORY);
/** What a queue as long as the time-out allows adds to the memory of its pods, as a share of the limit. */
const QUEUE_MEMORY = 0.2;
/** Shares of the way per control step, for time constants of 30 s up and 5 min down: runtimes release slowly. */
const MEMORY_RISE = 1 - Math.exp(-CONTROL_STEP_SECONDS / 30);
const MEMORY_FALL = 1 - Math.exp(-CONTROL_STEP_SECONDS / 300);
/** A second keeps the service level if no more of its requests than this are violated. */
const ALLOWED_VIOLATIONS = 0.05;

/**
 * The pods of a deployment as one server with a queue: a fluid backlog, second by second, and on top of it the random
 * queueing of `LatencyTail`. At every step, arrivals = served + timedOut + growth of the backlog.
 *
 * Fields are of the last control step: sums in requests, means over its seconds.
 */
export class Service {
  arrivals = 0;
  served = 0;
  /** Failed, because the queue before them was longer than the time-out. */
  timedOut = 0;
  /** Requests that failed or took longer than the objective, counted as they arrive: at most the arrivals. */
  violated = 0;
  /** Of those that arrived. */
  violatedShare = 0;
  errorShare = 0;
  secondsOverObjective = 0;
  readyPods = 0;
  /** Share of capacity in use; never above 1, so that it hides how great an overload is. */
  utilisation = 0;
  meanBacklog = 0;
  latencyP95Seconds = 0;
  /** Of the mean pod, as a share of its limit. */
  memory = 0;
  /** Arrivals in pods at full utilisation, by the capacity without drift. */
  load = 0;
  /** Requests that wait, at the end of the step. */
  backlog = 0;

  #domain: ScaleDomain;
  #drift = 0;
  readonly #tail = new LatencyTail();

  constructor(domain: ScaleDomain) {
    this.#domain = domain;
  }

  reset(domain: ScaleDomain): void {
    this.#domain = domain;
    this.backlog = this.#drift = 0;
    this.memory = domain.memoryBase;
  }

  /** One control step. @param rates requests per second, by second */
  advance(rates: Float32Array, fromSecond: number, pods: PodPool, random: Random): void {
    const domain = this.#domain;
    const tail = this.#tail;
    this.#drift = DRIFT_MEMORY * this.#drift + DRIFT_INNOVATION * domain.capacityDrift * tabledNormal(random);
    const podRate = podCapacity(domain) * Math.exp(this.#drift);
    const endSecond = fromSecond + CONTROL_STEP_SECONDS;
    let backlog = this.backlog;
    let arrivals = 0;
    let served = 0;
    let timedOut = 0;
    let violated = 0;
    let over = 0;
    let readySum = 0;
    let utilisationSum = 0;
    let backlogSum = 0;
    let nextReady = pods.nextReadySeconds;
    tail.set(domain, pods.ready, podRate);
    for (let second = fromSecond; second < endSecond; second++) {
      if (nextReady <= second) {
        pods.advanceTo(second);
        nextReady = pods.nextReadySeconds;
        tail.set(domain, pods.ready, podRate);
      }
      const { capacity } = tail;
      const rate = rates[second] as number;
      const arrived = Math.max(0, rate + Math.sqrt(rate) * tabledNormal(random));
      const lateBefore = tail.lateShare(rate, backlog);
      const present = backlog + arrived;
      const done = Math.min(present, capacity);
      const dropped = Math.max(0, present - done - capacity * domain.timeoutSeconds);
      const isQueued = backlog > 0 || present > done;
      backlog = present - done - dropped;
      const late = isQueued ? (lateBefore + tail.lateShare(rate, backlog)) / 2 : lateBefore;
      arrivals += arrived;
      served += done;
      timedOut += dropped;
      violated += Math.min(arrived, arrived * late + dropped);
      if (late > ALLOWED_VIOLATIONS || dropped > 0) over++;
      readySum += pods.ready;
      utilisationSum += done / capacity;
      backlogSum += backlog;
    }
    this.arrivals = arrivals;
    this.served = served;
    this.timedOut = timedOut;
    this.violated = violated;
    this.secondsOverObjective = over;
    this.backlog = backlog;
    this.readyPods = readySum / CONTROL_STEP_SECONDS;
    this.utilisation = utilisationSum / CONTROL_STEP_SECONDS;
    this.meanBacklog = backlogSum / CONTROL_STEP_SECONDS;
    this.#summarise(podRate);
  }

  #summarise(podRate: number): void {
    const domain = this.#domain;
    const tail = this.#tail;
    const rate = this.arrivals / CONTROL_STEP_SECONDS;
    this.load = rate / podCapacity(domain);
    this.violatedShare = this.arrivals > 0 ? this.violated / this.arrivals : 0;
    this.errorShare = this.arrivals > 0 ? Math.min(1, this.timedOut / this.arrivals) : 0;
    tail.set(domain, this.readyPods, podRate);
    this.latencyP95Seconds = Math.min(domain.timeoutSeconds, tail.p95Seconds(rate, this.meanBacklog));
    const queue = Math.min(1, this.meanBacklog / (tail.capacity * domain.timeoutSeconds));
    const wanted = domain.memoryBase + domain.memoryPerLoad * this.utilisation + QUEUE_MEMORY * queue;
    this.memory += (wanted > this.memory ? MEMORY_RISE : MEMORY_FALL) * (wanted - this.memory);
  }
}
