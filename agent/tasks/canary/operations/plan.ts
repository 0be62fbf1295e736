import type { ReversibleChange } from '../../../safety/change';
import type { ReleasePlan } from '../../../safety/releaseDraft';

/** What an operation would write, or why it makes no sense now. */
export type Planned = { kind: 'plan'; plan: ReleasePlan } | { kind: 'impossible'; why: string };

export function impossible(why: string): Planned {
  return { kind: 'impossible', why };
}

/** A plan whose differences are told as `key: value` lines. */
export function planned(
  changes: readonly ReversibleChange[],
  differences: readonly (readonly [key: string, before: string, after: string])[],
  promise: string,
): Planned {
  if (changes.length === 0) return impossible('there is nothing to change');
  const text = (side: 1 | 2) => differences.map((row) => `${row[0]}: ${row[side]}\n`).join('');
  return { kind: 'plan', plan: { changes, before: text(1), after: text(2), promise } };
}
