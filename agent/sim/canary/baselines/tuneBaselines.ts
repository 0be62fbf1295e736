import { runBaseline } from '../../baseline';
import { Random } from '../../random';
import { type CanaryEnv, createCanaryEnv } from '../canaryEnv';
import { type ArgoSettings, argo } from './argo';
import { type FlaggerSettings, flagger } from './flagger';
import type { ReleaseRule } from './releaseRule';
import { type SearchBudget, type SettingsSpace, searchSettings } from './searchSettings';

/**
 * `episodes` to search by begin with `seed`; `finalEpisodes` after them choose among the best ten, and as many after
 * those tell how good the choice is. All are below `FIRST_HELD_OUT_SEED`.
 */
export interface TuningBudget extends SearchBudget {
  seed: number;
  episodes: number;
  finalEpisodes: number;
}

/** Scores are means of the env's objective, which are costs: below 0. */
export interface Tuning<Settings> {
  settings: Settings;
  /** Settings that were tried. */
  tried: number;
  /** Of what was found, and of the usual settings, over releases of neither choice. */
  judged: number;
  usual: number;
}

const FINALISTS = 10;

/**
 * Looks for the settings of the rules of Flagger and Argo with the greatest mean objective of the env, in which they
 * own the verdict. @param options of the env
 */
export function tuneFlagger(
  budget: TuningBudget,
  usual: FlaggerSettings,
  options = {},
): Tuning<FlaggerSettings> {
  return tune(FLAGGER_SPACE, (settings) => flagger('flagger', settings), budget, usual, options);
}

export function tuneArgo(budget: TuningBudget, usual: ArgoSettings, options = {}): Tuning<ArgoSettings> {
  return tune(ARGO_SPACE, (settings) => argo('argo', settings), budget, usual, options);
}

const FLAGGER_SPACE: SettingsSpace<FlaggerSettings> = {
  leastSuccess: [0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.96, 0.97, 0.975, 0.98, 0.985, 0.99, 0.995],
  mostDurationSeconds: [0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8, 1, 1.3],
  threshold: [1, 2, 3, 4, 5, 7, 10, 15, 20, 30],
  interval: [1, 2, 3, 4, 6, 8, 10, 15, 20],
  stepWeight: [0.02, 0.05, 0.1, 0.2, 0.3, 0.5],
  maxWeight: [0.1, 0.2, 0.3, 0.5, 0.7, 0.9],
};

const ARGO_SPACE: SettingsSpace<ArgoSettings> = {
  successBelow: [0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.15, 0.2],
  failureFrom: [0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3],
  mostP95Ratio: [1.05, 1.1, 1.15, 1.2, 1.25, 1.3, 1.4, 1.5, 1.7, 2, 3],
  failureLimit: [0, 1, 2, 3, 5, 7, 10, 15, 20, 30],
  inconclusiveLimit: [0, 1, 2, 3, 5, 7, 10, 15, 20, 30, 60],
  interval: [1, 2, 3, 4, 6, 8, 10],
  window: [1, 2, 3, 4, 6, 8, 10, 15, 20, 30],
  stretch: [0.4, 0.6, 0.8, 1, 1.3, 1.6, 2, 2.4, 2.8],
};

function tune<Settings extends object>(
  space: SettingsSpace<Settings>,
  ruleOf: (settings: Settings) => ReleaseRule,
  { seed, episodes, finalEpisodes, ...budget }: TuningBudget,
  usual: Settings,
  options: object,
): Tuning<Settings> {
  const env = createCanaryEnv({ verdict: 'policy', ...options });
  const scoreOf = (settings: Settings, from: number, count: number) => {
    const rule = ruleOf(settings);
    let sum = 0;
    for (let episode = 0; episode < count; episode++) sum += playOut(env, rule, from + episode);
    return sum / count;
  };
  const finalSeed = seed + episodes;
  const found = searchSettings(space, (each) => scoreOf(each, seed, episodes), budget, new Random(seed));
  const finalists = found
    .slice(0, FINALISTS)
    .map(({ settings }) => ({ settings, score: scoreOf(settings, finalSeed, finalEpisodes) }));
  const { settings } = finalists.reduce((best, next) => (next.score > best.score ? next : best));
  const judge = (each: Settings) => scoreOf(each, finalSeed + finalEpisodes, finalEpisodes);
  return { settings, tried: found.length, judged: judge(settings), usual: judge(usual) };
}

/** @returns the sum of the objective */
function playOut(env: CanaryEnv, rule: ReleaseRule, seed: number): number {
  const { objective } = runBaseline<CanaryEnv>(env, rule, seed, (own, share) => own.routeTo(share));
  return objective as number;
}
