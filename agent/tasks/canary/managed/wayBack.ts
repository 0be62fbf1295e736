import type { ManagedRelease, ReleaseNote } from '../../../cluster/releases';
import type { Autoscaler } from '../../../cluster/snapshot';
import { routerFor, routingOf } from '../routers/routers';
import type { ManagedContext } from './context';
import type { NextStep } from './nextChange';
import { noteChange } from './noteChange';
import { splitAt } from './progress';
import { stepOf } from './steps';

/** So long an autoscaler may take to see what the traffic has become, cluster ms: its period, and that of its metrics. */
const FOLLOWS_WITHIN_MS = 60_000;
/** Where nothing is to be known of what the autoscaler holds. */
const USUAL_TARGET = 0.65;
/** As busy as the pods may become by a step, share of what they have asked for. */
const MOST_UTILISATION = 0.95;
const LEAST_GROWTH = 1.25;
const MOST_GROWTH = 2;
/** A stable version that has had next to nothing begins with this much of the traffic. */
const LEAST_SHARE = 0.1;

/**
 * While the canary had its part of the traffic an autoscaler has taken pods from the stable version, and knows nothing of
 * what comes: sent all of it at once they would be too few. So it goes back in steps, each no larger than the pods can
 * bear until the autoscaler has added more, as Flagger does by `stepWeightPromotion`
 * (https://docs.flagger.app/usage/deployment-strategies). Both versions run the same images by now.
 *
 * @returns null where the rest may go back at once: nobody takes pods away, or no more can come
 */
export function nextOnWayBack(
  release: ManagedRelease,
  note: ReleaseNote,
  { nowMs, config }: ManagedContext,
): NextStep | null {
  const { workload, weight, settings, ref } = release;
  const [autoscaler] = workload.autoscalers;
  const routing = routingOf(release);
  if (!autoscaler || !routing || settings === 'broken' || weight === null || weight <= 0) return null;
  const baseline = release.baselineWeight ?? 0;
  if (note.weight > 0 && weight > note.weight)
    return stepOf(routerFor(settings.router).split(routing, splitAt(release, note.weight, config)));
  if (autoscaler.maxReplicas <= workload.readyReplicas) return null;
  if (nowMs - note.atWeightSinceMs < FOLLOWS_WITHIN_MS || isMoving(autoscaler)) {
    const why = `${autoscaler.name} follows the traffic, of which the stable version has ${100 - weight - baseline} %`;
    return { kind: 'wait', why };
  }
  const left = leftAfter(weight, baseline, autoscaler);
  if (left <= 0) return null;
  const noted = { ...note, weight: left, atWeightSinceMs: nowMs };
  return stepOf([noteChange(release, noted, `note ${left} % of ${ref.name} for the canary`)]);
}

function isMoving({ desiredReplicas, currentReplicas }: Autoscaler): boolean {
  return desiredReplicas !== null && currentReplicas !== null && desiredReplicas !== currentReplicas;
}

/** What the canary is left with, whole percent; the baseline goes down with it. */
function leftAfter(weight: number, baseline: number, { targetUtilisation }: Autoscaler): number {
  const share = 1 - (weight + baseline) / 100;
  const room = MOST_UTILISATION / (targetUtilisation ?? USUAL_TARGET);
  const growth = Math.min(MOST_GROWTH, Math.max(LEAST_GROWTH, room));
  const others = 1 - Math.max(LEAST_SHARE, share * growth);
  return Math.floor((100 * others * weight) / (weight + baseline));
}
