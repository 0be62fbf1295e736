import { describe, expect, it } from 'vitest';
import { Random } from '../random';
import { tabledExp, tabledLn, tabledNormal } from './tables';

describe('the tables', () => {
  it('give normal numbers of mean 0, variance 1 and light tails', () => {
    const random = new Random(3);
    const draws = Array.from({ length: 40_000 }, () => tabledNormal(random));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeCloseTo(1, 1);
    const within = draws.filter((draw) => Math.abs(draw) < 1.96).length / draws.length;
    expect(within).toBeGreaterThan(0.93);
    expect(within).toBeLessThan(0.97);
  });

  it.each([0.01, 0.0333, 0.35, 0.5, 0.777, 0.99])('give ln(%d)', (share) => {
    expect(Math.abs(tabledLn(share) - Math.log(share))).toBeLessThan(0.002);
  });

  it('give −∞ for the logarithm of next to nothing', () => {
    expect(tabledLn(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(tabledLn(0.0005)).toBe(Number.NEGATIVE_INFINITY);
  });

  it.each([0, -0.001, -0.6667, -3.3, -8.999])('give exp(%d)', (exponent) => {
    expect(tabledExp(exponent) / Math.exp(exponent)).toBeCloseTo(1, 4);
  });

  it('give 0 for what is negligible', () => {
    expect(tabledExp(-9.1)).toBe(0);
    expect(tabledExp(Number.NEGATIVE_INFINITY)).toBe(0);
  });
});
