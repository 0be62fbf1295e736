import { power } from '../../sim/power';
import { Random } from '../../sim/random';
import { expectedImprovement } from './expectedImprovement';
import { GaussianProcess } from './gaussianProcess';
import { cubeOf, type Point, pointOf, type SearchSpace } from './searchSpace';

export interface Observation {
  point: Point;
  /** Less is better. */
  value: number;
}

export interface OptimiserOptions {
  seed: number;
  /** Points that are spread evenly before the surrogate is asked; 2 · parameters + 2 where absent. */
  initialPoints?: number;
  /** What an improvement has to be worth at least, in standard deviations of the better half of what was seen. */
  explorationFactor?: number;
}

const RANDOM_CANDIDATES = 512;
const LOCAL_CANDIDATES = 256;
const REFINEMENTS = 60;

/**
 * Bayesian optimisation by expected improvement (Jones, Schonlau and Welch 1998): the next points at which to look
 * for the minimum of a function that is dear to evaluate. A pure function of what it is given: a study that is
 * resumed goes on as if it had not stopped.
 *
 * Several points are suggested by the Kriging believer (Ginsbourger et al. 2010): what runs already is taken to give
 * what the surrogate expects of it.
 *
 * @param pending points that are being evaluated
 */
export function suggestPoints(
  space: SearchSpace,
  observations: readonly Observation[],
  pending: readonly Point[],
  count: number,
  options: OptimiserOptions,
): Point[] {
  const suggested: Point[] = [];
  while (suggested.length < count) {
    suggested.push(suggestPoint(space, observations, [...pending, ...suggested], options));
  }
  return suggested;
}

function suggestPoint(
  space: SearchSpace,
  observations: readonly Observation[],
  pending: readonly Point[],
  { seed, initialPoints = 2 * space.length + 2, explorationFactor = 0.01 }: OptimiserOptions,
): Point {
  const known = observations.length + pending.length;
  const random = new Random(Math.imul(seed + 1, 0x9e3779b1) ^ known);
  if (known < initialPoints || observations.length < 2)
    return pointOf(space, haltonPoint(known, space.length, seed));

  const points = observations.map(({ point }) => cubeOf(space, point));
  const values = observations.map(({ value }) => value);
  let surrogate = GaussianProcess.fit(points, values, random);
  for (const point of pending) {
    const cube = cubeOf(space, point);
    values.push(surrogate.predict(cube).mean);
    points.push(cube);
    surrogate = new GaussianProcess(points, values, surrogate.kernel);
  }
  const best = Math.min(...values);
  const margin = explorationFactor * deviation(betterHalf(values));
  const worth = (cube: readonly number[]) => expectedImprovement(surrogate.predict(cube), best, margin);
  const incumbent = points[values.indexOf(best)] as number[];
  return pointOf(space, maximise(worth, incumbent, space.length, random));
}

/** The best of many points over the cube and around the incumbent, then refined by ever smaller steps. */
function maximise(
  worth: (cube: readonly number[]) => number,
  incumbent: readonly number[],
  inputs: number,
  random: Random,
): readonly number[] {
  let best: readonly number[] = incumbent;
  let most = Number.NEGATIVE_INFINITY;
  const consider = (cube: readonly number[]) => {
    const value = worth(cube);
    if (value <= most) return;
    most = value;
    best = cube;
  };
  const near = (cube: readonly number[], spread: number) =>
    cube.map((share) => Math.min(1, Math.max(0, share + spread * random.gaussian())));
  for (let index = 0; index < RANDOM_CANDIDATES; index++) {
    consider(Array.from({ length: inputs }, () => random.uniform()));
  }
  for (let index = 0; index < LOCAL_CANDIDATES; index++) consider(near(incumbent, 0.1 * power(0.98, index)));
  for (let index = 0; index < REFINEMENTS; index++) consider(near(best, 0.1 * power(0.93, index)));
  return best;
}

const PRIMES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53] as const;

/** The index-th point of a Halton sequence, shifted by the seed (Cranley and Patterson 1976): even, yet not a grid. */
function haltonPoint(index: number, inputs: number, seed: number): number[] {
  const random = new Random(seed);
  return Array.from({ length: inputs }, (_, input) => {
    const shift = random.uniform();
    return (radicalInverse(index + 1, PRIMES[input % PRIMES.length] as number) + shift) % 1;
  });
}

function radicalInverse(index: number, base: number): number {
  let result = 0;
  let digit = 1 / base;
  for (let rest = index; rest > 0; rest = Math.floor(rest / base)) {
    result += (rest % base) * digit;
    digit /= base;
  }
  return result;
}

/** Disasters would make every improvement look small. */
function betterHalf(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b).slice(0, Math.ceil(values.length / 2));
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
