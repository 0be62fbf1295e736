import { heedBehavior } from '../../../tasks/scale/hpa/behavior';
import { DEFAULT_SCALE_DOWN, DEFAULT_SCALE_UP, type HpaRules } from '../../../tasks/scale/hpa/hpaSpec';
import { HpaState } from '../../../tasks/scale/hpa/hpaState';
import { emptyAggregate } from '../../../tasks/scale/hpa/podAggregate';
import { replicasForUtilisation } from '../../../tasks/scale/hpa/replicas';
import type { ScaleView } from '../scaleView';
import type { ScaleBaseline } from './baseline';
import { TUNED_HPA } from './tuned';

export { ceil } from '../../../tasks/scale/hpa/replicas';

export interface HpaSettings {
  /** CPU utilisation to hold, 0…1. */
  target: number;
  /** Relative distance from the target within which nothing is done, for both directions. */
  tolerance: number;
  /** 0…3600. */
  downWindowSeconds: number;
  /** 0…3600; 0 where absent. */
  upWindowSeconds?: number;
}

/** Kubernetes' defaults, and the customary 70 %. */
const DEFAULT_HPA: HpaSettings = { target: 0.7, tolerance: 0.1, downWindowSeconds: 300 };

/** The Horizontal Pod Autoscaler v2 on CPU: the algorithm of tasks/scale/hpa, with default policies. */
export function hpa(name: string, settingsFor: (violationPrice: number) => HpaSettings): ScaleBaseline {
  const policy = new HpaPolicy();
  return {
    name,
    reset: () => policy.reset(),
    decide: ({ model, violationPrice }) => policy.decide(model, settingsFor(violationPrice)),
  };
}

export const defaultHpa = () => hpa('hpa-default', () => DEFAULT_HPA);
export const tunedHpa = () => hpa('hpa-tuned', (price) => TUNED_HPA.nearest(price));

/** An HPA with its memory, on what a controller may know of a deployment. Allocates nothing. */
export class HpaPolicy {
  readonly #state = new HpaState();
  readonly #rules = {
    minReplicas: 1,
    maxReplicas: 1,
    scaleUp: { ...DEFAULT_SCALE_UP },
    scaleDown: { ...DEFAULT_SCALE_DOWN },
  } satisfies HpaRules;

  reset(): void {
    this.#state.clear();
  }

  /** How many pods are wanted next. Takes it that they will be, and that no control step is left out. */
  decide(
    view: ScaleView,
    { target, tolerance, downWindowSeconds, upWindowSeconds = 0 }: HpaSettings,
  ): number {
    const rules = this.#rules;
    rules.minReplicas = view.minReplicas;
    rules.maxReplicas = view.maxReplicas;
    rules.scaleUp.stabilizationWindowSeconds = upWindowSeconds;
    rules.scaleDown.stabilizationWindowSeconds = downWindowSeconds;
    const pods = view.pods.count;
    this.#state.begin(view.seconds, pods);
    const recommended = hpaRecommendation(view, target, tolerance);
    const wanted = heedBehavior(rules, this.#state, view.seconds, pods, recommended);
    this.#state.noteRescale(view.seconds, pods, wanted);
    return wanted;
  }
}

/** Of one pod, in thousandths of what it requests. */
const REQUEST_MILLI = 1000;
/** Used anew by each call, so that none of the millions of them allocates. */
const AGGREGATE = emptyAggregate();
const TOLERANCES = { scaleUp: { tolerance: 0 }, scaleDown: { tolerance: 0 } };

/**
 * What the HPA's CPU metric asks for, before windows, policies and bounds. Pods without metrics are such that have just
 * started, as a deployment under load has no others.
 */
export function hpaRecommendation(view: ScaleView, target: number, tolerance: number): number {
  const { pods, metrics } = view;
  const measured = pods.measured(view.seconds);
  AGGREGATE.ready = measured;
  AGGREGATE.usageMilli = measured * metrics.cpu * REQUEST_MILLI;
  AGGREGATE.requestMilli = measured * REQUEST_MILLI;
  AGGREGATE.unready = pods.count - measured;
  AGGREGATE.unreadyRequestMilli = AGGREGATE.unready * REQUEST_MILLI;
  TOLERANCES.scaleUp.tolerance = TOLERANCES.scaleDown.tolerance = tolerance;
  return replicasForUtilisation(AGGREGATE, target * 100, pods.count, TOLERANCES);
}
