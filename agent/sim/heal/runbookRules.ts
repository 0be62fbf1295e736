import { STAND_OUT_FACTOR } from '../../tasks/heal/rich/podScore';
import type { RichMemory } from '../../tasks/heal/rich/richMemory';
import { DO_NOTHING, DRAIN_POD, RESTART_POD, SCALE_DOWN, SCALE_UP } from './actions';
import { CRASHING, HEALTHY, NOT_READY, SERVING, SLO_ERROR_RATE } from './conditions';
import { MAX_PODS } from './pods';
import type { HealView } from './view';

export interface RunbookSettings {
  /** A pod that crashes is replaced after so many restarts. */
  crashRestarts: number;
  /** Once about so many containers of young pods have crashed lately, a new pod would crash as well. */
  futileCrashes: number;
  /** How long a pod may be unready, once its grace is over. */
  unreadySeconds: number;
  /** How long an outlier, and how long saturation, must last before it counts. */
  confirmSeconds: number;
  saturationSeconds: number;
  /** How many times its siblings' a pod's latency or errors have to be, as `heal.outlierFactor`. */
  outlierFactor: number;
  /** Where more of the serving pods miss an objective, it is no matter of single pods. */
  mostViolating: number;
  /** CPU share from which a workload counts as saturated. */
  saturation: number;
  /** How long it must be healthy with room to spare before a replica is taken back. */
  idleSeconds: number;
  maxIneffective: number;
}

/** A hysteresis of a fifth, and the time after which an action is measured: as in the live runbook. */
const RELEASE = 0.8;
const SETTLE_SECONDS = 45;
const IMPROVED = 0.8;

/**
 * The live runbook over the env's view, in its order, first match wins: give up after tries without effect · replace a
 * pod that cannot stay up, or stop where a new one cannot either · replace one that never became ready · replace, then
 * drain, one that is far worse than its siblings · scale up where all are saturated · take back what was scaled up.
 * Which pod it falls on is the env's choice, which has the same order. Allocates nothing.
 */
export class RunbookRules {
  readonly #settings: RunbookSettings;
  readonly #outlierUid = new Int32Array(MAX_PODS);
  readonly #outlierSince = new Float64Array(MAX_PODS);
  #saturatedSince = Number.NaN;
  #idleSince = Number.NaN;
  #ineffective = 0;
  #lastTried = DO_NOTHING;
  /** The action that is not measured yet: when, and what it was like before. */
  #measureAt = Number.POSITIVE_INFINITY;
  #violationBefore = 0;
  #readyBefore = 0;

  constructor(settings: RunbookSettings) {
    this.#settings = settings;
  }

  reset(): void {
    this.#outlierUid.fill(0);
    this.#saturatedSince = this.#idleSince = Number.NaN;
    this.#ineffective = 0;
    this.#lastTried = DO_NOTHING;
    this.#measureAt = Number.POSITIVE_INFINITY;
  }

  /** Takes in a look; call it once for each. @returns what it would do */
  look(view: HealView, memory: RichMemory): number {
    this.#follow(view);
    if (view.now >= this.#measureAt) this.#measure(view);
    if (view.health === HEALTHY && view.unhealthySeconds === 0) this.#ineffective = 0;
    if (this.#ineffective >= this.#settings.maxIneffective || !memory.canAct(view.now)) return DO_NOTHING;
    return this.#firstRule(view, memory.recentYoungCrashes);
  }

  /** An action was carried out, its own or somebody else's. */
  acted(action: number, view: HealView): void {
    this.#lastTried = action;
    this.#measureAt = view.now + SETTLE_SECONDS;
    this.#violationBefore = view.violation();
    this.#readyBefore = view.ready / view.wanted;
  }

  #firstRule(view: HealView, youngCrashes: number): number {
    const { unreadySeconds, idleSeconds, saturationSeconds, futileCrashes, crashRestarts } = this.#settings;
    let crashing = 0;
    let mostRestarts = 0;
    for (let pod = 0; pod < view.count; pod++) {
      if (view.condition[pod] !== CRASHING) continue;
      crashing++;
      mostRestarts = Math.max(mostRestarts, view.restarts[pod] as number);
    }
    // When every pod crashes, or new ones do, the revision is bad, and one more would crash as well.
    const isFutile = (crashing > 1 && crashing === view.count) || youngCrashes >= futileCrashes;
    if (crashing > 0 && isFutile) return DO_NOTHING;
    if (crashing > 0 && mostRestarts >= crashRestarts) return RESTART_POD;
    for (let pod = 0; pod < view.count; pod++) {
      const isUnready = view.condition[pod] === NOT_READY && view.warming[pod] === 0;
      if (isUnready && (view.unreadySeconds[pod] as number) >= unreadySeconds) return RESTART_POD;
    }
    if (this.#hasOutlier(view)) {
      return this.#lastTried === RESTART_POD && this.#ineffective > 0 ? DRAIN_POD : RESTART_POD;
    }
    const isSaturated = view.now - this.#saturatedSince >= saturationSeconds;
    if (isSaturated && !view.growing && view.violation() > 1) return SCALE_UP;
    return view.now - this.#idleSince >= idleSeconds ? SCALE_DOWN : DO_NOTHING;
  }

  #hasOutlier(view: HealView): boolean {
    if (view.pods.violatingShare > this.#settings.mostViolating) return false;
    for (let pod = 0; pod < view.count; pod++) {
      if (this.#outlierUid[pod] !== view.uid[pod] || view.warming[pod] === 1) continue;
      // As long as nobody suffers, a pod has to stand out more than by an error or two.
      if (view.health === HEALTHY && (view.pods.standsOut[pod] as number) < 1) continue;
      if (view.now - (this.#outlierSince[pod] as number) >= this.#settings.confirmSeconds) return true;
    }
    return false;
  }

  /** Notes since when each symptom has lasted. Pods are told apart by their uid: they change places. */
  #follow(view: HealView): void {
    const { saturation } = this.#settings;
    for (let pod = 0; pod < view.count; pod++) {
      const uid = view.uid[pod] as number;
      const evidence = this.#outlierEvidence(view, pod);
      const known = this.#outlierUid[pod] === uid;
      if (evidence < (known ? RELEASE : 1)) this.#outlierUid[pod] = 0;
      else if (!known) {
        this.#outlierUid[pod] = uid;
        this.#outlierSince[pod] = view.now;
      }
    }
    const busy = view.violation() > 1 ? view.cpu / saturation : 0;
    this.#saturatedSince = since(this.#saturatedSince, busy, view.now);
    const cpuWithOneFewer = (view.cpu * view.wanted) / Math.max(1, view.wanted - 1);
    const idle = view.health === HEALTHY && view.wanted > view.base && cpuWithOneFewer < saturation * RELEASE;
    this.#idleSince = since(this.#idleSince, idle ? 1 : 0, view.now);
  }

  /** As in the live symptoms. What is not known (NaN) is no evidence. */
  #outlierEvidence(view: HealView, pod: number): number {
    // What misses no objective has none; the comparison has looked.
    if (view.condition[pod] !== SERVING || view.ready < 2 || view.pods.violatingShare === 0) return 0;
    const { outlierFactor } = this.#settings;
    const slow =
      (view.podP95Seconds[pod] as number) > view.sloSeconds
        ? (view.pods.latencyRatio[pod] as number) / outlierFactor
        : 0;
    const error = view.podErrorRate[pod] as number;
    const failing = error > SLO_ERROR_RATE && error >= outlierFactor * view.pods.errors.meanWithout(error);
    return Math.max(slow, failing ? error / SLO_ERROR_RATE : 0);
  }

  #measure(view: HealView): void {
    this.#measureAt = Number.POSITIVE_INFINITY;
    const better = this.#violationBefore > 1 && view.violation() < IMPROVED * this.#violationBefore;
    const recovered = view.health === HEALTHY || view.ready / view.wanted > this.#readyBefore;
    this.#ineffective = better || recovered ? 0 : this.#ineffective + 1;
  }
}

/** Since when the evidence has been there; NaN while it is not. */
function since(before: number, evidence: number, now: number): number {
  if (!(evidence >= (Number.isNaN(before) ? 1 : RELEASE))) return Number.NaN;
  return Number.isNaN(before) ? now : before;
}

/** The live runbook's configuration by default. */
export const DEFAULT_RUNBOOK: RunbookSettings = {
  crashRestarts: 1,
  futileCrashes: Number.POSITIVE_INFINITY,
  unreadySeconds: 10,
  confirmSeconds: 10,
  saturationSeconds: 10,
  outlierFactor: STAND_OUT_FACTOR,
  mostViolating: 1,
  saturation: 0.85,
  idleSeconds: 300,
  maxIneffective: 2,
};
