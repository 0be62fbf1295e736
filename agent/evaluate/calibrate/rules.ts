import type { Point, SearchSpace } from '../../rl/tuning/searchSpace';
import type { ScaleBaseline } from '../../sim/scale/baselines/baseline';
import { clairvoyant } from '../../sim/scale/baselines/clairvoyant';
import { predictive } from '../../sim/scale/baselines/predictive';
import { quantileRule } from '../../sim/scale/baselines/quantile';
import type { ScaleEnv } from '../../sim/scale/scaleEnv';
import { DEFAULT_TOLERANCE, type ScalingRules } from '../../tasks/scale/hpa/hpaSpec';
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

const predictiveTuning: TunableRule = {
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
  isPaced: true,
  baselineOf: ({ target = 1, safety = 1, trendGain = 1, tolerance = 0.05, downWindowSteps = 12 }) => {
    const settings = { target, safety, trendGain, tolerance, downWindowSeconds: seconds(downWindowSteps) };
    return predictive('predictive-tuned', () => settings);
  },
  describe: ({ target = 0, safety = 0, trendGain = 0, tolerance = 0, downWindowSteps = 0 }) =>
    `load forecast ÷ ${target.toFixed(2)} + ${safety.toFixed(1)} √load, trend × ${trendGain.toFixed(1)}, tolerance ${percent(tolerance)}, down window ${seconds(downWindowSteps)} s`,
};

const quantileTuning: TunableRule = {
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
  isPaced: true,
  baselineOf: ({ isHigh = 1, target = 1, safety = 1, downWindowSteps = 0 }) => {
    const quantile = isHigh > 0.5 ? 95 : 80;
    const settings = { quantile, target, safety, downWindowSeconds: seconds(downWindowSteps) } as const;
    return quantileRule('quantile-tuned', () => settings);
  },
  describe: ({ isHigh = 0, target = 0, safety = 0, downWindowSteps = 0 }) =>
    `(load + ${isHigh > 0.5 ? 95 : 80} % quantile of its rises) ÷ ${target.toFixed(2)} + ${safety.toFixed(1)} √load, down window ${seconds(downWindowSteps)} s`,
};

const clairvoyantTuning: TunableRule = {
  name: 'clairvoyant',
  title: 'Clairvoyant bound',
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
};

/** Of Coxswain itself, and the bound. They get the budget that the HPA gets. */
export const OTHER_TUNINGS = [predictiveTuning, quantileTuning, clairvoyantTuning] as const;

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
