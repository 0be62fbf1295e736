import * as z from 'zod';

/** A figure with its 95 % interval. */
const Figure = z.strictObject({ mean: z.number(), low: z.number(), high: z.number() });
const MaybeFigure = Figure.nullable();

/**
 * `rule` and `learned` can steer; `bound` is what no controller can do (hindsight), `comparison` what nobody would let
 * steer: nothing, a constant.
 */
export const ArmRole = z.enum(['comparison', 'rule', 'learned', 'bound']);
export type ArmRole = z.output<typeof ArmRole>;

/** What an arm does at one price of a violation. Ratios are of J(W), day by day the same ones: below 1 is better. */
const PriceFigures = z.strictObject({
  violationPrice: z.number(),
  toHpa: Figure,
  toPredictive: MaybeFigure,
  toQuantile: MaybeFigure,
  /** J ÷ the clairvoyant’s − 1. */
  regret: Figure,
  /** Share of the requests that were late or failed, and of those that failed. */
  violatedShare: Figure,
  failedShare: Figure,
  meanPods: Figure,
  /** CPU in use of that of the ready pods. */
  utilisation: Figure,
  latencyP95Seconds: Figure,
  actionsPerHour: Figure,
  /** Actions over those of the tuned HPA. */
  actionsToHpa: MaybeFigure,
  /** Share of loads × seeds in which its J is below that of the tuned HPA; equal ones count half. */
  better: Figure,
  worst: z.strictObject({ workload: z.string(), toHpa: z.number() }),
  /** Of its pods at the tuned HPA’s violations at this price, and of its violations at that one’s pods. */
  costSaved: MaybeFigure,
  violationsCut: MaybeFigure,
});
export type PriceFigures = z.output<typeof PriceFigures>;

const WorkloadFigures = z.strictObject({
  workload: z.string(),
  /** J over that of the tuned HPA, by price in the order of `prices`. */
  toHpa: z.array(Figure),
  /** At the price in the middle. */
  violatedShare: z.number(),
  meanPods: z.number(),
  actionsPerHour: z.number(),
});
export type WorkloadFigures = z.output<typeof WorkloadFigures>;

/** What the evaluation says of one arm. */
export const ScaleArmResult = z.strictObject({
  name: z.string(),
  title: z.string(),
  /** One line: what it does. */
  describe: z.string(),
  role: ArmRole,
  /** Trainings of the policy; 1 for what does not learn. */
  runs: z.number().int().min(1),
  /** By price, ascending. */
  prices: z.array(PriceFigures),
  workloads: z.array(WorkloadFigures),
  /** Pods and violations that it can be asked for, by price: per pod of load + 1, so that loads of any size weigh alike. */
  frontier: z.array(z.strictObject({ violationPrice: z.number(), pods: z.number(), violated: z.number() })),
  /** Seconds until a load that has doubled at once is served in time again; null where the arm knew it before. */
  reaction: z.strictObject({ median: z.number(), p95: z.number() }).nullable(),
  /** Of a policy: share of its decisions, and of those to change something, that the guard finds sure enough. */
  confidence: z.strictObject({ sure: z.number(), sureChanges: z.number() }).nullable(),
});
export type ScaleArmResult = z.output<typeof ScaleArmResult>;

/** A whole evaluation, as `--format json` prints it. The same seeds give the same bytes: there is no time in it. */
export const ScaleResult = z.strictObject({
  pace: z.enum(['free', 'guard']),
  seeds: z.number().int().min(1),
  /** Of each load on each seed; each is a day. */
  episodesPerSeed: z.number().int().min(1),
  firstSeed: z.number().int(),
  /** What a pod costs for an hour. */
  podHourPrice: z.number(),
  prices: z.array(z.number()),
  workloads: z.array(z.strictObject({ name: z.string(), describe: z.string() })),
  arms: z.array(ScaleArmResult),
});
export type ScaleResult = z.output<typeof ScaleResult>;
