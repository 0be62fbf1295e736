import * as z from 'zod';
import { ResourceAddress } from '../change';

/** What is to be put right where the agent dies, or hangs. */
export const Charge = z.discriminatedUnion('kind', [
  /** An autoscaler that the agent takes over: it is handed back. */
  z.strictObject({ kind: z.literal('autoscaler'), resource: ResourceAddress }),
  /** A Deployment or a Node that a native fault has changed: the fault is ended. */
  z.strictObject({
    kind: z.literal('fault'),
    resource: ResourceAddress,
    workloadId: z.string(),
    /** The annotation that tells of it, to the letter: another fault on the same object is not meant. */
    text: z.string(),
  }),
  /** The stable Deployment of a release that the agent moves: its traffic goes back. */
  z.strictObject({
    kind: z.literal('release'),
    resource: ResourceAddress,
    /** Of the note on it: another release of the same Deployment is not meant. */
    releaseId: z.string(),
    /** So long another agent may take to be there, ms of wall time. */
    graceMs: z.number().int().min(0),
    /** The row of the journal with which this agent has connected: another one has a later row. */
    connectedSeq: z.number().int().min(0),
  }),
]);
export type Charge = z.infer<typeof Charge>;
export type FaultCharge = Extract<Charge, { kind: 'fault' }>;
export type ReleaseCharge = Extract<Charge, { kind: 'release' }>;

/** Which one it is, as a key: there is one of each kind on an object. */
export function chargeKey({ kind, resource }: Pick<Charge, 'kind' | 'resource'>): string {
  const { apiVersion, plural, namespace, name } = resource;
  return [kind, apiVersion, plural, namespace, name].join('/');
}

/** As people call it. */
export function chargeText({ kind, resource: { namespace, plural, name } }: Charge): string {
  return `${kind} on ${plural} ${namespace === '' ? '' : `${namespace}/`}${name}`;
}
