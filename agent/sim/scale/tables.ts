import { Random } from '../random';

/**
 * Functions from tables that fit the L1 cache, for the innermost loop: 15 of each per control step would otherwise take
 * most of its time.
 */

const HALF_NORMALS = 2048;
const NORMALS = standardNormals();

/** A standard normal number, up to about 3.5 either way. */
export function tabledNormal(random: Random): number {
  return NORMALS[(random.uniform() * NORMALS.length) | 0] as number;
}

const LN_CELLS = 1024;
const LN = Float64Array.from({ length: LN_CELLS + 1 }, (_, cell) => Math.log(cell / LN_CELLS));

/** ln(share) for a share in 0…1; exact to 0.001 above 1 %, −∞ below 0.1 %. */
export function tabledLn(share: number): number {
  const position = share * LN_CELLS;
  const cell = position | 0;
  if (cell === 0) return Number.NEGATIVE_INFINITY;
  const before = LN[cell] as number;
  return before + ((LN[cell + 1] as number) - before) * (position - cell);
}

const EXP_LEAST = -9;
const EXP_CELLS_PER_UNIT = 128;
const EXP = Float64Array.from({ length: -EXP_LEAST * EXP_CELLS_PER_UNIT + 2 }, (_, cell) =>
  Math.exp(EXP_LEAST + cell / EXP_CELLS_PER_UNIT),
);

/** e^exponent for an exponent ≤ 0, to a hundred-thousandth of it; 0 below −9, where it is less than 0.02 %. */
export function tabledExp(exponent: number): number {
  if (exponent < EXP_LEAST) return 0;
  const position = (exponent - EXP_LEAST) * EXP_CELLS_PER_UNIT;
  const cell = position | 0;
  const before = EXP[cell] as number;
  return before + ((EXP[cell + 1] as number) - before) * (position - cell);
}

/** Draws and their negatives, so that the mean is 0, scaled to a variance of 1. */
function standardNormals(): Float32Array {
  const random = new Random(1);
  const draws = Float64Array.from({ length: HALF_NORMALS }, () => random.gaussian());
  const scale = Math.sqrt(HALF_NORMALS / draws.reduce((sum, draw) => sum + draw * draw, 0));
  return Float32Array.from({ length: 2 * HALF_NORMALS }, (_, index) => {
    const draw = (draws[index >> 1] as number) * scale;
    return index % 2 === 0 ? draw : -draw;
  });
}
