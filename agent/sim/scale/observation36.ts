import type { Field } from '../../rl/env/env';
import { hpaRecommendation } from './baselines/hpa';
import { forecastLoad, podsFor } from './baselines/predictive';
import { FIVE_MINUTES_STEPS, QUARTER_HOUR_STEPS } from './estimates';
import type { ObservationSpec } from './observation';
import type { ScaleEstimates, ScaleView } from './scaleView';
import { clamp, LATENCY_OBJECTIVE_SECONDS } from './units';
import { normalisedPrice } from './violationPrice';

/** The utilisation around which loads are centred. */
const CENTRE = 0.7;
/** Logarithms of loads begin here: what changes below it does not matter. */
const LEAST_LOAD = 0.2;
const LN_30 = Math.log(30);
/** One minute of control steps. */
const MINUTE_STEPS = 4;
/** The rules that suggest a number of pods: the HPA's default, and one like the tuned predictive rule. */
const HPA_TARGET = 0.7;
const HPA_TOLERANCE = 0.1;
const RULE_TARGET = 0.9;
const RULE_SAFETY = 1;
const RULE_TREND_GAIN = 0.5;

/** Neighbouring numbers of the observation. */
interface Group {
  fields: readonly Field[];
  write(view: ScaleView, out: Float32Array, at: number, violationPrice: number): void;
}

const field = (name: string, unit: string, min: number, max: number): Field => ({ name, unit, min, max });

/** How much there is to do, for how many. Loads are request rate ÷ estimated capacity of a pod: they do not saturate. */
const size: Group = {
  fields: [
    field('cpu', '(utilisation − 0.6) × 2', -1.2, 0.8),
    field('loadPerReadyPod', '(pods at full utilisation per ready pod − 0.7) × 2', -1.4, 4),
    field('loadPerPod', '(pods at full utilisation per wanted pod − 0.7) × 2', -1.4, 4),
    field('podsLogarithm', 'ln(pods) ÷ ln(30) × 2 − 1', -1, 2),
    field('pods', 'pods ÷ 15 − 1', -1, 6),
    field('podShare', '4 ÷ pods − 1', -1, 3),
    field('loadShare', '1 ÷ (load + 0.5) − 0.3', -0.3, 1.7),
    field('startingShare', 'share of wanted pods that still start × 2', 0, 2),
  ],
  write({ metrics, estimates, pods }, out, at) {
    const { load } = estimates;
    out[at] = metrics.cpu * 2 - 1.2;
    out[at + 1] = centred(load / pods.ready, 2);
    out[at + 2] = centred(load / pods.count, 2);
    out[at + 3] = (Math.log(pods.count) / LN_30) * 2 - 1;
    out[at + 4] = pods.count / 15 - 1;
    out[at + 5] = 4 / pods.count - 1;
    out[at + 6] = 1 / (load + 0.5) - 0.3;
    out[at + 7] = (1 - pods.ready / pods.count) * 2;
  },
};

/** How well requests are served. */
const quality: Group = {
  fields: [
    field('latencyP95', 'ln(seconds ÷ 0.2)', -2, 3),
    field('violatedShare', 'share of requests × 3', 0, 3),
    field('queue', 'seconds until it is served', 0, 3),
    field('errorShare', 'share of requests × 3', 0, 3),
  ],
  write({ metrics, estimates, pods }, out, at) {
    out[at] = clamp(Math.log(metrics.latencyP95Seconds / LATENCY_OBJECTIVE_SECONDS), -2, 3);
    out[at + 1] = metrics.violatedShare * 3;
    out[at + 2] = clamp(metrics.backlog / (pods.ready * estimates.podRate), 0, 3);
    out[at + 3] = metrics.errorShare * 3;
  },
};

/** Where the load comes from, and where it goes by its trend. */
const history: Group = {
  fields: [
    field('loadChange15s', '4 × ln(load ÷ load 15 s ago)', -3, 3),
    field('loadChange1m', '2 × ln(load ÷ load 1 min ago)', -3, 3),
    field('loadChange5m', 'ln(load ÷ load 5 min ago)', -3, 3),
    field('loadChange15m', 'ln(load ÷ load 15 min ago)', -3, 3),
    field('loadMax5m', '(maximum of 5 min per wanted pod − 0.7) × 2', -1.4, 6),
    field('loadMax15m', '(maximum of 15 min per wanted pod − 0.7) × 2', -1.4, 6),
    field('loadVariation5m', 'standard deviation ÷ mean of 5 min × 3', 0, 3),
    field('loadForecast', '(forecast of one lead time per wanted pod − 0.7) × 2', -2, 6),
    field('loadTrend', 'forecast growth in one lead time ÷ load', -2, 2),
  ],
  write({ estimates, pods }, out, at) {
    const { load, level, trend, leadSteps } = estimates;
    out[at] = clamp(4 * lnChange(estimates, 1), -3, 3);
    out[at + 1] = clamp(2 * lnChange(estimates, MINUTE_STEPS), -3, 3);
    out[at + 2] = clamp(lnChange(estimates, FIVE_MINUTES_STEPS), -3, 3);
    out[at + 3] = clamp(lnChange(estimates, QUARTER_HOUR_STEPS), -3, 3);
    out[at + 4] = centred(estimates.max5 / pods.count, 3);
    out[at + 5] = centred(estimates.max15 / pods.count, 3);
    out[at + 6] = clamp((estimates.deviation5 / Math.max(LEAST_LOAD, estimates.mean5)) * 3, 0, 3);
    out[at + 7] = centred((level + leadSteps * trend) / pods.count, 3);
    out[at + 8] = clamp((leadSteps * trend) / Math.max(1, load), -2, 2);
  },
};

/** What the load may rise to before a pod that is wanted now helps. */
const risk: Group = {
  fields: [
    field(
      'loadRise80',
      '(load + 80 % quantile of its rise in one lead time, per wanted pod − 0.7) × 2',
      -2,
      6,
    ),
    field(
      'loadRise95',
      '(load + 95 % quantile of its rise in one lead time, per wanted pod − 0.7) × 2',
      -2,
      6,
    ),
    field('loadRiseMax', '(load + greatest rise in one lead time of 1 h, per wanted pod − 0.7) × 2', -1.4, 6),
    field('loadRiseMean', 'mean absolute change in one lead time ÷ load × 3', 0, 3),
  ],
  write({ estimates, pods }, out, at) {
    const { load, rise80, rise95, riseMax, riseSize } = estimates;
    out[at] = centred((load + rise80.value) / pods.count, 3);
    out[at + 1] = centred((load + rise95.value) / pods.count, 3);
    out[at + 2] = centred((load + riseMax) / pods.count, 3);
    out[at + 3] = clamp((riseSize / Math.max(LEAST_LOAD, load)) * 3, 0, 3);
  },
};

/** By how much good rules would change the number of pods, relative to chance's √pods. */
const suggestions: Group = {
  fields: [
    field('predictiveSuggestion', '(pods suggested − pods) ÷ √(pods + 1)', -3, 3),
    field('peakSuggestion', '(pods for the maximum of 5 min − pods) ÷ √(pods + 1)', -3, 3),
    field('hpaSuggestion', '(pods suggested − pods) ÷ √(pods + 1)', -3, 3),
    field('meanSuggestion', '(pods for the mean of 15 min − pods) ÷ √(pods + 1)', -3, 3),
  ],
  write(view, out, at) {
    const { estimates, pods } = view;
    const { count } = pods;
    out[at] = suggestion(ruleFor(forecastLoad(estimates, RULE_TREND_GAIN)), count);
    out[at + 1] = suggestion(ruleFor(estimates.max5), count);
    out[at + 2] = suggestion(hpaRecommendation(view, HPA_TARGET, HPA_TOLERANCE), count);
    out[at + 3] = suggestion(ruleFor(estimates.mean15), count);
  },
};

/** How soon an action shows, how long ago the last ones were, and what a violation costs. */
const setting: Group = {
  fields: [
    field('sinceUp', 'exp(−seconds since the last scale-up ÷ 120)', 0, 1),
    field('sinceDown', 'exp(−seconds since the last scale-down ÷ 120)', 0, 1),
    field('sinceDownSlow', 'exp(−seconds since the last scale-down ÷ 400)', 0, 1),
    field('startup', 'seconds ÷ 45 − 1.2', -1.2, 3),
    field('metricWindow', 'control steps of 15 s − 3', -2, 5),
    field('metricLag', 'control steps of 15 s × 2 − 1', -1, 7),
    field('violationPrice', 'ln(pods per violated pod of load), ±1 at 2 and 100', -2, 2),
  ],
  write({ pods, domain, seconds }, out, at, violationPrice) {
    out[at] = Math.exp((pods.lastUpSeconds - seconds) / 120);
    out[at + 1] = Math.exp((pods.lastDownSeconds - seconds) / 120);
    out[at + 2] = Math.exp((pods.lastDownSeconds - seconds) / 400);
    out[at + 3] = clamp(pods.startupEstimateSeconds / 45 - 1.2, -1.2, 3);
    out[at + 4] = domain.metricWindowSteps - 3;
    out[at + 5] = domain.metricLagSteps * 2 - 1;
    out[at + 6] = clamp(normalisedPrice(violationPrice), -2, 2);
  },
};

const GROUPS = [size, quality, history, risk, suggestions, setting];
const GROUP_NAMES = [
  'load and number of pods',
  'quality of service',
  'history of the load',
  'risk of a rise',
  'what rules would do',
  'timing and price',
];

/** The fields by what they tell together, for explanations: people do not think in 36 numbers. */
export const GROUPS_36 = GROUPS.map(({ fields }, index) => ({
  name: GROUP_NAMES[index] ?? '',
  fields: fields.map(({ name }) => name),
}));

/**
 * 36 numbers with which PPO beats a tuned HPA (research/rl-scaling): uncapped load relative to estimated capacity, its
 * history, quantiles of its rises, suggestions of good rules, timing, and the price of a violation. All around −1…1.
 */
export const observation36: ObservationSpec = {
  podChanges: [-2, -1, 0, 1, 2, 4],
  fields: GROUPS.flatMap(({ fields }) => fields),
  write(view, violationPrice, observation) {
    let at = 0;
    for (let index = 0; index < GROUPS.length; index++) {
      const group = GROUPS[index] as Group;
      group.write(view, observation, at, violationPrice);
      at += group.fields.length;
    }
  },
};

/** Loads per pod around the usual utilisation, doubled; cut far below and `most` above it. */
function centred(loadPerPod: number, most: number): number {
  return clamp(loadPerPod - CENTRE, -1, most) * 2;
}

function lnChange(estimates: ScaleEstimates, steps: number): number {
  return Math.log(Math.max(estimates.load, LEAST_LOAD) / Math.max(estimates.loadAgo(steps), LEAST_LOAD));
}

function ruleFor(load: number): number {
  return podsFor(load, RULE_TARGET, RULE_SAFETY);
}

function suggestion(wanted: number, pods: number): number {
  return clamp((wanted - pods) / Math.sqrt(pods + 1), -3, 3);
}
