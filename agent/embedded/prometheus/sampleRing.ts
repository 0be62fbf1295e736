const FIRST_CAPACITY = 16;

/** A run of samples, oldest first. Both arrays have the same length. */
export interface Points {
  timesMs: number[];
  values: number[];
}

/**
 * The samples of one series in time order: typed arrays used as a ring that grows by doubling up to `maxSamples`
 * and then overwrites the oldest. A staleness marker is a sample of its own, told from a NaN by a flag.
 */
export class SampleRing {
  readonly #maxSamples: number;
  #timesMs = new Float64Array(FIRST_CAPACITY);
  #values = new Float64Array(FIRST_CAPACITY);
  #stale = new Uint8Array(FIRST_CAPACITY);
  #start = 0;
  #length = 0;

  constructor(maxSamples: number) {
    this.#maxSamples = Math.max(FIRST_CAPACITY, maxSamples);
  }

  get length(): number {
    return this.#length;
  }

  get lastAtMs(): number {
    return this.#length === 0 ? Number.NEGATIVE_INFINITY : this.#timeAt(this.#length - 1);
  }

  /** Appends a sample, `stale` for the marker. One at the time of the last replaces it; an earlier one throws. */
  append(atMs: number, value: number, stale: boolean): void {
    if (atMs < this.lastAtMs) throw new RangeError(`sample at ${atMs} ms is older than ${this.lastAtMs} ms`);
    if (atMs > this.lastAtMs) this.#length = this.#makeRoom() + 1;
    const slot = this.#slot(this.#length - 1);
    this.#timesMs[slot] = atMs;
    this.#values[slot] = value;
    this.#stale[slot] = stale ? 1 : 0;
  }

  /** Forgets all samples up to and including that time. */
  dropUntil(atMs: number): void {
    const dropped = this.#firstAfter(atMs);
    this.#start = this.#slot(dropped);
    this.#length -= dropped;
  }

  /** The latest sample in (afterMs, untilMs]; null where there is none or where it is the staleness marker. */
  latest(afterMs: number, untilMs: number): { atMs: number; value: number } | null {
    const index = this.#firstAfter(untilMs) - 1;
    if (index < 0) return null;
    const atMs = this.#timeAt(index);
    if (atMs <= afterMs || this.#stale[this.#slot(index)] === 1) return null;
    return { atMs, value: this.#valueAt(index) };
  }

  /** All samples in (afterMs, untilMs] but staleness markers. */
  between(afterMs: number, untilMs: number): Points {
    const points: Points = { timesMs: [], values: [] };
    for (let index = this.#firstAfter(afterMs); index < this.#length; index++) {
      const atMs = this.#timeAt(index);
      if (atMs > untilMs) break;
      if (this.#stale[this.#slot(index)] === 1) continue;
      points.timesMs.push(atMs);
      points.values.push(this.#valueAt(index));
    }
    return points;
  }

  /** The index of the first sample later than `atMs`; the length where there is none. */
  #firstAfter(atMs: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#timeAt(middle) > atMs) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Makes sure that one more sample fits; returns how many there are then. */
  #makeRoom(): number {
    const capacity = this.#timesMs.length;
    if (this.#length < capacity) return this.#length;
    if (capacity < this.#maxSamples) {
      this.#grow(Math.min(capacity * 2, this.#maxSamples));
      return this.#length;
    }
    this.#start = this.#slot(1);
    return this.#length - 1;
  }

  #grow(capacity: number): void {
    const { timesMs, values, stale } = this.#unrolled(capacity);
    this.#timesMs = timesMs;
    this.#values = values;
    this.#stale = stale;
    this.#start = 0;
  }

  #unrolled(capacity: number) {
    const timesMs = new Float64Array(capacity);
    const values = new Float64Array(capacity);
    const stale = new Uint8Array(capacity);
    for (let index = 0; index < this.#length; index++) {
      timesMs[index] = this.#timeAt(index);
      values[index] = this.#valueAt(index);
      stale[index] = this.#stale[this.#slot(index)] ?? 0;
    }
    return { timesMs, values, stale };
  }

  #slot(index: number): number {
    return (this.#start + index) % this.#timesMs.length;
  }

  #timeAt(index: number): number {
    return this.#timesMs[this.#slot(index)] ?? Number.NaN;
  }

  #valueAt(index: number): number {
    return this.#values[this.#slot(index)] ?? Number.NaN;
  }
}
