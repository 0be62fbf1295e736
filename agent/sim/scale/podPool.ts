import type { Random } from '../random';
import { CONTROL_STEP_SECONDS, MOST_REPLICAS } from './units';

/** How much the newest start-up counts in the running estimate. */
const STARTUP_WEIGHT = 0.05;
/** Pods that were there before the episode have been ready for an hour. */
const LONG_AGO_SECONDS = -3600;

/** The pods of a deployment: wanted ones, of which some are still starting. */
export class PodPool {
  /** All that are wanted and paid for. */
  count = 0;
  /** Those that serve. */
  ready = 0;
  /** When they were wanted up and down last. */
  lastUpSeconds = 0;
  lastDownSeconds = 0;
  /** What a watcher has seen: a running mean over pods that became ready. */
  startupEstimateSeconds = 0;

  /** When the next of those that start becomes ready; infinite where none does. */
  nextReadySeconds = Number.POSITIVE_INFINITY;

  #startupSeconds = 0;
  /**
   * When each becomes ready: first the ready ones in the order in which they became so, then those that start in the
   * order in which they were wanted. The last is the first to go: that it will be ready sooner than others is nothing
   * that anybody knows.
   */
  readonly #readyAt = new Float64Array(MOST_REPLICAS);
  readonly #startups = new Float64Array(MOST_REPLICAS);

  /** `count` pods that have been ready for long. */
  reset(count: number, startupSeconds: number): void {
    this.count = this.ready = count;
    this.lastUpSeconds = this.lastDownSeconds = LONG_AGO_SECONDS;
    this.nextReadySeconds = Number.POSITIVE_INFINITY;
    this.#startupSeconds = this.startupEstimateSeconds = startupSeconds;
    this.#readyAt.fill(LONG_AGO_SECONDS, 0, count);
  }

  /** Removes pods that still start before ready ones, and the newest before older ones, as a ReplicaSet does. */
  scaleTo(count: number, nowSeconds: number, random: Random): void {
    if (count > this.count) this.lastUpSeconds = nowSeconds;
    if (count < this.count) this.lastDownSeconds = nowSeconds;
    for (let index = this.count; index < count; index++) {
      const startup = this.#startupSeconds * (0.75 + 0.5 * random.uniform());
      this.#startups[index] = startup;
      this.#readyAt[index] = nowSeconds + startup;
    }
    this.count = count;
    this.ready = Math.min(this.ready, count);
    this.#findNextReady();
  }

  /** Lets time pass. */
  advanceTo(nowSeconds: number): void {
    while (this.nextReadySeconds <= nowSeconds) {
      this.#makeReady(this.#readyAt.indexOf(this.nextReadySeconds, this.ready));
      this.#findNextReady();
    }
  }

  /** Those that have been ready for a scrape, so that metrics of theirs exist. */
  measured(nowSeconds: number): number {
    let count = this.ready;
    while (count > 0 && (this.#readyAt[count - 1] as number) > nowSeconds - CONTROL_STEP_SECONDS) count--;
    return count;
  }

  /** Moves a pod that starts behind those that are ready. */
  #makeReady(index: number): void {
    const readyAt = this.#readyAt[index] as number;
    const startup = this.#startups[index] as number;
    this.#readyAt.copyWithin(this.ready + 1, this.ready, index);
    this.#startups.copyWithin(this.ready + 1, this.ready, index);
    this.#readyAt[this.ready] = readyAt;
    this.#startups[this.ready] = startup;
    this.ready++;
    this.startupEstimateSeconds += STARTUP_WEIGHT * (startup - this.startupEstimateSeconds);
  }

  #findNextReady(): void {
    let next = Number.POSITIVE_INFINITY;
    for (let index = this.ready; index < this.count; index++) {
      const readyAt = this.#readyAt[index] as number;
      if (readyAt < next) next = readyAt;
    }
    this.nextReadySeconds = next;
  }
}
