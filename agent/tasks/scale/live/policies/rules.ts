import { type TunedRule, writtenRule } from '../../../../config/scaleRule';
import type { Config } from '../../../../config/schema';
import type { WorkloadRef } from '../../../../protocol';
import { forecastLoad, tunedPredictiveRule } from '../../../../sim/scale/baselines/predictive';
import { tunedQuantileRule } from '../../../../sim/scale/baselines/quantile';
import type { ScaleRule } from '../../../../sim/scale/baselines/scaleRule';
import { TUNED_HPA } from '../../../../sim/scale/baselines/tuned';
import type { ScaleEstimates } from '../../../../sim/scale/scaleView';
import { CONTROL_STEP_SECONDS } from '../../../../sim/scale/units';
import { hpaRule } from './hpaRule';
import { RULE_SPEC, ruled, type ScalePolicy } from './policy';
import { tunedHpaSettings, tunedScaleRule } from './tunedRule';

type RuleName = Config['scale']['policy'];
type Identity = Pick<ScalePolicy, 'name' | 'version'>;
type Evidence = (estimates: ScaleEstimates) => string;

/** The version of every rule as it comes: they change with Coxswain alone. */
const VERSION = '1';

/**
 * The rule of a workload: the one with settings of its own where the config has some, else the one for all. Another
 * text of its policy (`policyText`) is another rule.
 */
export function scaleRuleOf({ namespace, name }: WorkloadRef, { scale, workloads }: Config): ScalePolicy {
  const own = workloads[`${namespace}/${name}`]?.scale?.rule;
  return own ? createTunedRule(own) : createScaleRule(scale.policy);
}

/** The rule of that name as it comes with Coxswain, for one workload. */
export function createScaleRule(name: RuleName): ScalePolicy {
  const identity = { name, version: VERSION };
  switch (name) {
    case 'predictive':
      return simulated(identity, tunedPredictiveRule(), forecastText(1));
    case 'quantile':
      return simulated(identity, tunedQuantileRule(), riseText(95));
    case 'hpa':
      return hpaRule(identity, (price) => TUNED_HPA.nearest(price));
    case 'do-nothing':
      return {
        ...{ ...identity, spec: RULE_SPEC, reset: () => undefined },
        decide: (look) => ruled(look, look.view.pods.count, 'this policy never acts'),
      };
  }
}

function createTunedRule(rule: TunedRule): ScalePolicy {
  const { kind, ...settings } = writtenRule(rule);
  const texts = Object.entries(settings).map(([setting, value]) => `${setting} ${value}`);
  const identity = { name: `${kind} tuned`, version: `(${texts.join(', ')})` };
  switch (rule.kind) {
    case 'predictive':
      return simulated(identity, tunedScaleRule(rule), forecastText(rule.trendGain));
    case 'quantile':
      return simulated(identity, tunedScaleRule(rule), riseText(rule.quantile));
    case 'hpa': {
      const hpaSettings = tunedHpaSettings(rule);
      return hpaRule(identity, () => hpaSettings);
    }
  }
}

function forecastText(trendGain: number): Evidence {
  return (estimates) => {
    const forecast = forecastLoad(estimates, trendGain).toFixed(1);
    return `load ${estimates.load.toFixed(1)} pods, ${forecast} expected in ${seconds(estimates.leadSteps)}`;
  };
}

function riseText(quantile: 80 | 95): Evidence {
  return ({ load, rise80, rise95, leadSteps }) => {
    const rise = Math.max(0, (quantile === 95 ? rise95 : rise80).value).toFixed(1);
    return `load ${load.toFixed(1)} pods, seldom ${rise} more in ${seconds(leadSteps)}`;
  };
}

function simulated(identity: Identity, rule: ScaleRule, evidence: Evidence): ScalePolicy {
  return {
    ...{ ...identity, spec: RULE_SPEC, reset: () => rule.reset() },
    decide: (look) => {
      const replicas = Math.round(rule.podsWanted(look.view, look.violationPrice));
      return ruled(look, replicas, `${evidence(look.view.estimates)}: ${replicas} pods`);
    },
  };
}

function seconds(steps: number): string {
  return `${Math.round(steps * CONTROL_STEP_SECONDS)} s`;
}
