/**
 * Random numbers from a seed: the same seed gives the same bits on every machine. The generator is sfc32 (Chris
 * Doty-Humphrey, PractRand), seeded through splitmix32. Nothing here allocates.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spareGaussian = Number.NaN;

  constructor(seed: number) {
    let state = seed | 0;
    const next = () => {
      state = (state + 0x9e3779b9) | 0;
      let mixed = state ^ (state >>> 16);
      mixed = Math.imul(mixed, 0x21f0aaad);
      mixed ^= mixed >>> 15;
      mixed = Math.imul(mixed, 0x735a2d97);
      return mixed ^ (mixed >>> 15);
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    for (let warmUp = 0; warmUp < 12; warmUp++) this.uniform();
  }

  /** The generator's whole state, for `restore`; five numbers that survive JSON (NaN is told as null). */
  save(): RandomState {
    const spare = Number.isNaN(this.#spareGaussian) ? null : this.#spareGaussian;
    return [this.#a, this.#b, this.#c, this.#counter, spare];
  }

  restore([a, b, c, counter, spare]: RandomState): void {
    this.#a = a;
    this.#b = b;
    this.#c = c;
    this.#counter = counter;
    this.#spareGaussian = spare ?? Number.NaN;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + sum) | 0;
    return (sum >>> 0) / 4294967296;
  }

  /** A whole number in [0, `end`). */
  below(end: number): number {
    return Math.floor(this.uniform() * end);
  }

  /** Standard normal (Marsaglia's polar method). */
  gaussian(): number {
    const spare = this.#spareGaussian;
    if (!Number.isNaN(spare)) {
      this.#spareGaussian = Number.NaN;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(s)) / s);
      this.#spareGaussian = v * factor;
      return u * factor;
    }
  }

  /** Exponential with that mean. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.uniform());
  }

  /** Poisson with that mean ≥ 0: by inversion, above 30 as a rounded normal (its skew is then below 0.2). */
  poisson(mean: number): number {
    if (mean <= 0) return 0;
    if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.gaussian()));
    let probability = Math.exp(-mean);
    let rest = this.uniform() - probability;
    let count = 0;
    while (rest > 0 && count < 200) {
      count++;
      probability *= mean / count;
      rest -= probability;
    }
    return count;
  }
}

export type RandomState = readonly [
  a: number,
  b: number,
  c: number,
  counter: number,
  spareGaussian: number | null,
];
