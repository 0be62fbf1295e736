import type { Decision } from '../../../loop/task';

/** A decision with its contributions sorted by strength. */
export function decision(decided: Decision): Decision {
  const contributions = decided.contributions
    .filter(({ value }) => value !== 0)
    .toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value));
  return { ...decided, contributions };
}

export function decideNothing(reason: string): Decision {
  return { action: { kind: 'none' }, reason, confidence: 1, alternatives: [], contributions: [] };
}
