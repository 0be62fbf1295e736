import * as z from 'zod';
import { FAULT_NAMES } from '../../sim/heal/faults';
import { Remedy } from './episodeRecord';

/** How a workload's state reaches the decision: see the heal env's option of that name. */
export const Detection = z.enum(['events', 'averages']);
export type Detection = z.output<typeof Detection>;

/** A figure with its 95 % interval. */
const Figure = z.strictObject({ mean: z.number(), low: z.number(), high: z.number() });
/** Null where there was no episode to take it from. */
const MaybeFigure = Figure.nullable();
/** Of single episodes, in seconds. */
const Spread = z.strictObject({ median: z.number(), p95: z.number() }).nullable();

/**
 * `rule` and `learned` can steer; `bound` is what no controller can do (an oracle), `comparison` what nobody would let
 * steer: nothing, chance, a person.
 */
export const ArmRole = z.enum(['comparison', 'rule', 'learned', 'bound']);
export type ArmRole = z.output<typeof ArmRole>;

const FaultFigures = z.strictObject({
  fault: z.enum(FAULT_NAMES).nullable(),
  /** Seconds until recovery; null without a fault. */
  recovery: MaybeFigure,
  /** Over that of doing nothing. */
  ratio: MaybeFigure,
  withinSlo: MaybeFigure,
  /** Share of its episodes with an action that the recovery did not need, and with one that harmed. */
  unneeded: MaybeFigure,
  harmful: MaybeFigure,
});

const ReliabilityFigures = z.strictObject({
  bins: z.array(
    z.strictObject({
      from: z.number(),
      to: z.number(),
      count: z.number().int(),
      confidence: z.number().nullable(),
      helped: z.number().nullable(),
    }),
  ),
  count: z.number().int(),
  error: z.number().nullable(),
});

/** What the evaluation says of one arm. All times in seconds; `impactful` as in `HealResult`. */
export const HealArmResult = z.strictObject({
  name: z.string(),
  title: z.string(),
  /** One line: what it does. */
  describe: z.string(),
  role: ArmRole,
  /** Trainings of the policy; 1 for what does not learn. */
  runs: z.number().int().min(1),
  /** MTTR of faults that an agent can fix, of the impactful ones among them, and of those that only time heals. */
  fixable: MaybeFigure,
  impactful: MaybeFigure,
  timeOnly: MaybeFigure,
  /** Of single impactful episodes. */
  impactfulSpread: Spread,
  /** Impactful episodes at whose end the workload had not recovered; they count as if it had just then. */
  unrecovered: z.number().int().min(0),
  /** Its MTTR over that of doing nothing and of the tuned runbook in the same impactful episodes. */
  toDoNothing: MaybeFigure,
  toRunbook: MaybeFigure,
  timeOnlyToDoNothing: MaybeFigure,
  /** Probability that it recovers sooner than they do in an impactful episode; equal times count half. */
  soonerThanDoNothing: MaybeFigure,
  soonerThanRunbook: MaybeFigure,
  /** Share of requests in all episodes. */
  withinSlo: MaybeFigure,
  /** Requests outside the SLO over those of doing nothing, in the episodes of faults that an agent can fix. */
  violatedToDoNothing: MaybeFigure,
  /** Share of the episodes with any action at all in which there was no fault, or one of a dependency. */
  actedWithoutFault: MaybeFigure,
  actedOnDependency: MaybeFigure,
  /** Share of all episodes with an unneeded or a harmful action. */
  unneeded: MaybeFigure,
  harmful: MaybeFigure,
  /** Harmful actions in all, and those that were never taken back. */
  harmfulActions: z.number().int().min(0),
  harmfulUnreverted: z.number().int().min(0),
  actionsPerEpisode: z.number().min(0),
  /** Over those of the usual number of replicas. */
  replicaHours: Figure,
  /** From the fault's onset to the first unhealthy look, and to the first action that helped. */
  detected: Spread,
  helped: Spread,
  faults: z.array(FaultFigures),
  /** Null where the arm tells no confidence. */
  reliability: ReliabilityFigures.nullable(),
});
export type HealArmResult = z.output<typeof HealArmResult>;
export type FaultFigures = z.output<typeof FaultFigures>;

/** A whole evaluation, as `--format json` prints it. The same seeds give the same bytes: there is no time in it. */
export const HealResult = z.strictObject({
  detection: Detection,
  /** Independent blocks of episodes. */
  seeds: z.number().int().min(1),
  episodesPerSeed: z.number().int().min(1),
  firstSeed: z.number().int(),
  manual: z.strictObject({
    alertSeconds: z.number(),
    reactionSeconds: z.number(),
    reactionSpread: z.number(),
  }),
  /** `impactful`: in how many of its episodes doing nothing took more than 30 s. Null counts those without a fault. */
  episodes: z.array(
    z.strictObject({
      fault: z.enum(FAULT_NAMES).nullable(),
      remedy: Remedy,
      count: z.number().int().min(0),
      impactful: z.number().int().min(0),
    }),
  ),
  arms: z.array(HealArmResult),
});
export type HealResult = z.output<typeof HealResult>;
