import { addLatencies, BUCKETS } from './histogram';
import { NO_FAULTS, type PodFaults, type PodModel } from './podModel';
import type { Random } from './random';

/** A pod that is starved of CPU still gets this share of its quota. */
const LEAST_CPU_SHARE = 0.01;
/** Above this utilisation more backlog is no longer random queueing but a line in which everybody waits. */
const MOST_RANDOM_UTILISATION = 0.95;

/**
 * One pod: a server of speed μ = CPU cores ÷ CPU seconds per request. The mean number of requests inside, x, follows
 * the pointwise stationary fluid flow approximation (Wang, Tipper and Banerjee, INFOCOM 1996), by an implicit step:
 *
 *     dx/dt = λ − μ · x/(1 + x)
 *
 * It rests at M/M/1's ρ/(1 − ρ) and, overloaded, grows by λ − μ. A request that meets x others takes (1 + x)/μ in the
 * mean. The part of x that M/M/1 would have at this λ makes that time exponential (M/M/1's sojourn time); what is
 * more is backlog, and delays everybody alike. With several cores this overstates queueing a little.
 *
 * Arrivals are Poisson; their noise passes on to the completions, so that at every step
 * arrivals = succeeded + failed + refused + timedOut + lost + inside. A step allocates nothing.
 */
export class SimPod {
  readonly model: Readonly<PodModel>;
  /** What is wrong with it now. */
  faults: Readonly<PodFaults> = NO_FAULTS;
  /** Requests per second that load balancers send; set before each step. */
  arrivalRate = 0;

  /** Counters since the container's start: requests by result, seconds, CPU seconds. */
  arrivals = 0;
  /** Answered with 200. */
  succeeded = 0;
  /** Answered with 500. */
  failed = 0;
  /** Refused with 503, by a full queue, a cut connection or because the process is dead. */
  refused = 0;
  /** Answered too late: 504. */
  timedOut = 0;
  /** Lost on the network: 504. */
  lost = 0;
  latencySecondsSum = 0;
  cpuSeconds = 0;
  /** For so long work has waited because the quota was used up. */
  throttledSeconds = 0;
  /** Cumulative counts by latency of the requests that were let in: those that succeeded, failed or timed out. */
  readonly latencyBuckets = new Float64Array(BUCKETS);

  /** Requests inside. */
  inside = 0;
  memoryBytes = 0;
  running = false;
  /** Memory has crossed the limit, and the kernel has killed the process. `start` clears it. */
  outOfMemory = false;
  ageSeconds = 0;

  /** Of the last step: the share of requests that found the queue full. */
  refusedShare = 0;
  /** Of the last step: a latency is the shift plus an exponential time of mean theta. */
  latencyShiftSeconds = 0;
  latencyThetaSeconds = 0;

  #meanInside = 0;
  #ballastBytes = 0;
  #responsesInLine = 0;
  #costSeconds = 0;

  constructor(model: Readonly<PodModel>) {
    this.model = model;
  }

  /** Starts the container, or starts it again: counters and memory begin anew, faults stay. */
  start(random: Random): void {
    this.stop();
    this.#costSeconds =
      this.model.cpuSecondsPerRequest * Math.max(0.5, 1 + this.model.cpuVariation * random.gaussian());
    this.arrivals = this.succeeded = this.failed = this.refused = this.timedOut = this.lost = 0;
    this.latencySecondsSum = this.cpuSeconds = this.throttledSeconds = this.ageSeconds = 0;
    this.latencyBuckets.fill(0);
    this.memoryBytes = this.model.memoryBaseBytes;
    this.running = true;
    this.outOfMemory = false;
  }

  /** Ends the process; what was inside is refused. */
  stop(): void {
    this.refused += this.inside;
    this.inside = this.#meanInside = this.#ballastBytes = this.memoryBytes = this.#responsesInLine = 0;
    this.running = false;
  }

  step(seconds: number, random: Random): void {
    const arrived = random.poisson(this.arrivalRate * seconds);
    this.arrivals += arrived;
    if (!this.running) {
      this.refused += arrived;
      return;
    }
    this.ageSeconds += seconds;
    this.#serve(arrived, seconds);
    this.#useMemory(seconds);
  }

  #serve(arrived: number, seconds: number): void {
    const { model, faults } = this;
    const cores = Math.max(
      model.cpuLimitCores - faults.cpuStolenCores,
      model.cpuLimitCores * LEAST_CPU_SHARE,
    );
    const costSeconds = this.#costSeconds * this.#coldFactor();
    const speed = cores / costSeconds;
    const offered = this.arrivalRate * this.#reachingShare() * seconds;

    const before = this.#meanInside;
    const after = Math.min(settledInside(before + offered, speed * seconds), model.queueLimit);
    const outflow = (speed * seconds * after) / (1 + after);
    // At most 1: rounding makes more of it where next to nothing is offered.
    const excess = Math.max(0, before + offered - outflow - after);
    const refusedShare = offered > 0 ? Math.min(1, excess / offered) : 0;
    this.#meanInside = after;
    this.refusedShare = refusedShare;

    const lost = arrived * faults.lossShare;
    const aborted = (arrived - lost) * faults.abortShare;
    const refused = aborted + (arrived - lost - aborted) * refusedShare;
    const present = this.inside + arrived - lost - refused;
    this.inside = Math.min(after, present);
    this.lost += lost;
    this.refused += refused;
    this.#complete(this.#send(present - this.inside, seconds), (before + after) / 2, speed);
    this.#useCpu(cores, outflow * costSeconds, seconds);
    this.#throttle(cores, (before + offered) * costSeconds, seconds);
  }

  /** The share of requests that gets as far as the process. */
  #reachingShare(): number {
    return (1 - this.faults.lossShare) * (1 - this.faults.abortShare);
  }

  /** Puts responses into the line for the network; returns those for which there is room. */
  #send(responses: number, seconds: number): number {
    const { linkRate, linkQueue } = this.faults;
    if (linkRate === Number.POSITIVE_INFINITY) {
      this.#responsesInLine = 0;
      return responses;
    }
    const waiting = this.#responsesInLine + responses - linkRate * seconds;
    const lost = Math.min(responses, Math.max(0, waiting - linkQueue));
    this.#responsesInLine = Math.max(0, waiting - lost);
    this.lost += lost;
    return responses - lost;
  }

  /** Counts `completed` requests that met `others` requests in the pod. */
  #complete(completed: number, others: number, speed: number): void {
    const { model, faults } = this;
    const utilisation = Math.min((this.arrivalRate * this.#reachingShare()) / speed, MOST_RANDOM_UTILISATION);
    const random = Math.min(others, utilisation / (1 - utilisation));
    const theta = ((1 + random) / speed) * faults.latencyFactor;
    const inLineSeconds =
      faults.linkRate === Number.POSITIVE_INFINITY ? 0 : (1 + this.#responsesInLine) / faults.linkRate;
    const own = (model.baseLatencySeconds + (others - random) / speed) * faults.latencyFactor;
    const shift = own + faults.delaySeconds + inLineSeconds;
    this.latencyShiftSeconds = shift;
    this.latencyThetaSeconds = theta;
    if (faults.slowShare === 0) {
      this.#scatter(completed, shift, theta);
    } else {
      this.#scatter(completed * (1 - faults.slowShare), shift, theta);
      this.#scatter(completed * faults.slowShare, shift + faults.slowSeconds, theta);
    }
  }

  /** Records requests whose latency the network's jitter makes longer or shorter. */
  #scatter(count: number, shift: number, theta: number): void {
    const jitter = this.faults.delayJitterSeconds;
    if (jitter === 0) {
      this.#record(count, shift, theta);
    } else {
      // Two equal halves have the jitter's mean and standard deviation.
      this.#record(count / 2, Math.max(0, shift - jitter), theta);
      this.#record(count / 2, shift + jitter, theta);
    }
  }

  #record(count: number, shift: number, theta: number): void {
    const timeout = this.model.timeoutSeconds;
    const lateShare = shift >= timeout ? 1 : Math.exp((shift - timeout) / theta);
    this.timedOut += count * lateShare;
    const failed = count * (1 - lateShare) * this.faults.errorShare;
    this.failed += failed;
    this.succeeded += count * (1 - lateShare) - failed;
    // The mean of min(latency, timeout).
    this.latencySecondsSum += count * (Math.min(shift, timeout) + theta * (1 - lateShare));
    addLatencies(this.latencyBuckets, count, shift, theta, timeout);
  }

  #useCpu(cores: number, workSeconds: number, seconds: number): void {
    const { cpuLimitCores, idleCpuCores } = this.model;
    const own = Math.min(workSeconds + idleCpuCores * seconds, cores * seconds);
    const stolen = Math.min(this.faults.cpuStolenCores, cpuLimitCores) * seconds;
    this.cpuSeconds += Math.min(own + stolen, cpuLimitCores * seconds);
  }

  /** Of the work that was there in this step, what did not fit into the quota has waited. */
  #throttle(cores: number, workSeconds: number, seconds: number): void {
    const share = 1 - (cores * seconds) / (workSeconds + this.model.idleCpuCores * seconds);
    if (share > 0) this.throttledSeconds += share * seconds;
  }

  #useMemory(seconds: number): void {
    const { model, faults } = this;
    this.#ballastBytes = Math.min(
      faults.ballastBytes,
      this.#ballastBytes + faults.ballastBytesPerSecond * seconds,
    );
    this.memoryBytes =
      model.memoryBaseBytes +
      model.memoryPerRequestBytes * this.inside +
      model.memoryLeakBytesPerSecond * this.ageSeconds +
      this.#ballastBytes;
    if (this.memoryBytes <= model.memoryLimitBytes) return;
    this.stop();
    this.outOfMemory = true;
  }

  #coldFactor(): number {
    const { coldStartSeconds, coldStartFactor } = this.model;
    if (this.ageSeconds >= coldStartSeconds) return 1;
    return 1 + (coldStartFactor - 1) * (1 - this.ageSeconds / coldStartSeconds);
  }
}

/** The x that solves x = present − capacity · x/(1 + x): the fluid model's implicit step. */
function settledInside(present: number, capacity: number): number {
  const half = (present - capacity - 1) / 2;
  const root = Math.sqrt(half * half + present);
  // The second form is the same number without cancellation.
  return half >= 0 ? half + root : present / (root - half);
}
