import type { Baseline } from '../../baseline';
import { CRASHING, HEALTHY, NOT_READY, SERVING } from '../conditions';
import { DO_NOTHING, DRAIN_POD, type HealEnv, RESTART_POD, SCALE_DOWN, SCALE_UP } from '../healEnv';
import { MAX_PODS } from '../pods';
import type { HealView } from '../view';

export interface RunbookSettings {
  /** A pod that crashes is replaced after so many restarts. */
  crashRestarts: number;
  /** Once so many containers of young pods have crashed within 5 min, a new pod would crash as well. */
  futileCrashes: number;
  /** How long a pod may be unready beyond its grace. */
  unreadySeconds: number;
  /** How long an outlier, and how long saturation, must last before it counts. */
  confirmSeconds: number;
  saturationSeconds: number;
  /** Multiplies an outlier's evidence; 1 is the live rules' outlier factor of 3. */
  outlierSensitivity: number;
  /** CPU share from which a workload counts as saturated. */
  saturation: number;
  /** How long it must be healthy with room to spare before a replica is taken back. */
  idleSeconds: number;
  maxIneffective: number;
}

/** The live runbook's configuration by default. */
export const DEFAULT_RUNBOOK: RunbookSettings = {
  crashRestarts: 1,
  futileCrashes: Number.POSITIVE_INFINITY,
  unreadySeconds: 10,
  confirmSeconds: 10,
  saturationSeconds: 10,
  outlierSensitivity: 1,
  saturation: 0.85,
  idleSeconds: 300,
  maxIneffective: 2,
};

/**
 * The best of 150 random settings and 100 changes of one of them, by the mean reward of 600 episodes of the default
 * options, then of 3000 others: −1.70 against −1.84 of the default.
 */
export const TUNED_RUNBOOK: RunbookSettings = {
  crashRestarts: 1,
  futileCrashes: Number.POSITIVE_INFINITY,
  unreadySeconds: 0,
  confirmSeconds: 0,
  saturationSeconds: 0,
  outlierSensitivity: 0.7,
  saturation: 0.8,
  idleSeconds: 60,
  maxIneffective: 2,
};

/** A hysteresis of a fifth, and the time after which an action is measured: as in the live runbook. */
const RELEASE = 0.8;
const SETTLE_SECONDS = 45;
const IMPROVED = 0.8;

export const defaultRunbook = () => runbook('runbook', DEFAULT_RUNBOOK);
export const tunedRunbook = () => runbook('runbook-tuned', TUNED_RUNBOOK);

/**
 * The live runbook over the env's view, in its order, first match wins: give up after tries without effect · replace a
 * pod that cannot stay up · one that never became ready · replace, then drain, one that is far worse than its siblings ·
 * scale up where all are saturated · take back what was scaled up. Which pod it falls on is the env's choice, which
 * has the same order.
 */
export function runbook(name: string, settings: RunbookSettings): Baseline<HealEnv> {
  const state = new RunbookState(settings);
  return {
    name,
    reset: () => state.reset(),
    decide: (env) => state.decide(env),
  };
}

class RunbookState {
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

  decide(env: HealEnv): number {
    const { view, memory } = env;
    this.#follow(view);
    if (view.now >= this.#measureAt) this.#measure(view);
    if (view.health === HEALTHY && view.unhealthySeconds === 0) this.#ineffective = 0;
    if (this.#ineffective >= this.#settings.maxIneffective || !memory.canAct(view.now)) return DO_NOTHING;
    const action = this.#firstRule(view, memory.recentYoungCrashes);
    if (action !== DO_NOTHING) this.#expect(action, view);
    return action;
  }

  #firstRule(view: HealView, youngCrashes: number): number {
    const { unreadySeconds, idleSeconds, saturationSeconds } = this.#settings;
    if (this.#hasCrashing(view, youngCrashes)) return RESTART_POD;
    for (let pod = 0; pod < view.count; pod++) {
      const unready = view.condition[pod] === NOT_READY && view.warming[pod] === 0;
      if (unready && (view.unreadySeconds[pod] as number) >= unreadySeconds) return RESTART_POD;
    }
    if (this.#hasOutlier(view)) {
      return this.#lastTried === RESTART_POD && this.#ineffective > 0 ? DRAIN_POD : RESTART_POD;
    }
    const saturated = view.now - this.#saturatedSince >= saturationSeconds;
    if (saturated && !view.growing && view.violation() > 1) return SCALE_UP;
    return view.now - this.#idleSince >= idleSeconds ? SCALE_DOWN : DO_NOTHING;
  }

  /** When every pod crashes, or new ones do, the revision is bad, and one more would crash as well. */
  #hasCrashing(view: HealView, youngCrashes: number): boolean {
    let crashing = 0;
    let mostRestarts = 0;
    for (let pod = 0; pod < view.count; pod++) {
      if (view.condition[pod] !== CRASHING) continue;
      crashing++;
      mostRestarts = Math.max(mostRestarts, view.restarts[pod] as number);
    }
    const futile = crashing === view.count || youngCrashes >= this.#settings.futileCrashes;
    return crashing > 0 && !futile && mostRestarts >= this.#settings.crashRestarts;
  }

  #hasOutlier(view: HealView): boolean {
    for (let pod = 0; pod < view.count; pod++) {
      if (this.#outlierUid[pod] !== view.uid[pod] || view.warming[pod] === 1) continue;
      if (view.now - (this.#outlierSince[pod] as number) >= this.#settings.confirmSeconds) return true;
    }
    return false;
  }

  /** Notes since when each symptom has lasted. Pods are told apart by their uid: they change places. */
  #follow(view: HealView): void {
    const { outlierSensitivity, saturation } = this.#settings;
    for (let pod = 0; pod < view.count; pod++) {
      const uid = view.uid[pod] as number;
      const evidence =
        view.condition[pod] === SERVING ? (view.outlier[pod] as number) * outlierSensitivity : 0;
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

  #expect(action: number, view: HealView): void {
    this.#lastTried = action;
    this.#measureAt = view.now + SETTLE_SECONDS;
    this.#violationBefore = view.violation();
    this.#readyBefore = view.ready / view.wanted;
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
  if (evidence < (Number.isNaN(before) ? 1 : RELEASE)) return Number.NaN;
  return Number.isNaN(before) ? now : before;
}
