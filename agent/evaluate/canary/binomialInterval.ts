import type { Interval } from '../../rl/policy/policyModel';

const TAIL = 0.025;
/** Halvings of [0, 1]: to 1e-12. */
const HALVINGS = 40;

/**
 * A share of independent trials with its exact 95 % interval (Clopper and Pearson 1934): of the shares under which so
 * many hits or fewer, and so many or more, each have a chance of at least 2.5 %.
 *
 * @returns null without a trial
 */
export function binomialInterval(hits: number, trials: number): Interval | null {
  if (trials === 0) return null;
  const low = hits === 0 ? 0 : betaQuantile(TAIL, hits, trials - hits + 1);
  const high = hits === trials ? 1 : betaQuantile(1 - TAIL, hits + 1, trials - hits);
  return { mean: hits / trials, low, high };
}

/** The x up to which a beta distribution has a probability. */
function betaQuantile(probability: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (low + high) / 2;
    if (regularisedBeta(middle, a, b) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** I_x(a, b), as a continued fraction (DLMF 8.17.22), on the side on which it converges quickly. */
function regularisedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - regularisedBeta(1 - x, b, a);
  const front = Math.exp(
    a * Math.log(x) + b * Math.log1p(-x) - Math.log(a) - (logGamma(a) + logGamma(b) - logGamma(a + b)),
  );
  return front / betaFraction(x, a, b);
}

const MOST_TERMS = 500;
const CLOSE = 1e-12;
const TINY = 1e-300;

/** 1 + d1/(1 + d2/(1 + …)), by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  let fraction = 1;
  let c = 1;
  let d = 0;
  for (let term = 1; term <= MOST_TERMS; term++) {
    const coefficient = betaCoefficient(term, x, a, b);
    d = 1 / notZero(1 + coefficient * d);
    c = notZero(1 + coefficient / c);
    fraction *= c * d;
    if (Math.abs(c * d - 1) < CLOSE) break;
  }
  return fraction;
}

function betaCoefficient(term: number, x: number, a: number, b: number): number {
  const m = Math.floor(term / 2);
  if (term % 2 === 0) return (m * (b - m) * x) / ((a + term - 1) * (a + term));
  return (-(a + m) * (a + b + m) * x) / ((a + term - 1) * (a + term));
}

function notZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

const STIRLING_FROM = 15;

/** ln Γ(x) for x ≥ 1: Stirling's series (DLMF 5.11.1), after moving up to where it is exact to 1e-15. */
function logGamma(x: number): number {
  let product = 1;
  let shifted = x;
  while (shifted < STIRLING_FROM) product *= shifted++;
  const inverse = 1 / shifted;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)));
  const stirling = (shifted - 0.5) * Math.log(shifted) - shifted + 0.5 * Math.log(2 * Math.PI);
  return stirling + series - Math.log(product);
}
