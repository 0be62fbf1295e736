import { CoxswainError } from '../../protocol';
import type { BulkArray, Json, SavedState } from '../savedState';

/** One state of several: `values` of its own, and the parts by name. Names have no dots. */
export function joinStates(values: Json, parts: Readonly<Record<string, SavedState>>): SavedState {
  const entries = Object.entries(parts);
  return {
    values: { own: values, parts: Object.fromEntries(entries.map(([name, part]) => [name, part.values])) },
    arrays: Object.fromEntries(
      entries.flatMap(([name, { arrays }]) =>
        Object.entries(arrays).map(([key, array]): [string, BulkArray] => [`${name}.${key}`, array]),
      ),
    ),
  };
}

/** What `joinStates` has joined. @throws CoxswainError `checkpoint-invalid` for anything else */
export function splitState(state: SavedState): { values: Json; parts: Record<string, SavedState> } {
  const { own, parts } = asObject(state.values);
  if (own === undefined) throw invalidState('it is not the state of a training');
  const split = Object.entries(asObject(parts)).map(([name, values]): [string, SavedState] => [
    name,
    { values, arrays: arraysOf(state, `${name}.`) },
  ]);
  return { values: own, parts: Object.fromEntries(split) };
}

/** @throws CoxswainError `checkpoint-invalid` where it is absent */
export function requirePart(parts: Readonly<Record<string, SavedState>>, name: string): SavedState {
  const part = parts[name];
  if (part) return part;
  throw invalidState(`its part "${name}" is missing`);
}

/** The state's array of that kind and length. @throws CoxswainError `checkpoint-invalid` */
export function requireArray<Kind extends BulkArray>(
  { arrays }: SavedState,
  name: string,
  kind: new (length: number) => Kind,
  length: number,
): Kind {
  const array = arrays[name];
  if (array instanceof kind && array.length === length) return array;
  throw invalidState(`its ${name} are missing or not ${length} numbers`);
}

export function invalidState(why: string): CoxswainError {
  return new CoxswainError(
    'checkpoint-invalid',
    `The training cannot be resumed: ${why}`,
    'Resume with the options that the training began with, or start it anew.',
  );
}

function arraysOf({ arrays }: SavedState, prefix: string): Record<string, BulkArray> {
  const own = Object.entries(arrays).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(own.map(([key, array]) => [key.slice(prefix.length), array]));
}

function asObject(value: Json | undefined): { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: Json })
    : {};
}
