import type { BoxSpace, DiscreteSpace, EnvAction, Field } from './env';

/** The action as an index of the space. @throws RangeError where it is none */
export function discreteAction(space: DiscreteSpace, action: EnvAction): number {
  const count = space.labels.length;
  if (typeof action === 'number' && Number.isInteger(action) && action >= 0 && action < count) return action;
  throw new RangeError(`action ${describe(action)} is no index from 0 to ${count - 1}`);
}

/** The action as a vector within the bounds of the space. @throws RangeError where it is none */
export function boxAction(space: BoxSpace, action: EnvAction): Float32Array {
  const { fields } = space;
  if (typeof action === 'number' || action.length !== fields.length) {
    throw new RangeError(`action ${describe(action)} is no vector of ${fields.length}`);
  }
  for (let index = 0; index < fields.length; index++) {
    const { name, min, max } = fields[index] as Field;
    const value = action[index] as number;
    // Bounds as 32-bit numbers: the action is clipped in 32 bits.
    if (value >= Math.fround(min) && value <= Math.fround(max)) continue;
    throw new RangeError(`action ${name} is ${value}, not within ${min} and ${max}`);
  }
  return action;
}

function describe(action: EnvAction): string {
  return typeof action === 'number' ? String(action) : `[${action.join(', ')}]`;
}
