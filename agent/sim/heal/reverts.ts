import { DRAIN_POD, RESTART_POD, SCALE_UP } from './actions';
import { HEALTHY } from './conditions';
import type { HealDeployment } from './deployment';
import { FULL, SUFFERS } from './judgement';
import type { HealView } from './view';

/** As `heal.settle`, and as what the live task measures an action by. */
const SETTLE_SECONDS = 45;
const REGRESSED = 1.5;
/** Harmful actions of an episode that are followed; there are never as many. */
const MOST = 64;

/**
 * What the live gate does after each action: once its effect has settled it is measured, and where things got worse
 * the action is taken back if its inverse is safe, a drain or a scaling. A restart cannot be taken back.
 */
export class Reverts {
  /** How many were taken back. */
  count = 0;
  #action = 0;
  #measureAt = Number.POSITIVE_INFINITY;
  #uid = 0;
  #wantedBefore = 0;
  #p95Before = 0;
  #errorsBefore = 0;
  /** Of those that harmed and can be taken back: the pod that was drained, or 0 and the replicas before. */
  readonly #harmedUid = new Int32Array(MOST);
  readonly #harmedWanted = new Int32Array(MOST);
  #harmed = 0;

  reset(): void {
    this.count = this.#harmed = 0;
    this.#measureAt = Number.POSITIVE_INFINITY;
  }

  /** @param uid of the pod that it fell on. @param wantedBefore replicas before it */
  acted(action: number, uid: number, wantedBefore: number, harms: boolean, view: HealView): void {
    this.#action = action;
    this.#uid = uid;
    this.#wantedBefore = wantedBefore;
    this.#p95Before = view.p95Seconds;
    this.#errorsBefore = view.errorRate;
    this.#measureAt = action === RESTART_POD ? Number.POSITIVE_INFINITY : view.now + SETTLE_SECONDS;
    if (!harms || action === RESTART_POD || this.#harmed === MOST) return;
    this.#harmedUid[this.#harmed] = action === DRAIN_POD ? uid : 0;
    this.#harmedWanted[this.#harmed] = wantedBefore;
    this.#harmed++;
  }

  /** Measures what is due; call it after each look. */
  look(view: HealView, deployment: HealDeployment): void {
    if (view.now < this.#measureAt) return;
    this.#measureAt = Number.POSITIVE_INFINITY;
    const worse =
      isWorse(this.#p95Before, view.p95Seconds, view.sloSeconds) ||
      isWorse(this.#errorsBefore, view.errorRate, view.sloErrorRate);
    if (view.health === HEALTHY || !worse) return;
    this.count++;
    if (this.#action === DRAIN_POD) {
      const pod = podOf(this.#uid, deployment);
      if (pod >= 0) deployment.pods.undrain(pod);
    } else if (this.#action === SCALE_UP) {
      while (deployment.wanted > this.#wantedBefore) deployment.scaleDown();
    } else deployment.scaleUp(this.#wantedBefore - deployment.wanted);
  }

  /** Harmful actions whose effect is still there, and still does harm. */
  standing(deployment: HealDeployment): number {
    const isFull = deployment.utilisation() > FULL;
    const suffers = deployment.pods.violatedShare > SUFFERS;
    let standing = 0;
    for (let index = 0; index < this.#harmed; index++) {
      const uid = this.#harmedUid[index] as number;
      const pod = uid === 0 ? -1 : podOf(uid, deployment);
      const isDrained = pod >= 0 && (deployment.pods.drainedUntil[pod] as number) > 0;
      const isMissing = uid === 0 && deployment.wanted < (this.#harmedWanted[index] as number);
      if ((isDrained && (isFull || suffers)) || (isMissing && isFull)) standing++;
    }
    return standing;
  }
}

function isWorse(before: number, after: number, objective: number): boolean {
  return after > objective && after > before * REGRESSED;
}

/** −1 where the pod is gone. */
function podOf(uid: number, { pods }: HealDeployment): number {
  for (let pod = 0; pod < pods.count; pod++) if (pods.uid[pod] === uid) return pod;
  return -1;
}
