import type { Config } from '../../../config/schema';
import { Pace } from '../../../sim/scale/pace';

/** A change of the number of pods that was made, by whomever. */
export interface PodChange {
  atMs: number;
  change: number;
}

/** What stands in the way of a wish, besides pace. */
export interface Limits {
  min: number;
  max: number;
  /** Why nothing may go down, or up, now; null where it may. */
  holdDown: string | null;
  holdUp: string | null;
}

/** The step that may be made towards a wish now. */
export interface PacedStep {
  to: number;
  /** Why it is not the whole wish; empty where it is. */
  limitedBy: string;
}

/** No longer ago than this anything matters for pace, ms. */
const REMEMBERED_MS = 86_400_000;

/** What was done to a workload, as far as the next step has to wait for it. */
export class PodChanges {
  #changes: PodChange[] = [];

  note(change: PodChange): void {
    if (change.change !== 0) this.#changes.push(change);
    this.#changes = this.#changes.filter(({ atMs }) => change.atMs - atMs < REMEMBERED_MS).slice(-200);
  }

  /** The nearest number to the wish that bounds, holds, cool-downs and pods per minute allow. */
  stepTowards(
    wanted: number,
    from: number,
    nowMs: number,
    limits: Limits,
    config: Pick<Config, 'scale' | 'guard'>,
  ): PacedStep {
    const bounded = Math.min(limits.max, Math.max(limits.min, Math.round(wanted)));
    if (bounded < from && limits.holdDown !== null) return { to: from, limitedBy: limits.holdDown };
    if (bounded > from && limits.holdUp !== null) return { to: from, limitedBy: limits.holdUp };
    const to = this.#paceNow(nowMs, config).clamp(bounded, from, nowMs / 1000);
    const reasons = [
      bounded === Math.round(wanted) ? '' : `${limits.min} to ${limits.max} replicas are allowed`,
      to === bounded ? '' : paceText(bounded > from, to === from),
    ];
    return { to, limitedBy: reasons.filter((reason) => reason !== '').join('; ') };
  }

  /** The simulator's own, with all that was done up to now: its settings may have changed since. */
  #paceNow(nowMs: number, { guard, scale }: Pick<Config, 'scale' | 'guard'>): Pace {
    const pace = new Pace({
      scaleUpCooldownSeconds: guard.scaleUpCooldown / 1000,
      scaleDownCooldownSeconds: guard.scaleDownCooldown / 1000,
      podsUpPerMinute: scale.podsUpPerMinute,
      podsDownPerMinute: scale.podsDownPerMinute,
      netUtilisation: null,
    });
    for (const { atMs, change } of this.#changes) if (atMs <= nowMs) pace.note(change, atMs / 1000);
    return pace;
  }
}

function paceText(isUp: boolean, isHeld: boolean): string {
  const what = isUp ? 'up' : 'down';
  return isHeld
    ? `the cool-down or the pods per minute allow none ${what} yet`
    : `the pods per minute allow no more ${what}`;
}
