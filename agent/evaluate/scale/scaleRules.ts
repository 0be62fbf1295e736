import type { ScaleBaseline } from '../../sim/scale/baselines/baseline';
import { tunedClairvoyant } from '../../sim/scale/baselines/clairvoyant';
import { defaultHpa, tunedHpa } from '../../sim/scale/baselines/hpa';
import { tunedPredictive } from '../../sim/scale/baselines/predictive';
import { tunedQuantile } from '../../sim/scale/baselines/quantile';
import { doNothing, peakReplicas } from '../../sim/scale/baselines/simple';
import type { ArmRole } from './scaleResult';

/** The arm that all others are compared with, and the bound; both are always played. */
export const REFERENCE_ARM = 'hpa-tuned';
export const CLAIRVOYANT_ARM = 'clairvoyant';
export const PREDICTIVE_ARM = 'predictive-tuned';
export const QUANTILE_ARM = 'quantile-tuned';

export const RULE_NAMES = [
  'do-nothing',
  'fixed',
  'fixed-best',
  'hpa-default',
  REFERENCE_ARM,
  PREDICTIVE_ARM,
  QUANTILE_ARM,
  CLAIRVOYANT_ARM,
] as const;
export type RuleName = (typeof RULE_NAMES)[number];

/** An arm that does not learn. */
export interface ScaleRule {
  /** Short, for tables. */
  title: string;
  role: ArmRole;
  /** One line for people: what it does. */
  describe: string;
  /** Whether it does something else under another price of a violation. */
  isPriced: boolean;
  /** Whether the agent would do what it wants, within the guard's pace; the cluster's own HPA knows no such pace. */
  isSteered: boolean;
  /** Null for the best constant, which is found by playing each. */
  create: (() => ScaleBaseline) | null;
}

export const SCALE_RULES: Readonly<Record<RuleName, ScaleRule>> = {
  'do-nothing': {
    title: 'do nothing',
    role: 'comparison',
    describe: 'keeps the pods that the first second needs',
    isPriced: false,
    isSteered: false,
    create: doNothing,
  },
  fixed: {
    title: 'fixed replicas',
    role: 'comparison',
    describe:
      'pods for the 95th percentile of the day’s load at 70 %, as a person sizes who knows the traffic',
    isPriced: false,
    isSteered: false,
    create: peakReplicas,
  },
  'fixed-best': {
    title: 'best fixed replicas',
    role: 'bound',
    describe: 'the constant that turns out best for each day and price: hindsight',
    isPriced: true,
    isSteered: false,
    create: null,
  },
  'hpa-default': {
    title: 'HPA 70 %',
    role: 'rule',
    describe: 'the Horizontal Pod Autoscaler with its defaults, on CPU at 70 %',
    isPriced: false,
    isSteered: false,
    create: defaultHpa,
  },
  [REFERENCE_ARM]: {
    title: 'tuned HPA',
    role: 'rule',
    describe: 'the HPA with target, tolerance and window by price, tuned on the training loads',
    isPriced: true,
    isSteered: false,
    create: tunedHpa,
  },
  [PREDICTIVE_ARM]: {
    title: 'tuned predictive rule',
    role: 'rule',
    describe: 'Holt’s forecast one start-up ahead and a square-root safety stock, tuned likewise',
    isPriced: true,
    isSteered: true,
    create: tunedPredictive,
  },
  [QUANTILE_ARM]: {
    title: 'tuned quantile rule',
    role: 'rule',
    describe: 'room for how much the load seldom rises within one start-up, tuned likewise',
    isPriced: true,
    isSteered: true,
    create: tunedQuantile,
  },
  [CLAIRVOYANT_ARM]: {
    title: 'clairvoyant',
    role: 'bound',
    describe: 'knows the load to come; what perfect forecasts would be worth',
    isPriced: true,
    isSteered: false,
    create: tunedClairvoyant,
  },
};
