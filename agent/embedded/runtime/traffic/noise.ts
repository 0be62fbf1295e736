import { Random } from '../../../sim/random';

/** Scenarios change by half minutes, as the decisions about a release do. */
const STEP_MS = 30_000;
/** As `Release` has it: the shared drift forgets half of itself in about five minutes. */
const KEEP = 0.93;
const FRESH = Math.sqrt(1 - KEEP * KEEP);
/** Standard deviations of the logarithm of what multiplies errors: of the drift, and of each version by itself. */
const DRIFT = 1;
const DISPERSION = 0.6;

/** Noise that comes and goes for both versions together, and scatters for each. */
export class Noise {
  readonly #random: Random;
  readonly #seed: number;
  #step = Number.NaN;
  #drift = 0;

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = new Random(seed);
  }

  advance(nowMs: number): void {
    const step = Math.floor(nowMs / STEP_MS);
    if (Number.isNaN(this.#step)) this.#drift = this.#random.gaussian();
    for (let at = this.#step; at < step; at++)
      this.#drift = KEEP * this.#drift + FRESH * this.#random.gaussian();
    this.#step = step;
  }

  /** By what errors of a version are multiplied now. */
  factor(version: string): number {
    const own = this.#of(version);
    own.uniform();
    return Math.exp(DRIFT * this.#drift + DISPERSION * own.gaussian());
  }

  /** Uniform in [0, 1), the same for a version within each half minute. */
  uniform(version: string): number {
    return this.#of(version).uniform();
  }

  #of(version: string): Random {
    let hash = this.#seed ^ this.#step;
    for (let i = 0; i < version.length; i++) hash = Math.imul(hash ^ version.charCodeAt(i), 0x01000193);
    return new Random(hash);
  }
}
