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
  verdict: z
    .enum(['tests', 'policy'])
    .default('tests')
    .describe(
      'Who ends a release: tests (the policy sets the pace between), or the policy itself, by going to 0 or 100 %.',
    ),
  evidence: z.enum(['fast', 'strict']).default('fast').describe('Bars of the tests.'),
  compare: z
    .enum(['pooled', 'routes', 'same-age'])
    .default('routes')
    .describe(
      'What the canary is compared with: stable, stable route by route, or fresh pods of the stable version.',
    ),
  minRequests: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(50)
    .describe('Requests of the canary before any verdict.'),
  bakeSeconds: z.number().min(0).max(604_800).default(2700).describe('No promotion by the tests before.'),
  promoteFrom: z
    .number()
    .min(0)
    .max(0.99)
    .default(0.5)
    .describe('Share of the traffic that a canary has to have carried for the tests to promote it.'),
  steps: z
    .number()
    .int()
    .min(10)
    .max(1000)
    .default(240)
    .describe('Decisions, one every 30 s, before the release is handed to a person.'),
  start: z
    .number()
    .min(0.01)
    .max(0.5)
    .default(0.05)
    .describe('Share of the traffic that a release begins with.'),
  step: z
    .number()
    .min(0.01)
    .max(0.5)
    .default(0.1)
    .describe('Share of the traffic by which up and down change the weight.'),
  requestsPerSecond: z
    .tuple([z.number().min(0.001).max(1e5), z.number().min(0.001).max(1e5)])
    .refine(([from, to]) => from <= to, 'expected [least, most]')
    .default([0.2, 200])
    .describe('Traffic of both versions; logarithms of it are drawn uniformly.'),
  weights: z
    .strictObject({
      exposure: weight(2, 'weight × share of requests that fail or are slow because of the canary'),
      time: weight(0.012, 'each decision before the verdict'),
      changes: weight(0.01, 'each change of the weight'),
      verdict: weight(0, 'a right verdict'),
      falsePromotion: weight(8, 'a bad canary or an unproved one promoted'),
      falseRollback: weight(8, 'a good canary rolled back'),
      undecided: weight(5, 'no verdict in time where there could have been one'),
    })
    .prefault({})
    .describe('Magnitudes of the reward’s terms.'),
});
export type CanaryOptions = z.output<typeof CanaryOptions>;
