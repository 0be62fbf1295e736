import { MAX_PODS } from './pods';

/** One metric over the serving pods, in order, for medians of all of them and of all but one. */
export class Siblings {
  /** How many serve. */
  size = 0;
  mean = 0;
  /** Their indices, by ascending value. */
  readonly order = new Uint8Array(MAX_PODS);
  #sum = 0;
  #values: Float64Array = new Float64Array(MAX_PODS);

  /** Takes the pods among the first `count` whose condition is `wanted`. Keeps `values`. */
  gather(values: Float64Array, condition: Uint8Array, wanted: number, count: number): void {
    const { order } = this;
    let size = 0;
    let sum = 0;
    for (let pod = 0; pod < count; pod++) {
      if (condition[pod] !== wanted) continue;
      const value = values[pod] as number;
      sum += value;
      // Insertion: there are a dozen at most.
      let place = size;
      while (place > 0 && (values[order[place - 1] as number] as number) > value) {
        order[place] = order[place - 1] as number;
        place--;
      }
      order[place] = pod;
      size++;
    }
    this.size = size;
    this.#sum = sum;
    this.mean = size === 0 ? 0 : sum / size;
    this.#values = values;
  }

  /** 0 without any. */
  median(): number {
    const { size } = this;
    if (size === 0) return 0;
    return (this.#at((size - 1) >> 1) + this.#at(size >> 1)) / 2;
  }

  /** The largest value above the median; 0 without any. */
  gap(): number {
    return this.size === 0 ? 0 : this.#at(this.size - 1) - this.median();
  }

  /** Of all but the one of that rank; 0 without others. */
  medianWithout(rank: number): number {
    const others = this.size - 1;
    if (others <= 0) return 0;
    const low = (others - 1) >> 1;
    const high = others >> 1;
    return (this.#at(low >= rank ? low + 1 : low) + this.#at(high >= rank ? high + 1 : high)) / 2;
  }

  /** Of all but this one, which serves; 0 without others. */
  meanOfOthers(pod: number): number {
    return this.size < 2 ? 0 : (this.#sum - (this.#values[pod] as number)) / (this.size - 1);
  }

  #at(rank: number): number {
    return this.#values[this.order[rank] as number] as number;
  }
}
