import { describe, expect, it } from 'vitest';
import { Random } from '../random';
import { Dispersion, Evidence, logLikelihoodRatio } from './evidence';
import { slowShare } from './release';

describe('the likelihood ratio of an interval', () => {
  it('is the conditional one of the research note', () => {
    // 10 of 100 canary and 5 of 300 stable requests; θ(4) = 400/700, θ(1) = 100/400.
    const expected = 10 * Math.log(400 / 700 / (100 / 400)) + 5 * Math.log(300 / 700 / (300 / 400));
    expect(logLikelihoodRatio(4, 1, 10, 100, 5, 300)).toBeCloseTo(expected, 10);
  });

  it('is nothing for the same ratio, and turns its sign with the hypotheses', () => {
    expect(logLikelihoodRatio(3, 3, 7, 50, 2, 80)).toBe(0);
    expect(logLikelihoodRatio(1, 2, 7, 50, 2, 80)).toBeCloseTo(-logLikelihoodRatio(2, 1, 7, 50, 2, 80), 10);
  });
});

describe('sequential evidence', () => {
  /** The evidence after so many intervals at these error shares. */
  function gather(canaryShare: number, stableShare: number, intervals: number, seed: number) {
    const random = new Random(seed);
    const evidence = new Evidence();
    let highest = 0;
    for (let interval = 0; interval < intervals; interval++) {
      evidence.add(random.poisson(300 * canaryShare), 300, random.poisson(2700 * stableShare), 2700, 1);
      highest = Math.max(highest, evidence.harm);
    }
    return { highest, harm: evidence.harm, safety: evidence.safety };
  }

  it('of harm grows with harm, seldom without it, and not with what hits both versions', () => {
    const seeds = Array.from({ length: 100 }, (_, seed) => seed);
    expect(seeds.every((seed) => gather(0.05, 0.005, 20, seed).harm > 1.3)).toBe(true);
    expect(seeds.filter((seed) => gather(0.005, 0.005, 120, seed).highest > 1.3).length).toBeLessThan(5);
    expect(seeds.filter((seed) => gather(0.2, 0.2, 120, seed).highest > 1.3).length).toBe(0);
  });

  it('of safety grows without harm, and falls with it', () => {
    expect(gather(0.01, 0.01, 40, 1).safety).toBeGreaterThan(1);
    expect(gather(0.04, 0.01, 40, 1).safety).toBeLessThan(-1);
  });

  it('can turn, however long it has pointed elsewhere', () => {
    const evidence = new Evidence();
    for (let interval = 0; interval < 1000; interval++) evidence.add(0, 300, 27, 2700, 1);
    expect(evidence.harm).toBeLessThan(0.05);
    for (let interval = 0; interval < 3; interval++) evidence.add(30, 300, 27, 2700, 1);
    expect(evidence.harm).toBeGreaterThan(1.3);
  });

  it('is unmoved by intervals without requests or without errors, and slowed by tempering', () => {
    const evidence = new Evidence();
    evidence.add(0, 0, 5, 100, 1);
    evidence.add(3, 100, 0, 0, 1);
    evidence.add(0, 100, 0, 100, 1);
    expect([evidence.harm, evidence.safety]).toEqual([0, 0]);
    const tempered = new Evidence();
    evidence.add(2, 100, 2, 100, 1);
    tempered.add(2, 100, 2, 100, 0.5);
    expect(tempered.safety).toBeCloseTo(evidence.safety / 2, 10);
  });
});

describe('dispersion', () => {
  const phiOf = (next: (random: Random) => number) => {
    const random = new Random(1);
    const dispersion = new Dispersion();
    let sum = 0;
    for (let interval = 0; interval < 400; interval++) {
      dispersion.add(next(random), 1000);
      if (interval >= 100) sum += dispersion.phi / 300;
    }
    return sum;
  };

  it('is about 1 for Poisson counts, and more for those that scatter', () => {
    expect(phiOf((random) => random.poisson(20))).toBeGreaterThan(0.8);
    expect(phiOf((random) => random.poisson(20))).toBeLessThan(1.3);
    expect(phiOf((random) => random.poisson(20 * Math.exp(0.5 * random.gaussian())))).toBeGreaterThan(3);
  });

  it('tempers by its inverse, and never strengthens', () => {
    const dispersion = new Dispersion();
    for (let interval = 0; interval < 50; interval++) dispersion.add(10, 1000);
    expect(dispersion.eta).toBe(1);
    for (let interval = 0; interval < 20; interval++) dispersion.add(interval % 2 === 0 ? 0 : 60, 1000);
    expect(dispersion.eta).toBeCloseTo(1 / dispersion.phi, 10);
    expect(dispersion.eta).toBeLessThan(0.5);
  });
});

it('the share of slow requests is 5 % as usual, and grows with latency until all are slow', () => {
  expect(slowShare(1, 0.3)).toBeCloseTo(0.05, 10);
  // (0.8 − 0.3)/0.7 of the depth that leaves 5 %.
  expect(slowShare(1.25, 0.3)).toBeCloseTo(0.05 ** (0.5 / 0.7), 10);
  expect(slowShare(0.8, 0.3)).toBeLessThan(0.05);
  expect(slowShare(10, 0.3)).toBe(1);
});
