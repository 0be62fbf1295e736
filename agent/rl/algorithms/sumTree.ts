/**
 * A binary tree over numbers ≥ 0 in which each node is the sum of the two below it (Schaul et al. 2016, B.2.1):
 * setting one and finding the one at a given cumulative sum take log₂ n steps.
 */
export class SumTree {
  /** Node 1 is the root, the two below node i are 2i and 2i + 1, leaves begin at `#leaves`. */
  readonly #nodes: Float64Array;
  readonly #leaves: number;

  constructor(count: number) {
    this.#leaves = 2 ** Math.ceil(Math.log2(Math.max(count, 2)));
    this.#nodes = new Float64Array(2 * this.#leaves);
  }

  get total(): number {
    return this.#nodes[1] as number;
  }

  get byteLength(): number {
    return this.#nodes.byteLength;
  }

  get(index: number): number {
    return this.#nodes[this.#leaves + index] as number;
  }

  /** Sums are made anew from below and not corrected by differences, so that rounding never adds up. */
  set(index: number, value: number): void {
    let node = this.#leaves + index;
    this.#nodes[node] = value;
    for (node >>= 1; node >= 1; node >>= 1) {
      this.#nodes[node] = (this.#nodes[2 * node] as number) + (this.#nodes[2 * node + 1] as number);
    }
  }

  /** The index at which the running sum first exceeds `sum`, of [0, total). Never one whose number is 0, if total > 0. */
  find(sum: number): number {
    let node = 1;
    let rest = sum;
    while (node < this.#leaves) {
      node *= 2;
      const left = this.#nodes[node] as number;
      // Rounding may leave a rest where nothing is on the right.
      if (rest < left || this.#nodes[node + 1] === 0) continue;
      rest -= left;
      node++;
    }
    return node - this.#leaves;
  }
}
