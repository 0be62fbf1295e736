import * as z from 'zod';
import { SCENARIO_NAMES } from '../../sim/canary/scenario';
import { LEVEL_NAMES } from './trafficLevels';

/** How a release ended; `undecided` where a person has to decide at the time limit. */
export const Verdict = z.enum(['promoted', 'rolled-back', 'undecided']);
export type Verdict = z.output<typeof Verdict>;

/** A figure with its 95 % interval. */
const Figure = z.strictObject({ mean: z.number(), low: z.number(), high: z.number() });
/** Null where there was no release to take it from. */
const MaybeFigure = Figure.nullable();
/** Of single releases, in minutes. */
const Spread = z.strictObject({ median: z.number(), p90: z.number() }).nullable();
const count = z.number().int().min(0);

/** `rule` and `learned` are what people release by; `comparison` is what nobody would: nothing, chance. */
export const ArmRole = z.enum(['comparison', 'rule', 'learned']);
export type ArmRole = z.output<typeof ArmRole>;

/** What an arm does with some releases. Shares have exact intervals, means those of a stratified bootstrap. */
const ReleaseFigures = z.strictObject({
  healthy: count,
  bad: count,
  /** Of the bad ones: promoted, promoted while they already did harm, without a verdict. */
  falsePromotion: MaybeFigure,
  falsePromotionActive: MaybeFigure,
  undecidedBad: MaybeFigure,
  /** Of the healthy ones: rolled back, without a verdict. */
  falseRollback: MaybeFigure,
  undecidedHealthy: MaybeFigure,
  undecided: MaybeFigure,
  /** Of a bad one, until its verdict: harm-seconds, and requests that the canary got while it did harm. */
  harmSeconds: MaybeFigure,
  exposedRequests: MaybeFigure,
  /** From the start to the right verdict. */
  promoteMinutes: Spread,
  rollbackMinutes: Spread,
});
export type ReleaseFigures = z.output<typeof ReleaseFigures>;

const LevelFigures = z.strictObject({
  level: z.enum(LEVEL_NAMES),
  figures: ReleaseFigures,
  /** Of releases with nothing to tell by: promoted. Null at the other levels. */
  unproved: MaybeFigure,
  /** Releases whose errors are so great and steady that they have to be rolled back soon; null where none are promised. */
  prompt: z
    .strictObject({
      leastErrorShare: z.number(),
      withinMinutes: z.number(),
      /** Rolled back in that time since the harm was whole. */
      share: MaybeFigure,
      /** Of that time, those that never were counted as infinite; null where that is the p90. */
      p90Minutes: z.number().nullable(),
    })
    .nullable(),
});
export type LevelFigures = z.output<typeof LevelFigures>;

/** Against another arm in the same releases, at all levels with traffic. */
const Against = z
  .strictObject({
    /** Harm-seconds of bad releases over those of the other arm. */
    harmSeconds: MaybeFigure,
    /** Shares minus those of the other arm. */
    falsePromotion: MaybeFigure,
    falseRollback: MaybeFigure,
    undecided: MaybeFigure,
  })
  .nullable();
export type Against = z.output<typeof Against>;

/** What is told of one scenario at one level: numbers of releases, means of the bad ones, minutes of right verdicts. */
export const CELL_COLUMNS = [
  'healthy',
  'bad',
  'falsePromotions',
  'falsePromotionsActive',
  'undecidedBad',
  'falseRollbacks',
  'undecidedHealthy',
  /** Of what nobody can tell. */
  'promotedUnproved',
  'harmSeconds',
  'exposedRequests',
  'promoteMedianMinutes',
  'promoteP90Minutes',
  'rollbackMedianMinutes',
  'rollbackP90Minutes',
] as const;
/** Null where there was no release to take it from. */
export type CellFigures = Readonly<Record<(typeof CELL_COLUMNS)[number], number | null>>;

const ScenarioFigures = z.strictObject({
  scenario: z.enum(SCENARIO_NAMES),
  falsePromotion: MaybeFigure,
  falseRollback: MaybeFigure,
  undecided: MaybeFigure,
  harmSeconds: MaybeFigure,
});
export type ScenarioFigures = z.output<typeof ScenarioFigures>;

/** What the evaluation says of one arm. */
export const CanaryArmResult = z.strictObject({
  name: z.string(),
  title: z.string(),
  /** One line: what it does. */
  describe: z.string(),
  role: ArmRole,
  /** Who promotes and rolls back. */
  verdict: z.enum(['tests', 'policy']),
  /** Trainings of the policy; 1 for what does not learn. */
  runs: z.number().int().min(1),
  /** Of all levels with traffic. */
  all: ReleaseFigures,
  levels: z.array(LevelFigures),
  /** Over all levels. */
  scenarios: z.array(ScenarioFigures),
  /** By cell, in the order of the result’s: values of `cellColumns`. */
  cells: z.array(z.array(z.number().nullable())),
  /** Against the same tests with fixed steps, and with the rule's pace; null of themselves. */
  toFixedPace: Against,
  toRulePace: Against,
});
export type CanaryArmResult = z.output<typeof CanaryArmResult>;

/** A whole evaluation, as `--format json` prints it. The same seeds give the same bytes: there is no time in it. */
export const CanaryResult = z.strictObject({
  /** Independent blocks. */
  seeds: z.number().int().min(1),
  /** Of each scenario at each level on each seed; each is a release. */
  episodesPerSeed: z.number().int().min(1),
  firstSeed: z.number().int(),
  /** After which a release is handed to a person. */
  limitMinutes: z.number(),
  cells: z.array(z.strictObject({ scenario: z.enum(SCENARIO_NAMES), level: z.enum(LEVEL_NAMES) })),
  cellColumns: z.array(z.enum(CELL_COLUMNS)),
  arms: z.array(CanaryArmResult),
});
export type CanaryResult = z.output<typeof CanaryResult>;

/** @param row of an arm's `cells`, with a value for each of `CELL_COLUMNS` */
export function cellFigures(row: readonly (number | null)[]): CellFigures {
  const entries = CELL_COLUMNS.map((column, index) => [column, row[index] ?? null]);
  return Object.fromEntries(entries);
}
