import * as z from 'zod';
import type { Node, RunningFault } from '../snapshot';
import { reduceNativeFault } from './faultNative';
import { Condition, type Identified, LabelSelector, Labels, Meta, timeMs } from './meta';

/** Which Deployment or Rollout a ReplicaSet belongs to. */
export interface ReplicaSetRecord extends Identified {
  deployment: string | null;
  /** A revision of a Rollout, whose controller says no more of it; null for any other. */
  revision: RolloutRevision | null;
}

export interface RolloutRevision {
  rollout: string;
  revision: number;
  hash: string;
  wantedPods: number;
  /** `spec.template`. */
  template: unknown;
}

export interface ServiceRecord extends Identified {
  resourceVersion: string;
  labels: Readonly<Record<string, string>>;
  selector: Readonly<Record<string, string>>;
  spec: unknown;
}

export interface BudgetRecord extends Identified {
  selector: LabelSelector;
  disruptionsAllowed: number;
}

export interface NodeRecord extends Identified {
  node: Node;
  /** What a native fault of ours has done to it. */
  fault: RunningFault | null;
}

export interface EventRecord extends Identified {
  atMs: number;
  type: string;
  reason: string;
  message: string;
  involved: { kind: string; name: string };
}

const ReplicaSetObject = z.object({
  metadata: Meta,
  spec: z
    .object({ replicas: z.number().int().default(1), template: z.unknown() })
    .nullish()
    .catch(null),
});

/** The label by which Argo Rollouts tells revisions. */
export const ROLLOUT_HASH = 'rollouts-pod-template-hash';

export function reduceReplicaSet(object: unknown): ReplicaSetRecord {
  const { metadata, spec } = ReplicaSetObject.parse(object);
  const controller = metadata.ownerReferences?.find((owner) => owner.controller);
  const { kind, name = '' } = controller ?? {};
  return {
    ...identityOf(metadata),
    deployment: kind === 'Deployment' ? name : null,
    revision:
      kind === 'Rollout'
        ? {
            rollout: name,
            revision: Number(metadata.annotations['rollout.argoproj.io/revision'] ?? 0) || 0,
            hash: metadata.labels[ROLLOUT_HASH] ?? '',
            wantedPods: spec?.replicas ?? 0,
            template: spec?.template ?? null,
          }
        : null,
  };
}

const ServiceObject = z.object({ metadata: Meta, spec: z.looseObject({ selector: Labels }) });

export function reduceService(object: unknown): ServiceRecord {
  const { metadata, spec } = ServiceObject.parse(object);
  const { resourceVersion, labels } = metadata;
  return { ...identityOf(metadata), resourceVersion, labels, selector: spec.selector, spec };
}

const BudgetObject = z.object({
  metadata: Meta,
  spec: z.object({ selector: LabelSelector.nullish() }),
  status: z.object({ disruptionsAllowed: z.number().default(0) }).default({ disruptionsAllowed: 0 }),
});

/** Without a selector a budget selects nothing; with an empty one everything. */
export function reduceBudget(object: unknown): BudgetRecord {
  const { metadata, spec, status } = BudgetObject.parse(object);
  const nothing: LabelSelector = {
    matchLabels: {},
    matchExpressions: [{ key: '', operator: 'In', values: [] }],
  };
  return {
    ...identityOf(metadata),
    selector: spec.selector ?? nothing,
    disruptionsAllowed: status.disruptionsAllowed,
  };
}

const NodeObject = z.object({
  metadata: Meta,
  spec: z.object({ unschedulable: z.boolean().nullish() }).default({}),
  status: z.object({ conditions: z.array(Condition).nullish() }).default({}),
});

export function reduceNode(object: unknown): NodeRecord {
  const { metadata, spec, status } = NodeObject.parse(object);
  // Unknown, where the node is not heard of any more, is not ready.
  const readiness = status.conditions?.find(({ type }) => type === 'Ready');
  const ready = readiness?.status === 'True';
  const readyChangedAtMs = timeMs(readiness?.lastTransitionTime) ?? 0;
  const { name, uid, annotations, labels } = metadata;
  const annotated = Object.keys(annotations).length > 0;
  const type = labels['node.kubernetes.io/instance-type'] ?? null;
  return {
    ...identityOf(metadata),
    node: { name, uid, ready, readyChangedAtMs, schedulable: !spec.unschedulable, annotated, type },
    fault: reduceNativeFault(object, metadata, { apiVersion: 'v1', plural: 'nodes' }, {}),
  };
}

const EventObject = z.object({
  metadata: Meta,
  type: z.string().default('Normal'),
  reason: z.string().default(''),
  message: z.string().default(''),
  lastTimestamp: z.string().nullish(),
  eventTime: z.string().nullish(),
  series: z.object({ lastObservedTime: z.string().nullish() }).nullish(),
  involvedObject: z.object({ kind: z.string().default(''), name: z.string().default('') }),
});

const MAX_MESSAGE_LENGTH = 500;

export function reduceEvent(object: unknown): EventRecord {
  const source = EventObject.parse(object);
  const times = [source.series?.lastObservedTime, source.lastTimestamp, source.eventTime];
  const atMs =
    times.map(timeMs).find((time) => time !== null) ?? timeMs(source.metadata.creationTimestamp) ?? 0;
  return {
    ...identityOf(source.metadata),
    atMs,
    type: source.type,
    reason: source.reason,
    message: source.message.slice(0, MAX_MESSAGE_LENGTH),
    involved: source.involvedObject,
  };
}

function identityOf({ namespace, name, uid }: Meta): Identified {
  return { namespace, name, uid };
}
