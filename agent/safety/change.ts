import * as z from 'zod';

/** One object of the Kubernetes API. */
export const ResourceAddress = z.object({
  /** `v1`, `apps/v1`, `chaos-mesh.org/v1alpha1` … */
  apiVersion: z.string(),
  plural: z.string(),
  /** Empty for what is in none, such as a Node. */
  namespace: z.string(),
  name: z.string(),
});
export type ResourceAddress = z.infer<typeof ResourceAddress>;

/**
 * One write, with what must still be true when it is sent. `uid` and `resourceVersion` become the API's own
 * preconditions, so that the server refuses what has changed meanwhile (409).
 */
export const Write = z.discriminatedUnion('verb', [
  z.object({
    verb: z.literal('json-patch'),
    resource: ResourceAddress,
    /** The subresource that is patched; the object itself where absent. */
    subresource: z.enum(['scale', 'status']).optional(),
    operations: z.array(
      z.object({
        op: z.enum(['add', 'remove', 'replace', 'test']),
        path: z.string(),
        value: z.json().optional(),
      }),
    ),
  }),
  z.object({
    verb: z.literal('evict'),
    resource: ResourceAddress,
    uid: z.string(),
    gracePeriodSeconds: z.number().int().optional(),
  }),
  z.object({ verb: z.literal('create'), resource: ResourceAddress, object: z.json() }),
  z.object({
    verb: z.literal('delete'),
    resource: ResourceAddress,
    uid: z.string().optional(),
    /** Of a pod; 0 kills it at once. */
    gracePeriodSeconds: z.number().int().min(0).optional(),
  }),
]);
export type Write = z.infer<typeof Write>;

/** How a change is taken back. A restarted pod cannot be: its replacement is the Deployment's own work. */
export const Inverse = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('write'),
    write: Write,
    /** Safe to send without asking again. */ safe: z.boolean(),
  }),
  z.object({ kind: z.literal('none'), why: z.string() }),
]);
export type Inverse = z.infer<typeof Inverse>;

/** A reversible change: the only thing that `safety/` ever sends. Stored whole in the journal before it is sent. */
export const ReversibleChange = z.object({
  description: z.string(),
  write: Write,
  inverse: Inverse,
  /** The transaction that this change takes back, where it is a revert. Set by the gate alone. */
  reverts: z.string().optional(),
});
export type ReversibleChange = z.infer<typeof ReversibleChange>;
