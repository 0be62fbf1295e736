import * as z from 'zod';
import { durationBetween } from './duration';

const between = (min: number, max: number, description: string) =>
  z.number().min(min).max(max).describe(`${description} ${min}…${max}.`);
const window = (description: string) => durationBetween('0s', '1h').describe(`${description} 0s…1h.`);

const target = between(0.1, 1, 'Utilisation of what a pod can use at the load that is made room for.');
const safety = between(0, 10, 'β of the spare pods, β·√load.');
const tolerance = between(0, 0.5, 'Relative distance from what is wanted within which nothing is done.');
const downWindow = window('It scales down only to the most that was wanted within this time.');

/** Of the rule that forecasts the load one start-up ahead. */
const Predictive = z.strictObject({
  kind: z.literal('predictive').describe('Which rule.'),
  target,
  safety,
  trendGain: between(0, 2, 'How much of the trend of the load is believed.'),
  tolerance,
  downWindow,
});

/** Of the rule that has room for as much more load as there seldom is within a start-up. */
const Quantile = z.strictObject({
  kind: z.literal('quantile').describe('Which rule.'),
  quantile: z
    .union([z.literal(80), z.literal(95)], 'expected 80 or 95')
    .describe('Which quantile of the rises of the load there is room for, in percent.'),
  target,
  safety,
  downWindow,
});

/** Of the HPA's own algorithm on CPU. */
const Hpa = z.strictObject({
  kind: z.literal('hpa').describe('Which rule.'),
  target,
  tolerance,
  downWindow,
  upWindow: window(
    'It scales up only to the least that was wanted within this time; at once where absent.',
  ).optional(),
});

/** A scaling rule with settings of a workload's own, as `coxswain calibrate` finds them on its load. */
export const TunedRule = z.discriminatedUnion('kind', [Predictive, Quantile, Hpa]);
/** Durations in milliseconds. */
export type TunedRule = z.output<typeof TunedRule>;

/** A rule as coxswain.yaml has it. */
export function writtenRule(rule: TunedRule): z.input<typeof TunedRule> {
  const downWindow = seconds(rule.downWindow);
  if (rule.kind !== 'hpa') return { ...rule, downWindow };
  const { upWindow, ...others } = rule;
  return { ...others, downWindow, ...(upWindow === undefined ? {} : { upWindow: seconds(upWindow) }) };
}

function seconds(ms: number): string {
  return `${ms / 1000}s`;
}
