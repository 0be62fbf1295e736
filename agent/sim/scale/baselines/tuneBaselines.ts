import { createScaleEnv, type ScaleEnv } from '../scaleEnv';
import { costAt } from '../sloCost';
import { runScaleBaseline, type ScaleBaseline } from './baseline';
import { type ClairvoyantSettings, clairvoyant } from './clairvoyant';
import { type HpaSettings, hpa } from './hpa';
import type { PerPrice } from './perPrice';
import { type PredictiveSettings, predictive } from './predictive';
import { type QuantileSettings, quantileRule } from './quantile';
import { TUNED_CLAIRVOYANT, TUNED_HPA, TUNED_PREDICTIVE, TUNED_QUANTILE } from './tuned';

/** Of a violation, from cheap to dear; see violationPrice.ts. */
export const TUNED_PRICES: readonly number[] = [5, 20, 80];

export interface Tuning<Settings> {
  violationPrice: number;
  /** The best of the grid. */
  settings: Settings;
  /** Mean of J(W) ÷ (1 + mean load) over the episodes that it was chosen by: it has had luck with them. */
  searchScore: number;
  /** The same over other episodes. */
  score: number;
  /** Of the settings that are shipped, over those other episodes. */
  shippedScore: number;
}

/** `episodes` to choose by begin with `seed`; `judgeEpisodes` that come after them tell how good the choice is. */
export interface TuningBudget {
  /** All below `FIRST_HELD_OUT_SEED`. */
  seed: number;
  episodes: number;
  judgeEpisodes: number;
}

/** Looks through a grid of settings of each rule, for each price, on all families of load with all domains. @param options of the env */
export function tuneBaselines(budget: TuningBudget, options: unknown = {}) {
  const env = createScaleEnv(options);
  return {
    hpa: tune(env, HPA_GRID, TUNED_HPA, (settings) => hpa('hpa', () => settings), budget),
    predictive: tune(
      env,
      PREDICTIVE_GRID,
      TUNED_PREDICTIVE,
      (settings) => predictive('predictive', () => settings),
      budget,
    ),
    quantile: tune(
      env,
      QUANTILE_GRID,
      TUNED_QUANTILE,
      (settings) => quantileRule('quantile', () => settings),
      budget,
    ),
    clairvoyant: tune(
      env,
      CLAIRVOYANT_GRID,
      TUNED_CLAIRVOYANT,
      (settings) => clairvoyant('clairvoyant', () => settings),
      budget,
    ),
  };
}

const HPA_GRID: readonly HpaSettings[] = grid({
  target: [0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9],
  tolerance: [0.02, 0.05, 0.1],
  downWindowSeconds: [120, 300, 600, 900, 1800],
});

const PREDICTIVE_GRID: readonly PredictiveSettings[] = grid({
  target: [0.9, 1],
  safety: [0, 0.5, 1, 2, 3],
  trendGain: [0, 0.6, 1],
  tolerance: [0.05, 0.1],
  downWindowSeconds: [60, 180, 600],
});

const QUANTILE_GRID: readonly QuantileSettings[] = grid({
  quantile: [80, 95] as const,
  target: [0.8, 0.9, 1],
  safety: [0, 0.5, 1, 1.5, 2, 3, 4],
  downWindowSeconds: [0, 60, 180, 300, 600],
});

const CLAIRVOYANT_GRID: readonly ClairvoyantSettings[] = grid({
  target: [0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1],
  safety: [0, 0.25, 0.5, 0.75, 1, 1.5, 2],
  downSeconds: [0, 60, 120, 240, 600],
});

/** All combinations of the values. */
function grid<Settings extends object>(
  values: {
    [Key in keyof Settings]: readonly Settings[Key][];
  },
): Settings[] {
  let combinations: object[] = [{}];
  for (const [key, choices] of Object.entries(values) as [string, readonly unknown[]][]) {
    combinations = combinations.flatMap((rest) => choices.map((choice) => ({ ...rest, [key]: choice })));
  }
  return combinations as Settings[];
}

function tune<Settings>(
  env: ScaleEnv,
  candidates: readonly Settings[],
  shipped: PerPrice<Settings>,
  baselineOf: (settings: Settings) => ScaleBaseline,
  { seed, episodes, judgeEpisodes }: TuningBudget,
): Tuning<Settings>[] {
  const scored = candidates.map((settings) => ({
    settings,
    scores: meanScores(env, baselineOf(settings), seed, episodes),
  }));
  const judge = (settings: Settings) => meanScores(env, baselineOf(settings), seed + episodes, judgeEpisodes);
  return TUNED_PRICES.map((violationPrice, index) => {
    const at = (scores: readonly number[]) => scores[index] as number;
    const { settings, scores } = scored.reduce((best, next) =>
      at(next.scores) < at(best.scores) ? next : best,
    );
    return {
      violationPrice,
      settings,
      searchScore: at(scores),
      score: at(judge(settings)),
      shippedScore: at(judge(shipped.nearest(violationPrice))),
    };
  });
}

/** By price. What a rule does does not depend on it, so that one run of the episodes tells the costs at all prices. */
function meanScores(env: ScaleEnv, baseline: ScaleBaseline, seed: number, episodes: number): number[] {
  const sums = TUNED_PRICES.map(() => 0);
  for (let episode = 0; episode < episodes; episode++) {
    const info = runScaleBaseline(env, baseline, seed + episode);
    for (const [index, price] of TUNED_PRICES.entries()) {
      sums[index] = (sums[index] as number) + costAt(info, price) / (1 + (info.meanLoad as number));
    }
  }
  return sums.map((sum) => sum / episodes);
}
