import type { Matrix } from '../engine/network';
import type { RunningStatistics } from '../env/runningStatistics';

const VARIANCE_FLOOR = 1e-8;

/** Writes observations into the rows of a network's input, normalised where there are statistics. Allocates nothing. */
export class ObservationInput {
  readonly statistics: RunningStatistics | null;
  readonly clip: number;

  /** @param clip greatest size of a normalised number */
  constructor(statistics: RunningStatistics | null, clip: number) {
    this.statistics = statistics;
    this.clip = clip;
  }

  /** Row `from` of `observations` becomes row `to` of `input`. */
  write(observations: Float32Array, from: number, input: Matrix, to: number): void {
    const { values, columns: fields } = input;
    const source = from * fields;
    const target = to * input.stride;
    if (this.statistics === null) {
      for (let field = 0; field < fields; field++) {
        values[target + field] = observations[source + field] as number;
      }
      return;
    }
    const { mean, variance } = this.statistics;
    for (let field = 0; field < fields; field++) {
      const deviation = (observations[source + field] as number) - (mean[field] as number);
      const scaled = deviation / Math.sqrt((variance[field] as number) + VARIANCE_FLOOR);
      values[target + field] = Math.min(Math.max(scaled, -this.clip), this.clip);
    }
  }
}
