/** One metric over the serving pods, in order, for medians of all of them and of all but one. Allocates nothing. */
export class Siblings {
  /** How many serve and have a value. */
  size = 0;
  mean = 0;
  /** Their indices, by ascending value. */
  readonly order: Uint16Array;
  /** Their values, ascending. */
  readonly #sorted: Float64Array;
  #sum = 0;

  /** @param capacity the most pods that there can be */
  constructor(capacity: number) {
    this.order = new Uint16Array(capacity);
    this.#sorted = new Float64Array(capacity);
  }

  /** Takes the pods among the first `count` whose condition is `wanted` and whose value is known (not NaN). */
  gather(values: Float64Array, condition: Uint8Array, wanted: number, count: number): void {
    const { order } = this;
    const sorted = this.#sorted;
    let size = 0;
    let sum = 0;
    for (let pod = 0; pod < count; pod++) {
      const value = values[pod] as number;
      if (condition[pod] !== wanted || Number.isNaN(value)) continue;
      sum += value;
      // Insertion: there are a dozen mostly.
      let place = size;
      while (place > 0 && (sorted[place - 1] as number) > value) {
        sorted[place] = sorted[place - 1] as number;
        order[place] = order[place - 1] as number;
        place--;
      }
      sorted[place] = value;
      order[place] = pod;
      size++;
    }
    this.size = size;
    this.#sum = sum;
    this.mean = size === 0 ? 0 : sum / size;
  }

  /** 0 without any. */
  median(): number {
    const { size } = this;
    if (size === 0) return 0;
    return (this.#at((size - 1) >> 1) + this.#at(size >> 1)) / 2;
  }

  /** 0 without any. */
  worst(): number {
    return this.size === 0 ? 0 : this.#at(this.size - 1);
  }

  /** The largest value above the median; 0 without any. */
  gap(): number {
    return this.worst() - this.median();
  }

  /** Of all but the one of that rank; 0 without others. */
  medianWithout(rank: number): number {
    const others = this.size - 1;
    if (others <= 0) return 0;
    const low = (others - 1) >> 1;
    const high = others >> 1;
    return (this.#at(low >= rank ? low + 1 : low) + this.#at(high >= rank ? high + 1 : high)) / 2;
  }

  /** Of all but one of that value; 0 without others. */
  meanWithout(value: number): number {
    return this.size < 2 ? 0 : (this.#sum - value) / (this.size - 1);
  }

  #at(rank: number): number {
    return this.#sorted[rank] as number;
  }
}
