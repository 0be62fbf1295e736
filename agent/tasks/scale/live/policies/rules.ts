import type { Config } from '../../../../config/schema';
import { tunedPredictiveRule } from '../../../../sim/scale/baselines/predictive';
import { tunedQuantileRule } from '../../../../sim/scale/baselines/quantile';
import type { ScaleRule } from '../../../../sim/scale/baselines/scaleRule';
import type { ScaleEstimates } from '../../../../sim/scale/scaleView';
import { CONTROL_STEP_SECONDS } from '../../../../sim/scale/units';
import { hpaRule } from './hpaRule';
import { RULE_SPEC, ruled, type ScalePolicy } from './policy';

type RuleName = Config['scale']['policy'];

/** The version of every rule: they change with Coxswain alone. */
const VERSION = '1';

/** The rule of that name, for one workload. */
export function createScaleRule(name: RuleName): ScalePolicy {
  switch (name) {
    case 'predictive':
      return simulated(name, tunedPredictiveRule(), ({ load, level, trend, leadSteps }) => {
        const forecast = Math.max(load, level + leadSteps * trend);
        return `load ${load.toFixed(1)} pods, ${forecast.toFixed(1)} expected in ${seconds(leadSteps)}`;
      });
    case 'quantile':
      return simulated(
        name,
        tunedQuantileRule(),
        ({ load, rise95, leadSteps }) =>
          `load ${load.toFixed(1)} pods, seldom ${Math.max(0, rise95.value).toFixed(1)} more in ${seconds(leadSteps)}`,
      );
    case 'hpa':
      return hpaRule(name, VERSION);
    case 'do-nothing':
      return {
        ...{ name, version: VERSION, spec: RULE_SPEC, reset: () => undefined },
        decide: (look) => ruled(look, look.view.pods.count, 'this policy never acts'),
      };
  }
}

function simulated(
  name: RuleName,
  rule: ScaleRule,
  evidence: (estimates: ScaleEstimates) => string,
): ScalePolicy {
  return {
    ...{ name, version: VERSION, spec: RULE_SPEC, reset: () => rule.reset() },
    decide: (look) => {
      const replicas = Math.round(rule.podsWanted(look.view, look.violationPrice));
      return ruled(look, replicas, `${evidence(look.view.estimates)}: ${replicas} pods`);
    },
  };
}

function seconds(steps: number): string {
  return `${Math.round(steps * CONTROL_STEP_SECONDS)} s`;
}
