import type { ReversibleChange } from '../../../safety/change';
import type { NextStep } from './nextChange';

export function stuck(why: string, remedy: string): NextStep {
  return { kind: 'stuck', why, remedy, interfered: null };
}

/** The first of these, where there is one. */
export function stepOf([change]: readonly ReversibleChange[]): NextStep | null {
  return change ? { kind: 'change', change, text: change.description } : null;
}
