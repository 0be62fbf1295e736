import type { Random } from '../../sim/random';
import type { ActionSpace, EnvAction, Field } from './env';

/** An action drawn evenly from the space; a number without bounds is standard normal. */
export function randomAction(space: ActionSpace, random: Random): EnvAction {
  if (space.kind === 'discrete') return random.below(space.labels.length);
  return Float32Array.from(space.fields, (field) => randomNumber(field, random));
}

/** A number that the field may have. */
export function randomNumber({ min, max }: Field, random: Random): number {
  if (Number.isFinite(min) && Number.isFinite(max)) return min + (max - min) * random.uniform();
  return Math.min(Math.max(random.gaussian(), min), max);
}
