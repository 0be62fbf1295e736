import { describe, expect, it } from 'vitest';
import { Random } from '../../../sim/random';
import { randomSuffix, templateHash } from './names';

describe('templateHash', () => {
  it('does not depend on the order of keys', () => {
    expect(templateHash({ a: 1, b: { c: 2, d: [3, 4] } })).toBe(
      templateHash({ b: { d: [3, 4], c: 2 }, a: 1 }),
    );
  });

  it('differs for another template', () => {
    expect(templateHash({ image: 'web:1' })).not.toBe(templateHash({ image: 'web:2' }));
  });

  it('is a valid label value in the alphabet of Kubernetes', () => {
    expect(templateHash({})).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/);
  });
});

describe('randomSuffix', () => {
  it('has five characters of that alphabet and follows the seed', () => {
    expect(randomSuffix(new Random(1))).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(randomSuffix(new Random(1))).toBe(randomSuffix(new Random(1)));
  });
});
