import { setImmediate } from 'node:timers/promises';
import type { Calibration } from '../../protocol';
import { createEngine } from '../../rl/engine/engines';
import { FIRST_HELD_OUT_SEED } from '../../rl/env/env';
import { predictive } from '../../sim/scale/baselines/predictive';
import { quantileRule } from '../../sim/scale/baselines/quantile';
import { TUNED_PREDICTIVE, TUNED_QUANTILE } from '../../sim/scale/baselines/tuned';
import { CONTROL_STEP_SECONDS } from '../../sim/scale/units';
import { adviceReason, adviceText } from './adviceText';
import type { CurrentHpa } from './currentHpa';
import type { Fit } from './fit';
import { frontierOf, type JudgedArm } from './frontier';
import { hpaRule } from './hpaRule';
import type { Judged } from './intervals';
import { type LearnedCandidate, learnedArm } from './learnedArms';
import { hoursOf, type Load, thinnedLoad } from './load';
import { countedSteps, type Passage, SEGMENTS, type Split, segmentCount, splitLoad } from './passages';
import { hpaManifest, type PatchTarget, type Steerer, steeringPatch } from './patch';
import { type CalibrationArm, type Deployment, Player } from './player';
import { type Advice, recommend } from './recommend';
import { describeHpa, hpaBehaviourAt, hpaTuning, OTHER_TUNINGS, ruleOf } from './rules';
import { looksOf, type Tuned, type TuningBudget, tuneRule } from './tune';

/** All that a calibration needs to know; it asks nobody else. */
export interface CalibrationTask {
  id: string;
  workloadId: string | null;
  title: string;
  source: { kind: 'prometheus' | 'trace'; text: string };
  load: Load;
  fit: Fit;
  fitErrors: Calibration['fit']['errors'];
  current: CurrentHpa;
  deployment: Deployment;
  target: PatchTarget;
  podPricePerHour: number | null;
  violationPrice: number;
  learned: readonly LearnedCandidate[];
  /** Trains another one on the part that tunes; absent where that is not asked for. */
  fineTune?:
    | ((part: Load, onProgress: (share: number) => void) => Promise<LearnedCandidate | null>)
    | undefined;
  warnings: readonly string[];
}

export interface CalibrationRun {
  budget?: CalibrationBudget;
  /** Wall time. */
  nowMs(): number;
  onProgress(step: string, done: number, total: number): void;
  /** @throws its reason */
  signal: AbortSignal;
}

export interface CalibrationBudget {
  initial: number;
  perPrice: number;
  /** Paired seeds that every arm is judged on; a short load gets more. */
  judgeSeeds: number;
}

/** Two cores are done with it in less than a minute. */
const USUAL_BUDGET: CalibrationBudget = { initial: 12, perPrice: 8, judgeSeeds: 10 };
/** Around the one that was asked for: 2, 5, 20 and 80 at the usual 20. */
const PRICE_FACTORS = [0.1, 0.25, 1, 4] as const;
const ASKED_PRICE = 2;
const FIRST_TUNING_SEED = 1000;
/** Control steps that should be played of each arm, or setting, for chance not to decide. */
const LEAST_JUDGED_STEPS = 6000;
const LEAST_TUNED_STEPS = 4000;
const MOST_SEEDS = 40;
const LEAST_TUNING_SEEDS = 2;
/** Of the progress, beside one for each setting that is looked at. */
const JUDGING_UNITS = 60;
const TRAINING_UNITS = 100;

/**
 * The answer to "does learning pay here?": tunes the rules on the first part of the load, lets every arm play the rest,
 * and recommends by what is beyond doubt there.
 *
 * @throws what ends it: the signal's reason, or CoxswainError of the training
 */
export async function runCalibration(task: CalibrationTask, run: CalibrationRun): Promise<Calibration> {
  const startedMs = run.nowMs();
  const { load, deployment, violationPrice, target, podPricePerHour } = task;
  const prices = PRICE_FACTORS.map((factor) => Number((factor * violationPrice).toPrecision(6)));
  const split = splitLoad(load);
  const player = new Player(load, deployment);
  const progress = progressOf(task, run, prices);
  const tuned = await tuneAll(task, run, { prices, split, player, progress });
  const learned = [...task.learned, ...(await fineTuned(task, split, progress))];
  const arms = await judgeAll(task, run, { prices, split, player, progress, tuned, learned });
  const frontiers = new Map(arms.map((arm) => [arm.name, frontierOf(arm, prices, podPricePerHour)]));
  const advice = recommend(arms, frontiers, prices, ASKED_PRICE);
  const hpaTuned = hpaBehaviourAt(tuned[0]?.points[ASKED_PRICE] ?? {});
  return {
    id: task.id,
    workloadId: task.workloadId,
    title: task.title,
    atMs: run.nowMs(),
    tookSeconds: (run.nowMs() - startedMs) / 1000,
    source: {
      ...task.source,
      tunedOnHours: hoursOf(load.subarray(0, split.boundary)),
      judgedOnHours: hoursOf(load.subarray(split.boundary)),
    },
    fit: { parameters: [...task.fit.parameters], errors: task.fitErrors, text: task.fit.text },
    load: thinnedLoad(load, 300),
    arms: arms.map((arm) => ({
      name: arm.name,
      title: arm.title,
      role: arm.role,
      points: frontiers.get(arm.name) ?? [],
      settings: [...arm.settings],
    })),
    recommendation: {
      arm: advice.arm.name,
      violationPrice,
      text: adviceText(advice, task.title, violationPrice),
      reason: adviceReason(advice),
      patch: patchOf(advice),
    },
    warnings: [...task.warnings, ...task.fit.warnings, ...task.current.warnings, ...shortnessOf(split)],
  };

  function patchOf({ arm, fallback }: Advice): string | null {
    if (arm.role === 'current') return null;
    if (arm.role === 'tuned-hpa') return hpaManifest(target, hpaTuned);
    // Without an autoscaler there is nothing to take over, nor to hand back to.
    const ownHpa = task.current.autoscaler === null ? task.current.behaviour : null;
    const hpa = fallback.role === 'tuned-hpa' ? hpaTuned : ownHpa;
    return steeringPatch(target, hpa, { violationPrice, steerer: steererOf(arm.name, learned, tuned) });
  }
}

/** Intervals over a few stretches are narrower than what another day would show. */
function shortnessOf({ judge }: Split): string[] {
  const count = segmentCount(judge);
  if (count >= SEGMENTS) return [];
  const minutes = Math.round((countedSteps(judge) * CONTROL_STEP_SECONDS) / 60);
  return [
    `Only ${minutes} min of load judged, in ${count} stretches: the intervals say little of other hours and days. Calibrate on a day or more before you rely on it.`,
  ];
}

function steererOf(name: string, learned: readonly LearnedCandidate[], tuned: readonly Tuned[]): Steerer {
  const candidate = learned.find((own) => own.name === name);
  if (candidate) return { kind: 'learned', promote: candidate.promote };
  const own = tuned.find(({ rule }) => rule.name === name);
  const rule = own?.rule.configOf?.(own.points[ASKED_PRICE] ?? {});
  return rule ? { kind: 'tuned-rule', rule } : { kind: 'rule', name };
}

/** Tells how far it is, and ends it where that is wanted. */
type Progress = (step: string, units: number) => void;

interface Stage {
  prices: readonly number[];
  split: Split;
  player: Player;
  progress: Progress;
}

function progressOf(task: CalibrationTask, run: CalibrationRun, prices: readonly number[]): Progress {
  const { initial, perPrice } = run.budget ?? USUAL_BUDGET;
  const rules = [hpaTuning(task.target.setsTolerance), ...OTHER_TUNINGS];
  const looks = rules.reduce((sum, rule) => sum + looksOf(rule, prices, { initial, perPrice, seeds: [] }), 0);
  const total = looks + JUDGING_UNITS + (task.fineTune ? TRAINING_UNITS : 0);
  let done = 0;
  return (step, units) => {
    run.signal.throwIfAborted();
    done = Math.min(total, done + units);
    run.onProgress(step, Math.floor(done), total);
  };
}

async function tuneAll(
  { target }: CalibrationTask,
  run: CalibrationRun,
  { prices, split, player, progress }: Stage,
): Promise<Tuned[]> {
  const { initial, perPrice } = run.budget ?? USUAL_BUDGET;
  const seeds = seedsFor(split.tune, LEAST_TUNED_STEPS, LEAST_TUNING_SEEDS, FIRST_TUNING_SEED);
  const budget: TuningBudget = { initial, perPrice, seeds };
  const tuned: Tuned[] = [];
  for (const rule of [hpaTuning(target.setsTolerance), ...OTHER_TUNINGS]) {
    const onLook = () => progress(`tuning: ${rule.title}`, 1);
    tuned.push(await tuneRule(rule, prices, player, split.tune, budget, onLook));
  }
  return tuned;
}

async function fineTuned(
  { fineTune, load }: CalibrationTask,
  { boundary }: Split,
  progress: Progress,
): Promise<LearnedCandidate[]> {
  if (!fineTune) return [];
  let told = 0;
  const candidate = await fineTune(load.subarray(0, boundary), (share) => {
    progress('fine-tuning on this load', TRAINING_UNITS * (share - told));
    told = share;
  });
  return candidate ? [candidate] : [];
}

/** What is judged: how an arm plays at each price. */
interface Contestant extends Omit<JudgedArm, 'judged'> {
  armAt(price: number, index: number): CalibrationArm;
  /** Those of equal keys play alike, and are played once. */
  keyAt(price: number, index: number): string;
}

async function judgeAll(
  task: CalibrationTask,
  run: CalibrationRun,
  stage: Stage & { tuned: readonly Tuned[]; learned: readonly LearnedCandidate[] },
): Promise<JudgedArm[]> {
  const { prices, split, player, progress } = stage;
  const engine = createEngine('wasm');
  const opened = stage.learned.map((candidate) => ({ candidate, ...learnedArm(candidate, engine) }));
  const learned = opened.map(({ candidate, arm }) => learnedContestant(candidate, arm));
  const contestants = [...ruleContestants(task, stage.tuned), ...learned, boundContestant(stage.tuned)];
  const { judgeSeeds } = run.budget ?? USUAL_BUDGET;
  const seeds = seedsFor(split.judge, LEAST_JUDGED_STEPS, judgeSeeds, FIRST_HELD_OUT_SEED);
  const units = JUDGING_UNITS / (contestants.length * prices.length);
  try {
    const arms: JudgedArm[] = [];
    for (const { armAt, keyAt, ...own } of contestants) {
      const played = new Map<string, Judged>();
      const judged: Judged[] = [];
      for (const [index, price] of prices.entries()) {
        const key = keyAt(price, index);
        const result = played.get(key) ?? (await play(armAt(price, index), price));
        played.set(key, result);
        judged.push(result);
        progress(`judging: ${own.title}`, units);
      }
      arms.push({ ...own, judged });
    }
    return arms;
  } finally {
    for (const { dispose } of opened) dispose();
  }

  async function play(arm: CalibrationArm, price: number): Promise<Judged> {
    const judged: Judged[number][] = [];
    for (const seed of seeds) {
      run.signal.throwIfAborted();
      judged.push(player.play(arm, split.judge, seed, price));
      await setImmediate();
    }
    return judged;
  }
}

function ruleContestants({ current }: CalibrationTask, tuned: readonly Tuned[]): Contestant[] {
  const [hpa, ...others] = tuned;
  const shipped = { isCandidate: true, role: 'rule' as const, keyAt: (price: number) => String(price) };
  return [
    {
      name: 'hpa-current',
      title: current.autoscaler ? 'HPA as it is' : 'Default HPA',
      role: 'current',
      isCandidate: true,
      settings: [describeHpa(current.behaviour)],
      keyAt: () => '',
      armAt: () => ruleOf(hpaRule('hpa-current', current.behaviour), false),
    },
    ...(hpa ? [tunedContestant(hpa, 'tuned-hpa', true)] : []),
    {
      ...shipped,
      name: 'predictive',
      title: 'Predictive rule',
      settings: ['as it comes with Coxswain'],
      armAt: (price) =>
        ruleOf(
          predictive('predictive', () => TUNED_PREDICTIVE.nearest(price)),
          true,
        ),
    },
    {
      ...shipped,
      name: 'quantile',
      title: 'Quantile rule',
      settings: ['as it comes with Coxswain'],
      armAt: (price) =>
        ruleOf(
          quantileRule('quantile', () => TUNED_QUANTILE.nearest(price)),
          true,
        ),
    },
    ...others.filter(({ rule }) => rule.configOf !== null).map((own) => tunedContestant(own, 'rule', true)),
  ];
}

function boundContestant(tuned: readonly Tuned[]): Contestant {
  const bound = tuned.find(({ rule }) => rule.name === 'clairvoyant');
  if (bound) return tunedContestant(bound, 'bound', false);
  throw new RangeError('the bound was not tuned');
}

function tunedContestant({ rule, points }: Tuned, role: JudgedArm['role'], isCandidate: boolean): Contestant {
  return {
    name: rule.name,
    title: rule.title,
    role,
    isCandidate,
    settings: points.map((point) => rule.describe(point)),
    keyAt: (_, index) => JSON.stringify(points[index]),
    armAt: (_, index) => ruleOf(rule.baselineOf(points[index] ?? {}), rule.isPaced),
  };
}

function learnedContestant({ name, title }: LearnedCandidate, arm: CalibrationArm): Contestant {
  return {
    name,
    title,
    role: 'learned',
    isCandidate: true,
    settings: [],
    keyAt: (price) => String(price),
    armAt: () => arm,
  };
}

function seedsFor(passages: readonly Passage[], leastSteps: number, least: number, first: number): number[] {
  const wanted = Math.ceil(leastSteps / Math.max(1, countedSteps(passages)));
  const count = Math.min(MOST_SEEDS, Math.max(least, wanted));
  return Array.from({ length: count }, (_, index) => first + index);
}
