import type { Verdict } from '../../protocol';

export interface Ruling {
  outcome: Verdict['outcome'];
  /** In words, with the figures that decided. */
  reason: string;
}

/** One concern of the guard. Pure; null where it has nothing to say. */
export interface Rule<Input> {
  readonly name: string;
  judge(input: Input): Ruling | null;
}

export function deny(reason: string): Ruling {
  return { outcome: 'deny', reason };
}

export function needsApproval(reason: string): Ruling {
  return { outcome: 'needs-approval', reason };
}
