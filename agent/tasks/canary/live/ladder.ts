import type { ArgoRelease, FlaggerRelease } from '../../../cluster/releases';
import { readArgo } from '../operations/argo/argoObject';
import { readFlagger } from '../operations/flagger/flaggerObject';

/** Where a release goes next from its weight, percent; null where there is no further. */
export interface Ladder {
  up: number | null;
  down: number | null;
}

/** The weights of the rules in order; the lowest is never left downwards, and the highest upwards only by a promotion. */
export function laddered(weights: readonly number[], weight: number): Ladder {
  return {
    up: weights.find((each) => each > weight + TINY) ?? null,
    down: weights.findLast((each) => each < weight - TINY) ?? null,
  };
}

/** By even steps, as a learned policy knows it; weights are whole numbers. */
export function stepped(stepPercent: number, weight: number): Ladder {
  const up = Math.round(weight + stepPercent);
  const down = Math.round(weight - stepPercent);
  return { up: up >= 100 ? null : up, down: down <= 0 ? null : down };
}

const TINY = 1e-6;

/**
 * A Rollout goes up by its own steps, and only where it waits at a pause; it never goes down.
 *
 * @returns `up` is what a promotion of the step leads to: the next weight that is set, 100 after the last one
 */
export function argoLadder(release: ArgoRelease): Ladder & { waits: boolean } {
  const argo = readArgo(release);
  if (!argo) return { up: null, down: null, waits: false };
  const { steps, stepIndex, status } = argo;
  const waits = (status.pauseConditions ?? []).some(({ reason }) => reason === 'CanaryPauseStep');
  const next = steps.slice(stepIndex + 1).find(({ setWeight }) => setWeight !== undefined)?.setWeight ?? 100;
  return { up: waits ? next : null, down: null, waits };
}

/** What Flagger would set next; after the last weight it promotes. */
export function flaggerLadder(release: FlaggerRelease): Ladder {
  const flagger = readFlagger(release);
  if (!flagger) return { up: null, down: null };
  const { weights, status } = flagger;
  return { up: weights.find((each) => each > status.canaryWeight) ?? null, down: null };
}
