/** Longest window or period of a spec; what is older is forgotten. */
const KEPT_SECONDS = 3600;
/** A power of two, for the mask. */
const FIRST_CAPACITY = 64;

/** Numbers with the time they are of, oldest first. Grows only where an hour has more of them than ever before. */
export class TimedNumbers {
  #seconds = new Float64Array(FIRST_CAPACITY);
  #values = new Float64Array(FIRST_CAPACITY);
  #first = 0;
  #count = 0;

  get size(): number {
    return this.#count;
  }

  /** @param nowSeconds not before that of the last call */
  add(nowSeconds: number, value: number): void {
    while (this.#count > 0 && this.#secondsAgo(this.#count) < nowSeconds - KEPT_SECONDS) this.#forgetOldest();
    if (this.#count === this.#values.length) this.#grow();
    const at = (this.#first + this.#count) & (this.#values.length - 1);
    this.#seconds[at] = nowSeconds;
    this.#values[at] = value;
    this.#count++;
  }

  clear(): void {
    this.#first = this.#count = 0;
  }

  /** The least of those after `sinceSeconds`, and `atMost`. */
  least(sinceSeconds: number, atMost: number): number {
    let least = atMost;
    for (let ago = 1; ago <= this.#count && this.#secondsAgo(ago) > sinceSeconds; ago++) {
      least = Math.min(least, this.#valueAgo(ago));
    }
    return least;
  }

  /** The greatest of those after `sinceSeconds`, and `atLeast`. */
  greatest(sinceSeconds: number, atLeast: number): number {
    let greatest = atLeast;
    for (let ago = 1; ago <= this.#count && this.#secondsAgo(ago) > sinceSeconds; ago++) {
      greatest = Math.max(greatest, this.#valueAgo(ago));
    }
    return greatest;
  }

  /** Of those after `sinceSeconds`. */
  sum(sinceSeconds: number): number {
    let sum = 0;
    for (let ago = 1; ago <= this.#count && this.#secondsAgo(ago) > sinceSeconds; ago++) {
      sum += this.#valueAgo(ago);
    }
    return sum;
  }

  /** @param ago 1 for the newest */
  #secondsAgo(ago: number): number {
    return this.#seconds[(this.#first + this.#count - ago) & (this.#seconds.length - 1)] as number;
  }

  #valueAgo(ago: number): number {
    return this.#values[(this.#first + this.#count - ago) & (this.#values.length - 1)] as number;
  }

  #forgetOldest(): void {
    this.#first = (this.#first + 1) & (this.#values.length - 1);
    this.#count--;
  }

  #grow(): void {
    const { length } = this.#values;
    const seconds = new Float64Array(2 * length);
    const values = new Float64Array(2 * length);
    for (let ago = 1; ago <= this.#count; ago++) {
      seconds[this.#count - ago] = this.#secondsAgo(ago);
      values[this.#count - ago] = this.#valueAgo(ago);
    }
    this.#seconds = seconds;
    this.#values = values;
    this.#first = 0;
  }
}

/** What an HPA remembers of one target. */
export class HpaState {
  /** Pods that the metrics asked for, before windows, policies and bounds. */
  readonly recommendations = new TimedNumbers();
  /** By how many pods the HPA has scaled up and down, both > 0. */
  readonly scaleUps = new TimedNumbers();
  readonly scaleDowns = new TimedNumbers();

  /** Lets the count that is found be the first recommendation: an HPA that is new does not scale down at once. */
  begin(nowSeconds: number, replicas: number): void {
    if (this.recommendations.size === 0) this.recommendations.add(nowSeconds, replicas);
  }

  /** Notes that the target was scaled, which the policies of the next minutes reckon with. */
  noteRescale(nowSeconds: number, from: number, to: number): void {
    if (to > from) this.scaleUps.add(nowSeconds, to - from);
    if (to < from) this.scaleDowns.add(nowSeconds, from - to);
  }

  clear(): void {
    this.recommendations.clear();
    this.scaleUps.clear();
    this.scaleDowns.clear();
  }
}
