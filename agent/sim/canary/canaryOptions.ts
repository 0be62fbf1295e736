import * as z from 'zod';
import { SCENARIO_NAMES } from './scenario';

const weight = (value: number, what: string) =>
  z.number().min(0).max(100).default(value).describe(`Weight of the reward's term: ${what}`);

/** Options of the canary env. */
export const CanaryOptions = z.strictObject({
  scenarios: z
    .array(z.enum(SCENARIO_NAMES))
    .min(1)
    .default([...SCENARIO_NAMES])
    .describe('Drawn from with equal chances.'),
  steps: z
    .number()
    .int()
    .min(10)
    .max(1000)
    .default(120)
    .describe('Decisions, one every 30 s, before the release is handed to a person.'),
  step: z
    .number()
    .min(0.01)
    .max(0.5)
    .default(0.1)
    .describe('Share of the traffic by which up and down change the weight; a release begins with it.'),
  requestsPerSecond: z
    .tuple([z.number().min(0.001).max(1e5), z.number().min(0.001).max(1e5)])
    .refine(([from, to]) => from <= to, 'expected [least, most]')
    .default([0.2, 200])
    .describe('Traffic of both versions; logarithms of it are drawn uniformly.'),
  weights: z
    .strictObject({
      progress: weight(0.5, 'traffic gained'),
      time: weight(0.005, 'each decision'),
      exposure: weight(2, 'weight × share of requests that fail or are slow because of the canary'),
      verdict: weight(1, 'a right verdict'),
      falsePromotion: weight(5, 'a bad canary or an unproved one promoted'),
      falseRollback: weight(5, 'a good canary rolled back'),
      undecided: weight(2, 'no verdict in time where there could have been one'),
    })
    .prefault({})
    .describe('Magnitudes of the reward’s terms.'),
});
export type CanaryOptions = z.output<typeof CanaryOptions>;
