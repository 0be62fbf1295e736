import { FIVE_MINUTES_STEPS } from '../../../sim/scale/estimates';
import type { ScaleMetrics } from '../../../sim/scale/scaleView';
import { CONTROL_STEP_SECONDS, LATENCY_OBJECTIVE_SECONDS } from '../../../sim/scale/units';
import type { ScaleReading } from './scaleReading';

/** A median this many times the usual one is more than the chance of queueing: requests wait. */
const QUEUEING_FACTOR = 2;
/** The usual median falls at once, and rises this part of the way per look: a time constant of two hours. */
const USUAL_RISE = 0.002;

interface Kept {
  cpu: number;
  memory: number;
  ready: number;
}

/**
 * What Prometheus has said, look by look, as the simulator's metrics say it. Times of requests are told in the
 * simulator's objective of 200 ms: a p95 of 1 s is 100 ms where the objective is 2 s. Prometheus has averaged already,
 * so that the five minutes' mean and maximum are over means of the window.
 */
export class LiveMetrics implements ScaleMetrics {
  cpu = 0;
  memory = 0;
  arrivalRate = 0;
  servedRate = 0;
  readyPods = 0;
  violatedShare = 0;
  errorShare = 0;
  backlog = 0;
  latencyP95Seconds = 0;
  /** Oldest first. */
  #kept: Kept[] = [];
  /** Requests that waited at the last look; null before the first. */
  #waiting: number | null = null;
  #usualP50Seconds = Number.POSITIVE_INFINITY;

  get cpuMean(): number {
    return meanOf(this.#kept, ({ cpu }) => cpu);
  }

  get cpuMax(): number {
    return Math.max(...this.#kept.map(({ cpu }) => cpu));
  }

  get memoryMean(): number {
    return meanOf(this.#kept, ({ memory }) => memory);
  }

  get memoryMax(): number {
    return Math.max(...this.#kept.map(({ memory }) => memory));
  }

  /** Takes in a look. @param ready pods that serve now */
  record(reading: ScaleReading, ready: number, objectiveSeconds: number): void {
    const scale = LATENCY_OBJECTIVE_SECONDS / objectiveSeconds;
    const waiting = this.#waitingOf(reading);
    // What came in and is not answered yet waits: requests are counted when they are answered.
    const growth = (waiting - (this.#waiting ?? waiting)) / CONTROL_STEP_SECONDS;
    this.#waiting = waiting;
    this.arrivalRate = Math.max(0, reading.answeredRate + growth);
    this.servedRate = reading.answeredRate * (1 - reading.errorShare);
    this.violatedShare = reading.violatedShare;
    this.errorShare = reading.errorShare;
    this.backlog = waiting * scale;
    this.latencyP95Seconds = reading.latencyP95Seconds * scale;
    this.cpu = reading.cpu;
    this.memory = reading.memory;
    this.#keep({ cpu: reading.cpu, memory: reading.memory, ready });
    const windowLooks = Math.max(1, Math.round(reading.windowSeconds / CONTROL_STEP_SECONDS));
    this.readyPods = meanOf(this.#kept.slice(-windowLooks), (kept) => kept.ready);
  }

  #keep(kept: Kept): void {
    // What was before the first look was like it, as far as anybody knows.
    if (this.#kept.length === 0) this.#kept = Array.from({ length: FIVE_MINUTES_STEPS - 1 }, () => kept);
    this.#kept = [...this.#kept, kept].slice(-FIVE_MINUTES_STEPS);
  }

  /**
   * As measured, or by Little's law (Operations Research 9, 1961): as many wait as come in while one does. How long
   * that is, is by how much the median exceeds twice its usual value.
   */
  #waitingOf({ queue, latencyP50Seconds: p50, answeredRate }: ScaleReading): number {
    const usual = this.#usualP50Seconds;
    if (answeredRate > 0) {
      this.#usualP50Seconds = p50 < usual ? p50 : usual + USUAL_RISE * (p50 - usual);
    }
    if (queue !== null) return queue;
    if (answeredRate === 0) return 0;
    return answeredRate * Math.max(0, p50 - QUEUEING_FACTOR * Math.min(usual, p50));
  }
}

function meanOf(kept: readonly Kept[], read: (kept: Kept) => number): number {
  return kept.reduce((sum, each) => sum + read(each), 0) / kept.length;
}
