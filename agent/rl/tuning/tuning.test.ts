import { describe, expect, it } from 'vitest';
import { Random } from '../../sim/random';
import { type Observation, suggestPoints } from './bayesianOptimiser';
import { cholesky, inverse, logDeterminant, solve } from './cholesky';
import { expectedImprovement, normalCdf } from './expectedImprovement';
import { GaussianProcess, type Kernel, logMarginalLikelihood } from './gaussianProcess';
import { cubeOf, pointOf, type SearchSpace } from './searchSpace';

const close = (value: number, digits = 9) => expect.closeTo(value, digits);

describe('the Cholesky factor', () => {
  const matrix = Float64Array.of(4, 2, 2, 3);

  it('of a 2 × 2 matrix by hand', () => {
    expect([...(cholesky(matrix, 2)?.lower ?? [])]).toEqual([2, 0, 1, close(Math.SQRT2)]);
  });

  it('solves, inverts and gives the determinant', () => {
    const factor = cholesky(matrix, 2);
    if (!factor) throw new Error('positive definite by construction');
    // 4x + 2y = 8, 2x + 3y = 8
    expect([...solve(factor, Float64Array.of(8, 8))]).toEqual([close(1), close(2)]);
    expect([...inverse(factor)]).toEqual([3 / 8, -2 / 8, -2 / 8, 4 / 8].map((value) => close(value)));
    expect(logDeterminant(factor)).toBeCloseTo(Math.log(8), 12);
  });

  it('is refused to a matrix that is not positive definite', () => {
    expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBeNull();
  });
});

describe('the Gaussian process', () => {
  const kernel: Kernel = { lengthScales: [0.5], signalVariance: 1, noiseVariance: 0.1 };
  /** Matérn 5/2 at distance r, by hand. */
  const matern = (r: number) => (1 + Math.sqrt(5) * r + (5 * r * r) / 3) * Math.exp(-Math.sqrt(5) * r);

  it('has the posterior of one pair of points by hand', () => {
    // Values 1 and −1 are standardised already.
    const process = new GaussianProcess([[0], [1]], [1, -1], kernel);
    const [a, c] = [1.1 + 1e-9, matern(2)];
    const determinant = a * a - c * c;
    // α = K⁻¹·(1, −1) = (1, −1)/(a − c)
    const [near, far] = [matern(0.5), matern(1.5)];
    const mean = (near - far) / (a - c);
    const explained = (a * near * near - 2 * c * near * far + a * far * far) / determinant;
    const { mean: found, standardDeviation } = process.predict([0.25]);
    expect(found).toBeCloseTo(mean, 9);
    expect(standardDeviation).toBeCloseTo(Math.sqrt(1 - explained), 9);
  });

  it('returns to the mean and the signal far away from all it has seen', () => {
    const process = new GaussianProcess([[0], [0.1]], [10, 14], { ...kernel, lengthScales: [0.01] });
    expect(process.predict([0.9])).toEqual({ mean: close(12, 6), standardDeviation: close(2, 6) });
  });

  it('has the gradient of its marginal likelihood that finite differences give', () => {
    const random = new Random(3);
    const points = Array.from({ length: 7 }, () => [random.uniform(), random.uniform()]);
    const values = Float64Array.from(points, ([x = 0, y = 0]) => Math.sin(5 * x) + y);
    const logs = [Math.log(0.4), Math.log(0.9), Math.log(1.3), Math.log(0.05)];
    const at = (parameters: number[]) => {
      const [a = 0, b = 0, signalVariance = 0, noiseVariance = 0] = parameters.map(Math.exp);
      const result = logMarginalLikelihood(points, values, {
        lengthScales: [a, b],
        signalVariance,
        noiseVariance,
      });
      if (!result) throw new Error('positive definite by construction');
      return result;
    };
    logs.forEach((_, index) => {
      const moved = (by: number) => logs.map((value, other) => (other === index ? value + by : value));
      const slope = (at(moved(1e-5)).likelihood - at(moved(-1e-5)).likelihood) / 2e-5;
      expect(at(logs).gradient[index]).toBeCloseTo(slope, 5);
    });
  });

  it('finds out which input matters', () => {
    const random = new Random(4);
    const points = Array.from({ length: 30 }, () => [random.uniform(), random.uniform()]);
    const process = GaussianProcess.fit(
      points,
      points.map(([x = 0]) => Math.sin(6 * x)),
      random,
    );
    const [matters = 0, irrelevant = 0] = process.kernel.lengthScales;
    expect(irrelevant).toBeGreaterThan(3 * matters);
  });
});

describe('expected improvement', () => {
  it.each([
    // z = 0: σ·φ(0)
    { mean: 2, deviation: 1, best: 2, value: 0.3989423 },
    // z = 1: 1·Φ(1) + φ(1)
    { mean: 1, deviation: 1, best: 2, value: 0.8413447 + 0.2419707 },
    // z = −2, σ = 0.5: −1·Φ(−2) + 0.5·φ(2)
    { mean: 3, deviation: 0.5, best: 2, value: -0.0227501 + 0.5 * 0.053991 },
    { mean: 1, deviation: 0, best: 3, value: 2 },
    { mean: 4, deviation: 0, best: 3, value: 0 },
  ])('of N($mean, $deviation²) below $best is $value', ({ mean, deviation, best, value }) => {
    expect(expectedImprovement({ mean, standardDeviation: deviation }, best, 0)).toBeCloseTo(value, 6);
  });

  it('uses a normal distribution function that is right to six digits', () => {
    expect([-3, -1, 0, 0.5, 2].map(normalCdf)).toEqual(
      [0.0013499, 0.1586553, 0.5, 0.6914625, 0.9772499].map((value) => close(value, 6)),
    );
  });
});

describe('a search space', () => {
  const space: SearchSpace = [
    { name: 'rate', low: 1e-4, high: 1e-2, scale: 'log', integer: false },
    { name: 'batch', low: 16, high: 64, scale: 'linear', integer: true },
  ];

  it('maps the cube to values and back', () => {
    expect(pointOf(space, [0.5, 0.5])).toEqual({ rate: close(1e-3), batch: 40 });
    expect(cubeOf(space, { rate: 1e-3, batch: 40 })).toEqual([close(0.5), close(0.5)]);
  });

  it('keeps within its bounds', () => {
    expect(pointOf(space, [-1, 7])).toEqual({ rate: close(1e-4), batch: 64 });
  });
});

describe('Bayesian optimisation', () => {
  const unit = (name: string, low: number, high: number) =>
    ({ name, low, high, scale: 'linear', integer: false }) as const;
  const FUNCTIONS = [
    {
      name: 'Branin',
      budget: 25,
      space: [unit('x', -5, 10), unit('y', 0, 15)],
      f: ({ x = 0, y = 0 }: Readonly<Record<string, number>>) =>
        (y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6) ** 2 +
        10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) +
        10,
      minimum: 0.397887,
    },
    {
      name: 'a sphere in four dimensions',
      budget: 30,
      space: ['a', 'b', 'c', 'd'].map((name) => unit(name, -1, 1)),
      f: (point: Readonly<Record<string, number>>) =>
        Object.values(point).reduce((sum, value) => sum + (value - 0.3) ** 2, 0),
      minimum: 0,
    },
  ];

  function optimise(
    space: SearchSpace,
    f: (point: Readonly<Record<string, number>>) => number,
    budget: number,
    seed: number,
  ) {
    const observations: Observation[] = [];
    while (observations.length < budget) {
      for (const point of suggestPoints(space, observations, [], 1, { seed })) {
        observations.push({ point, value: f(point) });
      }
    }
    return Math.min(...observations.map(({ value }) => value));
  }

  function searchAtRandom(
    space: SearchSpace,
    f: (point: Readonly<Record<string, number>>) => number,
    budget: number,
    seed: number,
  ) {
    const random = new Random(seed);
    const values = Array.from({ length: budget }, () =>
      f(
        pointOf(
          space,
          space.map(() => random.uniform()),
        ),
      ),
    );
    return Math.min(...values);
  }

  it.each(FUNCTIONS)(
    'beats random search on $name: by far in the mean of five seeds, and for at least four',
    ({ space, f, budget, minimum }) => {
      const seeds = [1, 2, 3, 4, 5];
      const ours = seeds.map((seed) => optimise(space, f, budget, seed) - minimum);
      const random = seeds.map((seed) => searchAtRandom(space, f, budget, seed) - minimum);
      const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
      expect(sum(ours)).toBeLessThan(sum(random) / 5);
      expect(ours.filter((value, index) => value < (random[index] ?? 0)).length).toBeGreaterThanOrEqual(4);
    },
  );

  it('suggests several points that differ, and goes on the same after being resumed', () => {
    const { space, f } = FUNCTIONS[0] as (typeof FUNCTIONS)[number];
    const observations = suggestPoints(space, [], [], 8, { seed: 9 }).map((point) => ({
      point,
      value: f(point),
    }));
    const together = suggestPoints(space, observations, [], 3, { seed: 9 });
    expect(new Set(together.map((point) => JSON.stringify(point))).size).toBe(3);
    const [first, ...others] = together;
    if (!first) throw new Error('three were asked for');
    expect(suggestPoints(space, structuredClone(observations), [first], 2, { seed: 9 })).toEqual(others);
  });
});
