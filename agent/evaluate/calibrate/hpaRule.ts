import type { ScaleBaseline } from '../../sim/scale/baselines/baseline';
import { hpaRecommendation } from '../../sim/scale/baselines/hpa';
import { heedBehavior } from '../../tasks/scale/hpa/behavior';
import type { ScalingRules } from '../../tasks/scale/hpa/hpaSpec';
import { HpaState } from '../../tasks/scale/hpa/hpaState';

/** An HPA on CPU, as its spec has it. */
export interface HpaBehaviour {
  /** CPU to hold, 0…1 of what a pod can use. */
  target: number;
  scaleUp: ScalingRules;
  scaleDown: ScalingRules;
}

/** The HPA's own algorithm with any behaviour: the simulator's `hpa` has default policies only. */
export function hpaRule(name: string, { target, scaleUp, scaleDown }: HpaBehaviour): ScaleBaseline {
  const state = new HpaState();
  return {
    name,
    reset: () => state.clear(),
    decide({ model }) {
      const { seconds, minReplicas, maxReplicas, metrics } = model;
      const pods = model.pods.count;
      state.begin(seconds, pods);
      const { tolerance } = metrics.cpu > target ? scaleUp : scaleDown;
      const recommended = hpaRecommendation(model, target, tolerance);
      const rules = { minReplicas, maxReplicas, scaleUp, scaleDown };
      const wanted = heedBehavior(rules, state, seconds, pods, recommended);
      state.noteRescale(seconds, pods, wanted);
      return wanted;
    },
  };
}
