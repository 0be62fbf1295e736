import { describe, expect, it } from 'vitest';
import { Random } from '../../sim/random';
import { drawDropout } from './dropout';

const draw = (rows: number, columns: number, stride: number, share: number) => {
  const values = new Float32Array(rows * stride);
  drawDropout({ values, stride, columns }, rows, share, new Random(1));
  return values;
};

describe('drawDropout', () => {
  it.each([0.1, 0.2, 0.5, 0.9])(
    'drops a share of %d and scales the rest, so that the mean stays',
    (share) => {
      const values = draw(500, 101, 104, share);
      const within = values.filter((_, index) => index % 104 < 101);
      expect(new Set(within)).toEqual(new Set([0, Math.fround(1 / (1 - share))]));
      expect(within.filter((value) => value === 0).length / within.length).toBeCloseTo(share, 2);
    },
  );

  it('leaves the padding as it is', () => {
    const values = draw(50, 5, 8, 0.5);
    expect(values.filter((_, index) => index % 8 >= 5).every((value) => value === 0)).toBe(true);
  });

  it('decides for neighbours independently', () => {
    const values = draw(2000, 2, 2, 0.5);
    let same = 0;
    for (let row = 0; row < 2000; row++) same += Number(values[2 * row] === values[2 * row + 1]);
    expect(same / 2000).toBeCloseTo(0.5, 1);
  });
});
