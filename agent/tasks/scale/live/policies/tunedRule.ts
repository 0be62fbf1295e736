import type { TunedRule } from '../../../../config/scaleRule';
import type { HpaSettings } from '../../../../sim/scale/baselines/hpa';
import { predictiveRule } from '../../../../sim/scale/baselines/predictive';
import { quantileScaleRule } from '../../../../sim/scale/baselines/quantile';
import type { ScaleRule } from '../../../../sim/scale/baselines/scaleRule';

/** Those that look at the load; an HPA looks at the metrics of each pod. */
export type LoadRule = Exclude<TunedRule, { kind: 'hpa' }>;

/** A rule with settings of the config: the same one is calibrated in the simulator and decides live. */
export function tunedScaleRule(rule: LoadRule): ScaleRule {
  const name = `${rule.kind}-tuned`;
  const downWindowSeconds = rule.downWindow / 1000;
  if (rule.kind === 'predictive') {
    const { target, safety, trendGain, tolerance } = rule;
    const settings = { target, safety, trendGain, tolerance, downWindowSeconds };
    return predictiveRule(name, () => settings);
  }
  const { quantile, target, safety } = rule;
  const settings = { quantile, target, safety, downWindowSeconds };
  return quantileScaleRule(name, () => settings);
}

export function tunedHpaSettings({
  target,
  tolerance,
  downWindow,
  upWindow = 0,
}: Extract<TunedRule, { kind: 'hpa' }>): HpaSettings {
  const upWindowSeconds = upWindow / 1000;
  return { target, tolerance, downWindowSeconds: downWindow / 1000, upWindowSeconds };
}
