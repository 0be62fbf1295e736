import { power } from '../../sim/power';

/** A parameter to be found. */
export interface Parameter {
  name: string;
  low: number;
  high: number;
  /** `log` searches orders of magnitude; then `low` > 0. */
  scale: 'linear' | 'log';
  integer: boolean;
}

export type SearchSpace = readonly Parameter[];

/** Values by the names of the parameters. */
export type Point = Readonly<Record<string, number>>;

/** A point of the unit cube as values. */
export function pointOf(space: SearchSpace, cube: readonly number[]): Point {
  return Object.fromEntries(
    space.map((parameter, index) => [parameter.name, valueAt(parameter, cube[index] ?? 0)]),
  );
}

/** The inverse of `pointOf`; whole numbers at the middle of what rounds to them. */
export function cubeOf(space: SearchSpace, point: Point): number[] {
  return space.map((parameter) => {
    const { low, high, scale, name } = parameter;
    const value = point[name];
    if (value === undefined) throw new RangeError(`no value for ${name}`);
    if (high === low) return 0.5;
    const share =
      scale === 'log' ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    return Math.min(1, Math.max(0, share));
  });
}

function valueAt({ low, high, scale, integer }: Parameter, share: number): number {
  const inside = Math.min(1, Math.max(0, share));
  const value = scale === 'log' ? low * power(high / low, inside) : low + (high - low) * inside;
  return Math.min(high, Math.max(low, integer ? Math.round(value) : value));
}
