import * as z from 'zod';

const common = {
  id: z.string().min(1),
  /** Of the fault, unique in its namespace. */
  name: z.string().min(1),
  runId: z.string().nullable(),
  createdAtMs: z.number(),
  durationMs: z.number(),
};
const container = { container: z.string(), index: z.number().int().min(0) };
const port = z.union([z.number().int(), z.string()]);

/**
 * What a native fault has done to an object and how it is taken back. It stands as JSON in an annotation of that very
 * object, and tells all that is needed for taking it back. Whoever may annotate the object can forge it: what no fault
 * of ours would have done is no record.
 */
export const NativeFaultRecord = z.discriminatedUnion('kind', [
  z
    .object({
      ...common,
      kind: z.literal('scale-down'),
      before: z.number().int().min(0),
      during: z.number().int().min(0),
    })
    .refine(({ before, during }) => during < before, 'the fault takes replicas away'),
  z
    .object({ ...common, ...container, kind: z.literal('bad-image'), before: z.string(), during: z.string() })
    .refine(({ before, during }) => during === missingImage(before), 'the fault changes the tag alone'),
  z.object({
    ...common,
    ...container,
    kind: z.literal('bad-probe'),
    probe: z.discriminatedUnion('handler', [
      z.object({ handler: z.enum(['httpGet', 'tcpSocket', 'grpc']), before: port }),
      z.object({ handler: z.literal('exec') }),
      z.object({ handler: z.literal('none') }),
    ]),
  }),
  z.object({
    ...common,
    kind: z.literal('node-cordon'),
    /** Whom it was aimed at. */
    target: z.object({ namespace: z.string(), podLabels: z.record(z.string(), z.string()) }),
  }),
]);
export type NativeFaultRecord = z.infer<typeof NativeFaultRecord>;

/** The same repository, so that policies on registries let it through, with a tag that nobody gives. */
export function missingImage(image: string): string {
  const repository = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  return `${repository}:coxswain-missing`;
}
