import * as z from 'zod';
import { DRAINED_FROM } from '../labels';
import type { Pod } from '../snapshot';
import { Condition, type Identified, Meta, timeMs } from './meta';
import { ContainerStatus, displayStatus } from './podStatus';

/** A pod as the snapshot shows it, and what tells whose it is. */
export interface PodRecord extends Identified {
  pod: Pod;
  /** Its controlling ReplicaSet. */
  replicaSet: { uid: string; name: string } | null;
  /** The Deployment it was drained from. */
  drainedFrom: string | null;
}

const PodObject = z.object({
  metadata: Meta,
  spec: z.object({ nodeName: z.string().nullish() }),
  status: z
    .object({
      phase: z.string().default('Unknown'),
      reason: z.string().nullish(),
      conditions: z.array(Condition).nullish(),
      initContainerStatuses: z.array(ContainerStatus).nullish(),
      containerStatuses: z.array(ContainerStatus).nullish(),
    })
    .default({ phase: 'Unknown' }),
});
export type PodObject = z.infer<typeof PodObject>;

/** Throws ZodError on what is not a pod. */
export function reducePod(object: unknown): PodRecord {
  const source = PodObject.parse(object);
  const { metadata } = source;
  const controller = metadata.ownerReferences?.find((owner) => owner.controller);
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid,
    pod: podOf(source),
    replicaSet: controller?.kind === 'ReplicaSet' ? { uid: controller.uid, name: controller.name } : null,
    drainedFrom: metadata.labels[DRAINED_FROM] ?? metadata.annotations[DRAINED_FROM] ?? null,
  };
}

function podOf(source: PodObject): Pod {
  const { metadata, spec, status } = source;
  const containers = status.containerStatuses ?? [];
  const readiness = status.conditions?.find((condition) => condition.type === 'Ready');
  const createdAtMs = timeMs(metadata.creationTimestamp) ?? 0;
  return {
    name: metadata.name,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    labels: metadata.labels,
    phase: status.phase,
    status: displayStatus(source),
    ready: readiness?.status === 'True',
    readyChangedAtMs: timeMs(readiness?.lastTransitionTime) ?? createdAtMs,
    createdAtMs,
    startedAtMs: Math.max(
      createdAtMs,
      ...containers.map(({ state }) => timeMs(state?.running?.startedAt) ?? createdAtMs),
    ),
    deletingSinceMs: deletingSince(metadata),
    restarts: containers.reduce((sum, container) => sum + container.restartCount, 0),
    waitingReason: waitingReason([...(status.initContainerStatuses ?? []), ...containers]),
    lastTermination: lastTermination(containers),
    node: spec.nodeName ?? null,
    drained: DRAINED_FROM in metadata.labels,
    templateHash: metadata.labels['pod-template-hash'] ?? null,
  };
}

/** `deletionTimestamp` is when the grace period ends. */
function deletingSince(metadata: Meta): number | null {
  const endsAtMs = timeMs(metadata.deletionTimestamp);
  return endsAtMs === null ? null : endsAtMs - (metadata.deletionGracePeriodSeconds ?? 0) * 1000;
}

/** Of the first container that waits for itself, and not only for the init containers before it. */
function waitingReason(containers: readonly ContainerStatus[]): string | null {
  const reasons = containers.flatMap(({ state }) => state?.waiting?.reason ?? []);
  return reasons.find((reason) => reason !== 'PodInitializing') ?? reasons[0] ?? null;
}

function lastTermination(containers: readonly ContainerStatus[]): Pod['lastTermination'] {
  const terminations = containers.flatMap(({ state, lastState }) =>
    [state?.terminated, lastState?.terminated].flatMap((ended) =>
      ended
        ? [{ reason: ended.reason ?? '', exitCode: ended.exitCode, atMs: timeMs(ended.finishedAt) ?? 0 }]
        : [],
    ),
  );
  return terminations.toSorted((a, b) => b.atMs - a.atMs)[0] ?? null;
}

/** Whether healing wants to hear of this change at once. `undefined` is a pod that is not there. */
export function isSignificantPodChange(before: Pod | undefined, after: Pod | undefined): boolean {
  if (!before || !after) return before !== undefined;
  return (
    before.uid !== after.uid ||
    before.ready !== after.ready ||
    before.restarts !== after.restarts ||
    before.phase !== after.phase ||
    before.status !== after.status ||
    before.waitingReason !== after.waitingReason ||
    before.lastTermination?.atMs !== after.lastTermination?.atMs ||
    before.lastTermination?.reason !== after.lastTermination?.reason ||
    before.drained !== after.drained ||
    (before.deletingSinceMs === null) !== (after.deletingSinceMs === null)
  );
}
