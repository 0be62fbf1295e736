import * as z from 'zod';
import { HEAL_RICH } from '../../tasks/heal/rich/richSpec';
import { HEAL_9 } from '../../tasks/heal/spec';
import { FAULT_NAMES } from './faults';

const range = (min: number, max: number, low: number, high: number, what: string) =>
  z
    .tuple([z.number().min(min).max(max), z.number().min(min).max(max)])
    .refine(([from, to]) => from <= to, 'expected [least, most]')
    .default([low, high])
    .describe(what);
const weight = (value: number, what: string) =>
  z.number().min(0).max(100).default(value).describe(`Weight of the reward's term: ${what}`);

/** Options of the heal env. Each episode draws from the ranges uniformly. */
export const HealOptions = z.strictObject({
  spec: z
    .enum([HEAL_9.name, HEAL_RICH.name])
    .default(HEAL_RICH.name)
    .describe(
      `\`${HEAL_9.name}\` is the contract of seed 002; \`${HEAL_RICH.name}\` tells one bad pod from a bad dependency.`,
    ),
  detection: z
    .enum(['events', 'averages'])
    .default('events')
    .describe(
      '`events`: a decision every 5 s, on metrics over four scrape intervals; `averages`: every 15 s, on lagged averages. What a watch shows is known at once in both.',
    ),
  steps: z
    .number()
    .int()
    .min(4)
    .max(1000)
    .optional()
    .describe('Decisions before an episode is cut off; those of 12 min where absent.'),
  faults: z
    .array(z.enum(FAULT_NAMES))
    .min(1)
    .default([...FAULT_NAMES])
    .describe('Drawn from with equal chances.'),
  noFaultShare: z.number().min(0).max(1).default(0.15).describe('Share of episodes without a fault.'),
  replicas: z
    .tuple([z.number().int().min(3).max(10), z.number().int().min(3).max(10)])
    .refine(([from, to]) => from <= to, 'expected [least, most]')
    .default([3, 10])
    .describe('Usual number of replicas.'),
  utilisation: range(0.05, 0.9, 0.4, 0.72, 'CPU share of the limit at the load’s peak, all replicas ready.'),
  onsetSeconds: range(0, 3600, 45, 180, 'When the fault begins.'),
  durationSeconds: range(5, 1e6, 60, 300, 'After what time it ends by itself.'),
  lagSeconds: range(0, 60, 0, 60, 'Time constant of the averages of `detection: averages`.'),
  scrapeSeconds: range(5, 15, 5, 15, 'Scrape interval of `detection: events`, rounded to 5 s.'),
  noise: range(0, 0.5, 0.02, 0.1, 'Relative standard deviation of a pod’s latency as it is measured.'),
  startupSeconds: range(1, 300, 8, 45, 'From a pod’s creation to its readiness.'),
  weights: z
    .strictObject({
      violations: weight(1, 'share of requests that fail or miss the latency objective'),
      outage: weight(0.3, 'an objective that is missed, as long as it is'),
      actions: weight(0.03, 'each action'),
      replicas: weight(0.015, 'each replica above the usual number'),
      harmful: weight(0.5, 'an action that harms'),
      unneeded: weight(0.2, 'an action that does not help'),
    })
    .prefault({})
    .describe('Magnitudes of the reward’s terms.'),
});
export type HealOptions = z.output<typeof HealOptions>;
