import * as z from 'zod';
import { parseEnvOptions } from '../envOptions';
import { FixedDomain } from './domain';
import { LOAD_FAMILIES } from './loadFamilies';
import { OBSERVATION_SPEC_NAMES } from './observation';
import { PaceSettings } from './pace';
import { rewardFor, SCALE_REWARD_NAMES } from './reward';
import { MOST_REPLICAS } from './units';

const replicas = z.number().int().min(1).max(MOST_REPLICAS);

/** Options of the env `scale`. */
export const ScaleOptions = z
  .strictObject({
    spec: z
      .enum(OBSERVATION_SPEC_NAMES)
      .default('scale/36')
      .describe('Contract of the observation; it brings its set of actions.'),
    reward: z
      .enum(SCALE_REWARD_NAMES)
      .optional()
      .describe('What is learned from; by default seed for scale/12 and slo-cost for scale/36.'),
    families: z
      .array(z.enum(LOAD_FAMILIES))
      .min(1)
      .default(LOAD_FAMILIES)
      .describe('Kinds of load to draw from; by default all.'),
    trace: z
      .strictObject({
        values: z
          .array(z.number().min(0))
          .min(2)
          .refine((values) => values.some((value) => value > 0), 'expected a value above 0'),
        intervalSeconds: z.number().min(1).max(86_400),
      })
      .optional()
      .describe('A recorded load instead of the families; its peak is scaled to the deployment.'),
    violationPrice: z
      .number()
      .min(0.1)
      .max(10_000)
      .optional()
      .describe('W, in pods per pod of violated load; by default drawn from 2 to 100 for each episode.'),
    minReplicas: replicas.default(2).describe('The fewest pods.'),
    maxReplicas: replicas.default(30).describe('The most pods.'),
    episodeSteps: z
      .number()
      .int()
      .min(10)
      .max(100_000)
      .default(300)
      .describe('Length of an episode in control steps of 15 s.'),
    weights: z
      .record(z.string(), z.number().min(0).max(100))
      .default({})
      .describe('Magnitudes of the reward’s terms, by name, in place of its own.'),
    pace: z
      .enum(['free', 'guard', 'either'])
      .default('free')
      .describe(
        'Whether steps are kept to the pace of the live guard, with the HPA below as a net; either: in half of the episodes.',
      ),
    guard: PaceSettings.prefault({}).describe('That pace.'),
    domain: FixedDomain.default({}).describe(
      'What is the same in every episode instead of being drawn, by the names of DOMAIN_RANGES.',
    ),
  })
  .superRefine(({ minReplicas, maxReplicas, weights, ...options }, context) => {
    const problem = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (minReplicas >= maxReplicas) problem(['minReplicas'], 'expected less than maxReplicas');
    const { terms } = rewardFor(options);
    for (const name of Object.keys(weights)) {
      if (!terms.includes(name))
        problem(['weights', name], `no term of this reward, which has ${terms.join(', ')}`);
    }
  });
export type ScaleOptions = z.infer<typeof ScaleOptions>;

/** @throws CoxswainError config-invalid that names every problem */
export function parseScaleOptions(options: unknown): ScaleOptions {
  return parseEnvOptions('scale', ScaleOptions, options);
}
