import { describe, expect, it } from 'vitest';
import { aPod, aWorkload, fresh, NOW_MS } from '../../../../../test/support/builders';
import { aLearnedScale } from '../../../../../test/support/learnedScale';
import type { TunedRule } from '../../../../config/scaleRule';
import { type Config, DEFAULT_CONFIG } from '../../../../config/schema';
import { noLoad } from '../../../../metrics/loadReadings';
import { policyText } from '../../../../protocol';
import { runScaleBaseline, type ScaleBaseline } from '../../../../sim/scale/baselines/baseline';
import { predictive } from '../../../../sim/scale/baselines/predictive';
import { quantileRule } from '../../../../sim/scale/baselines/quantile';
import { createScaleEnv, type ScaleEnv } from '../../../../sim/scale/scaleEnv';
import { createLearnedScale } from './learnedScale';
import type { ScaleLook, ScalePolicy } from './policy';
import { scaleRuleOf } from './rules';

const PREDICTIVE: TunedRule = {
  ...{ kind: 'predictive', target: 0.92, safety: 1.3, trendGain: 0.8, tolerance: 0.05, downWindow: 180_000 },
};
const QUANTILE: TunedRule = { kind: 'quantile', quantile: 80, target: 0.75, safety: 0.5, downWindow: 60_000 };
const HPA: TunedRule = { kind: 'hpa', target: 0.5, tolerance: 0.02, downWindow: 600_000 };

const CHECKOUT = aWorkload([]).ref;

function configWith(rule: TunedRule | undefined): Config {
  const scale = rule ? { rule } : {};
  return { ...DEFAULT_CONFIG, workloads: { 'shop/checkout': { observeOnly: false, scale } } };
}
const ruleOf = (rule: TunedRule | undefined) => scaleRuleOf(CHECKOUT, configWith(rule));

const lookAt = ({ model }: ScaleEnv): ScaleLook => ({
  ...{ nowMs: NOW_MS, view: model, violationPrice: 20, disturbance: null },
  ...{ workload: aWorkload([]), load: noLoad('not looked at') },
});

/** What a policy and a baseline want of each step of a day that the baseline steers. */
function wishes(policy: ScalePolicy, baseline: ScaleBaseline): { ours: number[]; theirs: number[] } {
  const ours: number[] = [];
  const theirs: number[] = [];
  const both: ScaleBaseline = {
    name: 'both',
    reset(seed) {
      policy.reset();
      baseline.reset(seed);
    },
    decide(env) {
      ours.push(policy.decide(lookAt(env)).replicas);
      const wanted = baseline.decide(env);
      theirs.push(wanted);
      return wanted;
    },
  };
  runScaleBaseline(createScaleEnv({ episodeSteps: 480 }), both, 7);
  return { ours, theirs };
}

describe('the rule of a workload', () => {
  it.each([
    [
      PREDICTIVE,
      'predictive tuned (target 0.92, safety 1.3, trendGain 0.8, tolerance 0.05, downWindow 180s)',
    ],
    [QUANTILE, 'quantile tuned (quantile 80, target 0.75, safety 0.5, downWindow 60s)'],
    [HPA, 'hpa tuned (target 0.5, tolerance 0.02, downWindow 600s)'],
  ])('is its own with its own settings, and names them: $kind', (rule, text) => {
    expect(policyText(ruleOf(rule))).toBe(text);
  });

  it('is the one for all where it has none of its own, and that of another workload is not meant', () => {
    expect(policyText(ruleOf(undefined))).toBe('predictive 1');
    expect(policyText(scaleRuleOf({ ...CHECKOUT, name: 'cart' }, configWith(PREDICTIVE)))).toBe(
      'predictive 1',
    );
  });

  it('has another text with each setting that changes', () => {
    const changed: TunedRule[] = [
      PREDICTIVE,
      { ...PREDICTIVE, target: 0.93 },
      { ...PREDICTIVE, safety: 1.31 },
      { ...PREDICTIVE, trendGain: 0.81 },
      { ...PREDICTIVE, tolerance: 0.051 },
      { ...PREDICTIVE, downWindow: 195_000 },
      QUANTILE,
      { ...QUANTILE, quantile: 95 },
      HPA,
      { ...HPA, upWindow: 0 },
    ];
    expect(new Set(changed.map((rule) => policyText(ruleOf(rule)))).size).toBe(changed.length);
  });

  it.each([
    [
      PREDICTIVE,
      predictive('sim', () => ({
        ...{ target: 0.92, safety: 1.3, trendGain: 0.8, tolerance: 0.05, downWindowSeconds: 180 },
      })),
    ],
    [
      QUANTILE,
      quantileRule('sim', () => ({ quantile: 80, target: 0.75, safety: 0.5, downWindowSeconds: 60 })),
    ],
  ])(
    'wants what it wants in the simulator with these settings, and not what it would as it comes: $kind',
    (rule, baseline) => {
      const { ours, theirs } = wishes(ruleOf(rule), baseline);
      expect(ours).toEqual(theirs);
      const shipped = scaleRuleOf(CHECKOUT, {
        ...DEFAULT_CONFIG,
        scale: { ...DEFAULT_CONFIG.scale, policy: rule.kind },
      });
      expect(wishes(shipped, baseline).ours).not.toEqual(theirs);
    },
  );

  it('decides by the HPA’s algorithm with its own target, and scales up late where it is told to', () => {
    const wanted = (rule: TunedRule) => {
      const policy = ruleOf(rule);
      return [0.5, 0.8].map((cores, step) => {
        const nowMs = NOW_MS + 15_000 * step;
        const pods = ['a', 'b', 'c', 'd'].map((name) => aPod(name));
        const cpuCores = new Map(pods.map(({ name }) => [name, fresh(cores, nowMs)]));
        const load = { ...noLoad('not looked at'), windowMs: 20_000, cpuCores };
        const env = createScaleEnv();
        env.reset(1);
        return policy.decide({ ...lookAt(env), nowMs, workload: aWorkload(pods), load }).replicas;
      });
    };
    // Four pods at 0.8 of 0.5: ⌈4 · 1.6⌉.
    expect(wanted(HPA)).toEqual([4, 7]);
    expect(wanted({ ...HPA, upWindow: 600_000 })).toEqual([4, 4]);
  });

  it('decides in place of a learned policy that is unsure', () => {
    const learned = createLearnedScale(aLearnedScale({ 2: 0.6 }), ruleOf(PREDICTIVE), () => ({
      minConfidence: 0.7,
      maxOutOfDistribution: 1,
    }));
    const env = createScaleEnv();
    env.reset(1);
    const wish = learned.decide(lookAt(env));
    expect(wish.doubt).toBe('unsure');
    expect(wish.reason).toContain('predictive tuned (target 0.92');
    expect(wish.replicas).toBe(ruleOf(PREDICTIVE).decide(lookAt(env)).replicas);
  });
});
