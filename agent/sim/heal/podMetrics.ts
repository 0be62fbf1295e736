import { power } from '../power';
import type { Random } from '../random';
import { spread } from './noise';
import type { HealScenario } from './scenario';
import { TICK_SECONDS } from './tick';

/** Samples of a pod that are kept: a window of four scrape intervals of up to three ticks, and one tick on the way. */
export const RING = 16;
/** Scrape intervals in the window of rates and percentiles. */
const WINDOW_SCRAPES = 4;
/** A share of errors is counted over the averages' time, but over this at the least. */
const LEAST_WINDOW_SECONDS = 15;
const LOG_20 = Math.log(20);
const LOGARITHMS = Float64Array.from({ length: RING + 1 }, (_, count) => Math.log(count));

/**
 * What a metrics pipeline shows of the pods, as columns. Each tick gives a sample of each pod that serves; `measure`
 * makes of them what a look sees. NaN where nothing has been measured: the pod does not serve, or has just begun to.
 *
 * With `windowTicks` = 0 a sample moves an exponential average with the scenario's lag. Else there is a scrape every
 * `scrapeTicks`, and a query over the last four of them: a p95 is that of the requests of the window, so that it
 * jumps once a twentieth of them are slow, and a rate moves by a quarter with each scrape. What was scraped is seen
 * `delayTicks` later. The error of measurement is drawn with each measurement and stays until the next.
 */
export class PodMetrics {
  readonly p95Seconds: Float64Array;
  readonly errorRate: Float64Array;
  readonly cpu: Float64Array;
  readonly memory: Float64Array;
  /** Requests that the share of errors is counted from. */
  readonly requests: Float64Array;
  /** The slow part of a pod's requests, for percentiles over all of them: its share, and its latency's two numbers. */
  readonly slowShare: Float64Array;
  readonly shift: Float64Array;
  readonly theta: Float64Array;
  readonly #columns: readonly Float64Array[];

  readonly #samples: Int32Array;
  readonly #gauge: Float64Array;
  readonly #shifts: Float64Array;
  readonly #thetas: Float64Array;
  readonly #errors: Float64Array;
  readonly #cpus: Float64Array;
  readonly #scenario: Readonly<HealScenario>;
  /** Of the window under measurement, the slowest first. */
  readonly #slowness = new Float64Array(RING);
  readonly #slowShift = new Float64Array(RING);
  readonly #slowTheta = new Float64Array(RING);
  #keep = 0;
  #windowTicks = 0;

  constructor(capacity: number, scenario: Readonly<HealScenario>) {
    const column = () => new Float64Array(capacity);
    const ring = () => new Float64Array(capacity * RING);
    this.#scenario = scenario;
    this.p95Seconds = column();
    this.errorRate = column();
    this.cpu = column();
    this.memory = column();
    this.requests = column();
    this.slowShare = column();
    this.shift = column();
    this.theta = column();
    this.#gauge = column();
    this.#samples = new Int32Array(capacity);
    this.#shifts = ring();
    this.#thetas = ring();
    this.#errors = ring();
    this.#cpus = ring();
    this.#columns = [
      this.p95Seconds,
      this.errorRate,
      this.cpu,
      this.memory,
      this.requests,
      this.slowShare,
      this.shift,
      this.theta,
      this.#gauge,
    ];
  }

  reset(): void {
    const { detection, lagSeconds, scrapeTicks } = this.#scenario;
    this.#windowTicks = detection === 'events' ? WINDOW_SCRAPES * scrapeTicks : 0;
    this.#keep = lagSeconds > 0 ? Math.exp(-TICK_SECONDS / lagSeconds) : 0;
  }

  /** By how much an average sticks to what it was that many ticks before. */
  keepOver(ticks: number): number {
    return this.#keep === 0 ? 0 : power(this.#keep, ticks);
  }

  /** Whether something new can be seen after that many ticks. */
  isDue(ticks: number): boolean {
    return this.#windowTicks === 0 || ticks % this.#scenario.scrapeTicks === 0;
  }

  /** A pod that begins, or no longer serves. */
  clear(pod: number): void {
    this.#samples[pod] = 0;
    for (const column of this.#columns) column[pod] = Number.NaN;
  }

  /** One pod takes another's place. */
  move(from: number, to: number): void {
    this.#samples[to] = this.#samples[from] as number;
    for (const column of this.#columns) column[to] = column[from] as number;
    for (const ring of [this.#shifts, this.#thetas, this.#errors, this.#cpus])
      ring.copyWithin(to * RING, from * RING, from * RING + RING);
  }

  /** What a tick of a pod was like. */
  sample(pod: number, shift: number, theta: number, errors: number, cpu: number, memory: number): void {
    const taken = this.#samples[pod] as number;
    this.#samples[pod] = taken + 1;
    this.#gauge[pod] = memory;
    if (this.#windowTicks > 0) {
      const at = pod * RING + (taken % RING);
      this.#shifts[at] = shift;
      this.#thetas[at] = theta;
      this.#errors[at] = errors;
      this.#cpus[at] = cpu;
      return;
    }
    const at = pod * RING;
    const keep = taken === 0 ? 0 : this.#keep;
    const take = 1 - keep;
    this.#shifts[at] = keep * (this.#shifts[at] as number) + take * shift;
    this.#thetas[at] = keep * (this.#thetas[at] as number) + take * theta;
    this.#errors[at] = keep * (this.#errors[at] as number) + take * errors;
    this.#cpus[at] = keep * (this.#cpus[at] as number) + take * cpu;
  }

  /** @param podRate requests per second of a pod. @param bias how its latency is measured against its siblings' */
  measure(pod: number, podRate: number, bias: number, random: Random): void {
    const { noise, lagSeconds, delayTicks } = this.#scenario;
    const taken = this.#samples[pod] as number;
    const window = this.#windowTicks;
    const count = window === 0 ? Math.min(1, taken) : Math.min(window, taken - delayTicks);
    if (count <= 0) return;
    this.#gather(pod, window === 0 ? 1 : taken - delayTicks, count);
    const factor = bias * Math.max(0.1, 1 + noise * spread(random));
    this.p95Seconds[pod] = (this.p95Seconds[pod] as number) * factor;
    this.shift[pod] = (this.shift[pod] as number) * factor;
    this.theta[pod] = (this.theta[pod] as number) * factor;
    const seconds = window === 0 ? Math.max(LEAST_WINDOW_SECONDS, lagSeconds) : count * TICK_SECONDS;
    const requests = Math.max(1, podRate * seconds);
    this.requests[pod] = requests;
    const share = this.errorRate[pod] as number;
    const error = share + Math.sqrt((share * (1 - share)) / requests) * spread(random);
    this.errorRate[pod] = error < 0 ? 0 : error > 1 ? 1 : error;
    // A gauge: the last scrape counts, not the window.
    this.memory[pod] = this.#gauge[pod] as number;
  }

  /** Means over the last `count` of `end` samples, and of their latencies the slow part and the p95. */
  #gather(pod: number, end: number, count: number): void {
    const shifts = this.#shifts;
    const thetas = this.#thetas;
    const allErrors = this.#errors;
    const cpus = this.#cpus;
    const slowness = this.#slowness;
    const slowShift = this.#slowShift;
    const slowTheta = this.#slowTheta;
    const from = pod * RING;
    let errors = 0;
    let cpu = 0;
    for (let size = 0; size < count; size++) {
      const at = from + ((end - count + size) % RING);
      errors += allErrors[at] as number;
      cpu += cpus[at] as number;
      const shift = shifts[at] as number;
      const theta = thetas[at] as number;
      const slow = shift + 3 * theta;
      let place = size;
      while (place > 0 && (slowness[place - 1] as number) < slow) {
        slowness[place] = slowness[place - 1] as number;
        slowShift[place] = slowShift[place - 1] as number;
        slowTheta[place] = slowTheta[place - 1] as number;
        place--;
      }
      slowness[place] = slow;
      slowShift[place] = shift;
      slowTheta[place] = theta;
    }
    this.errorRate[pod] = errors / count;
    this.cpu[pod] = cpu / count;
    this.#keepSlowPart(pod, count);
  }

  /**
   * The 95th percentile of requests from `count` equal parts. With only the k slowest of them it is
   * shift + theta · ln(20 k/count), in their means; the largest of these is exact where parts are alike, where one is
   * far slower than the rest, and little too small in between.
   */
  #keepSlowPart(pod: number, count: number): void {
    const slowShift = this.#slowShift;
    const slowTheta = this.#slowTheta;
    const logOfCount = LOGARITHMS[count] as number;
    let shift = 0;
    let theta = 0;
    let highest = 0;
    let part = 1;
    let partShift = 0;
    let partTheta = 0;
    for (let slowest = 1; slowest <= count; slowest++) {
      shift += slowShift[slowest - 1] as number;
      theta += slowTheta[slowest - 1] as number;
      const depth = LOG_20 + (LOGARITHMS[slowest] as number) - logOfCount;
      const p95 = (shift + theta * depth) / slowest;
      if (p95 <= highest) continue;
      highest = p95;
      part = slowest;
      partShift = shift;
      partTheta = theta;
    }
    this.slowShare[pod] = part / count;
    this.shift[pod] = partShift / part;
    this.theta[pod] = partTheta / part;
    this.p95Seconds[pod] = highest;
  }
}
