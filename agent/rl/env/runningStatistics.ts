import type { NormaliserState } from '../policy/policyModel';

/**
 * Mean and population variance of each column over all rows seen, in constant memory: Welford's method, a batch at a
 * time (Chan, Golub and LeVeque 1983, https://doi.org/10.1080/00031305.1983.10483115). Before the first row the
 * mean is 0 and the variance 1.
 */
export class RunningStatistics {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  count = 0;
  readonly #batchMean: Float64Array;
  readonly #batchSquares: Float64Array;

  constructor(columns: number) {
    this.mean = new Float64Array(columns);
    this.variance = new Float64Array(columns).fill(1);
    this.#batchMean = new Float64Array(columns);
    this.#batchSquares = new Float64Array(columns);
  }

  /** Goes on from a saved state, bit by bit. */
  static from({ mean, variance, count }: Omit<NormaliserState, 'clip'>): RunningStatistics {
    const statistics = new RunningStatistics(mean.length);
    statistics.mean.set(mean);
    statistics.variance.set(variance);
    statistics.count = count;
    return statistics;
  }

  /** @param rows n × columns. Allocates nothing. */
  update(rows: Float32Array | Float64Array): void {
    const columns = this.mean.length;
    const added = rows.length / columns;
    if (!Number.isInteger(added)) throw new RangeError(`${rows.length} numbers are no rows of ${columns}`);
    if (added === 0) return;
    this.#summarise(rows, added);
    const total = this.count + added;
    for (let column = 0; column < columns; column++) {
      const before = this.mean[column] as number;
      const delta = (this.#batchMean[column] as number) - before;
      const squares =
        (this.variance[column] as number) * this.count +
        (this.#batchSquares[column] as number) +
        delta * delta * this.count * (added / total);
      this.mean[column] = before + delta * (added / total);
      this.variance[column] = squares / total;
    }
    this.count = total;
  }

  /** A copy, as policies and checkpoints keep it. */
  toNormaliser(clip: number): NormaliserState {
    return { mean: this.mean.slice(), variance: this.variance.slice(), count: this.count, clip };
  }

  /** Mean and sum of squared deviations of the batch alone. */
  #summarise(rows: Float32Array | Float64Array, count: number): void {
    const means = this.#batchMean.fill(0);
    const squares = this.#batchSquares.fill(0);
    const columns = means.length;
    for (let row = 0, index = 0; row < count; row++) {
      for (let column = 0; column < columns; column++, index++) {
        means[column] = (means[column] as number) + (rows[index] as number);
      }
    }
    for (let column = 0; column < columns; column++) means[column] = (means[column] as number) / count;
    for (let row = 0, index = 0; row < count; row++) {
      for (let column = 0; column < columns; column++, index++) {
        const deviation = (rows[index] as number) - (means[column] as number);
        squares[column] = (squares[column] as number) + deviation * deviation;
      }
    }
  }
}
