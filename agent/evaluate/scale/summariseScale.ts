import type { Interval } from '../../rl/policy/policyModel';
import { interquartileInterval, interquartileMean, quantile } from '../statistics';
import { type Sample, shareInterval, stratifiedInterval } from '../stratified';
import type { EpisodeRecord } from './episodeRecord';
import { frontierOf, matchedIntervals } from './frontier';
import { costOf, type Day, daysOf, type PlayedArm, recordAt } from './playedDays';
import { JUDGED_PRICES, MIDDLE_PRICE } from './playScale';
import type { PriceFigures, ScaleArmResult, WorkloadFigures } from './scaleResult';
import { CLAIRVOYANT_ARM, PREDICTIVE_ARM, QUANTILE_ARM, REFERENCE_ARM } from './scaleRules';

const BOOTSTRAP_SEED = 1;
const NO_INTERVAL: Interval = { mean: 0, low: 0, high: 0 };

/** The days of the arms that all others are compared with. */
interface References {
  hpa: readonly Day[];
  clairvoyant: readonly Day[];
  /** Null where it is not played. */
  predictive: readonly Day[] | null;
  quantile: readonly Day[] | null;
}

/** @throws RangeError where the tuned HPA or the clairvoyant was not played */
export function summariseScale(played: readonly PlayedArm[], workloads: readonly string[]): ScaleArmResult[] {
  const find = (name: string) => {
    const arm = played.find((each) => each.name === name);
    return arm ? daysOf(arm, workloads) : null;
  };
  const hpa = find(REFERENCE_ARM);
  const clairvoyant = find(CLAIRVOYANT_ARM);
  if (!hpa || !clairvoyant) throw new RangeError('the tuned HPA and the clairvoyant have to be played');
  const references = { hpa, clairvoyant, predictive: find(PREDICTIVE_ARM), quantile: find(QUANTILE_ARM) };
  return played.map((arm) => summariseArm(arm, workloads, references));
}

function summariseArm(arm: PlayedArm, workloads: readonly string[], references: References): ScaleArmResult {
  const days = daysOf(arm, workloads);
  const { name, title, describe, role, runs } = arm;
  const asked = [...new Set(days.flatMap(({ byPrice }) => [...byPrice.keys()]))].filter((w) => w !== null);
  const prices = asked.length === 0 ? [MIDDLE_PRICE] : asked.sort((a, b) => a - b);
  return {
    name,
    title,
    describe,
    role,
    runs: runs.length,
    prices: JUDGED_PRICES.map((price) => priceFigures(days, prices, price, workloads, references)),
    workloads: workloads.map((_, index) => workloadFigures(days, index, workloads, references)),
    frontier: frontierOf(days, prices),
    reaction: reactionOf(arm),
    confidence: confidenceOf(days),
  };
}

function priceFigures(
  days: readonly Day[],
  prices: readonly number[],
  price: number,
  workloads: readonly string[],
  { hpa, clairvoyant, predictive, quantile: quantileRule }: References,
): PriceFigures {
  const ratios = ratiosTo(days, hpa, price);
  const byWorkload = workloads.map((workload, index) => ({
    workload,
    toHpa: interquartileMean(ratios.filter((_, day) => days[day]?.workload === index)),
  }));
  const pooled = (
    value: (record: EpisodeRecord) => number,
    weight: (record: EpisodeRecord) => number = () => 1,
  ) => stratifiedInterval(samplesOf(days, price, value, weight), 'pooled') ?? NO_INTERVAL;
  const requests = ({ meanLoad }: EpisodeRecord) => meanLoad;
  return {
    violationPrice: price,
    toHpa: intervalOver(days, ratios),
    toPredictive: predictive && intervalOver(days, ratiosTo(days, predictive, price)),
    toQuantile: quantileRule && intervalOver(days, ratiosTo(days, quantileRule, price)),
    regret: shifted(intervalOver(days, ratiosTo(days, clairvoyant, price)), -1),
    violatedShare: pooled(({ violatedShare, meanLoad }) => violatedShare * meanLoad, requests),
    failedShare: pooled(({ failedShare, meanLoad }) => failedShare * meanLoad, requests),
    meanPods: pooled(({ meanPods }) => meanPods),
    utilisation: pooled(({ utilisation }) => utilisation),
    latencyP95Seconds: pooled(({ latencyP95Seconds, meanLoad }) => latencyP95Seconds * meanLoad, requests),
    actionsPerHour: pooled(({ actionsPerHour }) => actionsPerHour),
    actionsToHpa: stratifiedInterval(
      days.map((day, index) => ({
        ...placeOf(day),
        value: recordAt(day, price).actionsPerHour,
        weight: recordAt(partner(hpa, index), price).actionsPerHour,
      })),
      'pooled',
    ),
    better:
      shareInterval(
        days.map((day, index) => {
          const ratio = ratios[index] as number;
          return { ...placeOf(day), value: ratio < 1 ? 1 : ratio > 1 ? 0 : 0.5, weight: 1 };
        }),
      ) ?? NO_INTERVAL,
    worst: byWorkload.reduce((worst, next) => (next.toHpa > worst.toHpa ? next : worst)),
    ...matchedIntervals(days, prices, hpa, price),
  };
}

function workloadFigures(
  all: readonly Day[],
  index: number,
  workloads: readonly string[],
  { hpa }: References,
): WorkloadFigures {
  const days = all.filter(({ workload }) => workload === index);
  const theirs = hpa.filter(({ workload }) => workload === index);
  const mean = (of: (record: EpisodeRecord) => number) =>
    days.reduce((sum, day) => sum + of(recordAt(day, MIDDLE_PRICE)), 0) / days.length;
  return {
    workload: workloads[index] ?? '',
    toHpa: JUDGED_PRICES.map((price) => intervalOver(days, ratiosTo(days, theirs, price))),
    violatedShare:
      mean(({ violatedShare, meanLoad }) => violatedShare * meanLoad) / mean(({ meanLoad }) => meanLoad),
    meanPods: mean(({ meanPods }) => meanPods),
    actionsPerHour: mean(({ actionsPerHour }) => actionsPerHour),
  };
}

/** Day by day. */
function ratiosTo(days: readonly Day[], theirs: readonly Day[], price: number): number[] {
  return days.map((day, index) => costOf(day, price) / costOf(partner(theirs, index), price));
}

/** References have one training, whose days come again for each of ours. */
function partner(theirs: readonly Day[], index: number): Day {
  return theirs[index % theirs.length] as Day;
}

/** The interquartile mean over loads × seeds, stratified by load. */
function intervalOver(days: readonly Day[], values: readonly number[]): Interval {
  const strata = Map.groupBy(values.keys(), (index) => days[index]?.workload);
  return interquartileInterval(
    [...strata.values()].map((indices) => indices.map((index) => values[index] as number)),
    BOOTSTRAP_SEED,
  );
}

function shifted({ mean, low, high }: Interval, by: number): Interval {
  return { mean: mean + by, low: low + by, high: high + by };
}

function samplesOf(
  days: readonly Day[],
  price: number,
  value: (record: EpisodeRecord) => number,
  weight: (record: EpisodeRecord) => number,
): Sample[] {
  return days.map((day) => {
    const record = recordAt(day, price);
    return { ...placeOf(day), value: value(record), weight: weight(record) };
  });
}

function placeOf({ run, block, workload }: Day): Pick<Sample, 'run' | 'block' | 'stratum'> {
  return { run, block, stratum: workload };
}

function reactionOf({ runs }: PlayedArm): ScaleArmResult['reaction'] {
  const seconds = runs
    .flatMap((blocks) => blocks.map(({ reactionSeconds }) => reactionSeconds))
    .filter((value) => value !== null)
    .sort((a, b) => a - b);
  if (seconds.length === 0) return null;
  return { median: quantile(seconds, 0.5), p95: quantile(seconds, 0.95) };
}

function confidenceOf(days: readonly Day[]): ScaleArmResult['confidence'] {
  const sum = { decisions: 0, sure: 0, changes: 0, sureChanges: 0 };
  for (const { byPrice } of days) {
    for (const record of byPrice.values()) {
      sum.decisions += record.decisions;
      sum.sure += record.sure;
      sum.changes += record.changes;
      sum.sureChanges += record.sureChanges;
    }
  }
  if (sum.decisions === 0) return null;
  return { sure: sum.sure / sum.decisions, sureChanges: sum.sureChanges / Math.max(1, sum.changes) };
}
