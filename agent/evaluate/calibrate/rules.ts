import type { TunedRule } from '../../config/scaleRule';
import type { Point, SearchSpace } from '../../rl/tuning/searchSpace';
import type { ScaleBaseline } from '../../sim/scale/baselines/baseline';
import { clairvoyant } from '../../sim/scale/baselines/clairvoyant';
import { asBaseline } from '../../sim/scale/baselines/scaleRule';
import type { ScaleEnv } from '../../sim/scale/scaleEnv';
import { DEFAULT_TOLERANCE, type ScalingRules } from '../../tasks/scale/hpa/hpaSpec';
import { type LoadRule, tunedScaleRule } from '../../tasks/scale/live/policies/tunedRule';
import type { Arm } from '../arm';
import { ruleArm } from '../taskArms';
import { type HpaBehaviour, hpaRule } from './hpaRule';
import type { CalibrationArm } from './player';

/** A rule with the settings that are to be found for a workload. */
export interface TunableRule {
  name: string;
  title: string;
  space: SearchSpace;
  /** Settings that are looked at first: what is known to be good elsewhere. */
  known: readonly Point[];
  isPaced: boolean;
  baselineOf(point: Point): ScaleBaseline;
  /** For people. */
  describe(point: Point): string;
  /** The lines of coxswain.yaml that have a workload scaled by it; null where there are none. */
  configOf: ((point: Point) => TunedRule) | null;
}

const linear = (name: string, low: number, high: number) =>
  ({ name, low, high, scale: 'linear', integer: false }) as const;
const whole = (name: string, low: number, high: number) =>
  ({ name, low, high, scale: 'linear', integer: true }) as const;

/** Windows are found in steps of 15 s: the HPA looks no more often. */
const windowSteps = whole('downWindowSteps', 0, 120);
const seconds = (steps: number) => steps * 15;

const LEAST_TOLERANCE = 0.01;
const MOST_TOLERANCE = 0.2;
const UP_PERIOD_SECONDS = 15;
const FREE_UP_PODS = 4;

export function hpaBehaviourAt(point: Point): HpaBehaviour {
  const { target = 0.7, tolerance = DEFAULT_TOLERANCE, downWindowSteps = 20, upPercent = 100 } = point;
  // As exact as a manifest can say it, so that what is judged is what is written.
  const common = { selectPolicy: 'Max' as const, tolerance: rounded(tolerance, 1000) };
  return {
    target: rounded(target, 100),
    scaleUp: { ...common, stabilizationWindowSeconds: 0, policies: upPolicies(upPercent) },
    scaleDown: {
      ...common,
      stabilizationWindowSeconds: seconds(downWindowSteps),
      policies: [{ type: 'Percent', value: 100, periodSeconds: UP_PERIOD_SECONDS }],
    },
  };
}

/** The default policies, and both slower in the same proportion. */
function upPolicies(upPercent: number): ScalingRules['policies'] {
  const pods = Math.max(1, Math.ceil((FREE_UP_PODS * upPercent) / 100));
  return [
    { type: 'Percent', value: upPercent, periodSeconds: UP_PERIOD_SECONDS },
    { type: 'Pods', value: pods, periodSeconds: UP_PERIOD_SECONDS },
  ];
}

/** @param setsTolerance false on a cluster whose HPAs have no tolerance of their own: it is then the cluster's */
export function hpaTuning(setsTolerance: boolean): TunableRule {
  const tolerance = setsTolerance
    ? [LEAST_TOLERANCE, MOST_TOLERANCE]
    : [DEFAULT_TOLERANCE, DEFAULT_TOLERANCE];
  const at = (target: number, downWindowSteps: number) => ({
    target,
    tolerance: setsTolerance ? 0.02 : DEFAULT_TOLERANCE,
    downWindowSteps,
    upPercent: 100,
  });
  return {
    name: 'hpa-tuned',
    title: 'Tuned HPA',
    space: [
      linear('target', 0.3, 0.95),
      { ...linear('tolerance', tolerance[0] ?? 0, tolerance[1] ?? 0), scale: 'log' },
      windowSteps,
      whole('upPercent', 10, 100),
    ],
    known: [
      at(0.8, 20),
      at(0.6, 40),
      at(0.45, 60),
      { target: 0.7, tolerance: DEFAULT_TOLERANCE, downWindowSteps: 20, upPercent: 100 },
    ],
    isPaced: false,
    baselineOf: (point) => hpaRule('hpa-tuned', hpaBehaviourAt(point)),
    describe: (point) => describeHpa(hpaBehaviourAt(point)),
    configOf: null,
  };
}

export function describeHpa({ target, scaleUp, scaleDown }: HpaBehaviour): string {
  const up = scaleUp.policies.map(({ type, value, periodSeconds }) =>
    type === 'Pods' ? `${value} pods / ${periodSeconds} s` : `${value} % / ${periodSeconds} s`,
  );
  return [
    `CPU ${percent(target)}`,
    `tolerance ${percent(scaleUp.tolerance)}`,
    `down window ${scaleDown.stabilizationWindowSeconds} s`,
    `up ${scaleUp.selectPolicy === 'Disabled' ? 'never' : up.join(' or ')}`,
  ].join(', ');
}

const predictiveTuning = loadRuleTuning({
  name: 'predictive-tuned',
  title: 'Tuned predictive rule',
  space: [
    linear('target', 0.6, 1),
    linear('safety', 0, 4),
    linear('trendGain', 0, 1.2),
    linear('tolerance', 0.01, 0.15),
    { ...windowSteps, high: 60 },
  ],
  known: [
    { target: 0.9, safety: 0.5, trendGain: 0.6, tolerance: 0.1, downWindowSteps: 4 },
    { target: 1, safety: 1, trendGain: 1, tolerance: 0.05, downWindowSteps: 12 },
    { target: 1, safety: 2, trendGain: 0.6, tolerance: 0.1, downWindowSteps: 40 },
  ],
  at: ({ target = 1, safety = 1, trendGain = 1, tolerance = 0.05, downWindowSteps = 12 }) => ({
    kind: 'predictive',
    target: rounded(target, 100),
    safety: rounded(safety, 100),
    trendGain: rounded(trendGain, 100),
    tolerance: rounded(tolerance, 1000),
    downWindow: 1000 * seconds(downWindowSteps),
  }),
});

const quantileTuning = loadRuleTuning({
  name: 'quantile-tuned',
  title: 'Tuned quantile rule',
  space: [
    whole('isHigh', 0, 1),
    linear('target', 0.6, 1),
    linear('safety', 0, 4),
    { ...windowSteps, high: 60 },
  ],
  known: [
    { isHigh: 0, target: 0.8, safety: 0, downWindowSteps: 0 },
    { isHigh: 1, target: 0.9, safety: 1, downWindowSteps: 0 },
    { isHigh: 1, target: 1, safety: 3, downWindowSteps: 0 },
  ],
  at: ({ isHigh = 1, target = 1, safety = 1, downWindowSteps = 0 }) => ({
    kind: 'quantile',
    quantile: isHigh > 0.5 ? 95 : 80,
    target: rounded(target, 100),
    safety: rounded(safety, 100),
    downWindow: 1000 * seconds(downWindowSteps),
  }),
});

/** A rule that coxswain.yaml can have: what is played is what would be written there. */
function loadRuleTuning({
  at,
  ...rule
}: Pick<TunableRule, 'name' | 'title' | 'space' | 'known'> & { at(point: Point): LoadRule }) {
  return {
    ...rule,
    isPaced: true,
    baselineOf: (point: Point) => asBaseline(tunedScaleRule(at(point))),
    describe: (point: Point) => describeLoadRule(at(point)),
    configOf: at,
  } satisfies TunableRule;
}

function describeLoadRule(rule: LoadRule): string {
  const { target, safety, downWindow } = rule;
  const staffing = `÷ ${target.toFixed(2)} + ${safety.toFixed(2)} √load`;
  const window = `down window ${downWindow / 1000} s`;
  return rule.kind === 'predictive'
    ? `load forecast ${staffing}, trend × ${rule.trendGain.toFixed(2)}, tolerance ${percent(rule.tolerance)}, ${window}`
    : `(load + ${rule.quantile} % quantile of its rises) ${staffing}, ${window}`;
}

const clairvoyantTuning: TunableRule = {
  name: 'clairvoyant',
  title: 'Clairvoyant',
  space: [linear('target', 0.6, 1), linear('safety', 0, 3), { ...windowSteps, name: 'downSteps', high: 40 }],
  known: [
    { target: 0.9, safety: 0.5, downSteps: 12 },
    { target: 0.9, safety: 1, downSteps: 12 },
    { target: 0.9, safety: 1.5, downSteps: 12 },
  ],
  isPaced: false,
  baselineOf: ({ target = 0.9, safety = 1, downSteps = 12 }) =>
    clairvoyant('clairvoyant', () => ({ target, safety, downSeconds: seconds(downSteps) })),
  describe: ({ target = 0, safety = 0, downSteps = 0 }) =>
    `knows the load to come: ÷ ${target.toFixed(2)} + ${safety.toFixed(1)} √load, looks ${seconds(downSteps)} s ahead before it scales down`,
  configOf: null,
};

/** Of Coxswain itself. */
export const LOAD_RULE_TUNINGS = [predictiveTuning, quantileTuning] as const;
/** Those, and the bound. They get the budget that the HPA gets. */
export const OTHER_TUNINGS: readonly TunableRule[] = [...LOAD_RULE_TUNINGS, clairvoyantTuning];

export function ruleOf(baseline: ScaleBaseline, isPaced: boolean): CalibrationArm {
  const arm: Arm<ScaleEnv> = ruleArm<ScaleEnv>(baseline, (env, pods) => env.scaleTo(pods));
  return { arm, spec: 'scale/12', isPaced };
}

function rounded(value: number, parts: number): number {
  return Math.round(parts * value) / parts;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
