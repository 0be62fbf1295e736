import * as z from 'zod';
import type { PolicyModel } from '../policyModel';

/** Under these keys of `metadata_props` a Coxswain policy has what the graph cannot say. */
export const METADATA_KEYS = {
  /** Version of the format. A reader refuses a newer one. */
  format: 'coxswain.format',
  /** The JSON of `PolicyMetadata`. */
  policy: 'coxswain.policy',
  /** CRC-32C of that JSON and the parameters, eight hexadecimal digits. */
  checksum: 'coxswain.checksum',
} as const;

export const FORMAT_VERSION = 1;

/** All of a policy but its parameters. */
export type PolicyMetadata = Omit<PolicyModel, 'parameters'>;

/** JSON has no infinity; unbounded is null. */
export function metadataText(metadata: PolicyMetadata): string {
  const { normaliser } = metadata;
  const arrays = normaliser && { mean: [...normaliser.mean], variance: [...normaliser.variance] };
  return JSON.stringify({ ...metadata, normaliser: normaliser && { ...normaliser, ...arrays } });
}

const least = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NEGATIVE_INFINITY);
const most = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.POSITIVE_INFINITY);
const count = z.number().int().nonnegative();
const doubles = z.array(z.number()).transform((values) => Float64Array.from(values));

const BoxSpace = z.object({
  kind: z.literal('box'),
  fields: z.array(z.object({ name: z.string(), unit: z.string(), min: least, max: most })),
});
const DiscreteSpace = z.object({ kind: z.literal('discrete'), labels: z.array(z.string()) });

const Layer = z.object({
  name: z.string(),
  units: z.number().int().positive(),
  activation: z.enum(['linear', 'relu', 'tanh']),
  dropout: z.number().min(0).lt(1),
  gain: z.number(),
});

const Interval = { mean: z.number(), low: z.number(), high: z.number() };
const Record = z.record(z.string(), z.unknown());

const Provenance = z.object({
  algorithm: z.string(),
  env: z.object({ name: z.string(), options: Record }),
  seed: z.number(),
  steps: z.number(),
  hyperparameters: Record,
  codeVersion: z.string(),
  createdAtMs: z.number(),
  parent: z.string().nullable(),
  curve: z.array(z.object({ steps: z.number(), return: z.number() })),
  evaluation: z
    .object({
      episodes: z.number(),
      score: z.object(Interval),
      baselines: z.array(z.object({ name: z.string(), ...Interval })),
    })
    .nullable(),
});

const Calibration = z.object({
  idleMargin: z.number().min(0),
  actions: count,
  points: z
    .array(z.object({ probability: z.number().min(0).max(1), helped: z.number().min(0).max(1) }))
    .min(1),
});

const InputDistribution = z.object({
  mean: z.array(z.number()),
  whitening: z.array(z.number()),
  limit: z.number().positive(),
  count,
});

export const PolicyMetadata: z.ZodType<PolicyMetadata> = z.object({
  head: z.enum(['q-values', 'categorical', 'gaussian']),
  network: z.object({
    inputs: z.number().int().positive(),
    trunk: z.array(Layer),
    towers: z.array(z.object({ name: z.string(), layers: z.array(Layer) })),
  }),
  logStandardDeviations: z.array(z.number()),
  spec: z.string(),
  observationSpace: BoxSpace,
  actionSpace: z.discriminatedUnion('kind', [DiscreteSpace, BoxSpace]),
  normaliser: z.object({ mean: doubles, variance: doubles, count, clip: most }).nullable(),
  provenance: Provenance,
  calibration: Calibration.optional(),
  inputDistribution: InputDistribution.optional(),
});
