import type { KubeObject } from '../../objectStore';
import { rfc3339 } from '../../store/timestamp';
import { condition, deploymentSpec, replicaSetSpec, replicaSetStatus } from '../kinds';
import { rolloutLimits } from './rollout';

/** The status of a Deployment, from those of its ReplicaSets. Counts of zero are left out, as in Kubernetes. */
export function deploymentStatus(
  deployment: KubeObject,
  current: KubeObject | undefined,
  all: readonly KubeObject[],
  nowMs: number,
): Record<string, unknown> {
  const spec = deploymentSpec(deployment);
  const count = (key: 'replicas' | 'readyReplicas' | 'availableReplicas') =>
    all.reduce((total, replicaSet) => total + replicaSetStatus(replicaSet)[key], 0);
  const replicas = count('replicas');
  const available = count('availableReplicas');
  const updated = current ? replicaSetStatus(current).replicas : 0;
  const wanted = all.reduce((total, replicaSet) => total + replicaSetSpec(replicaSet).replicas, 0);
  const counts = {
    replicas,
    updatedReplicas: updated,
    readyReplicas: count('readyReplicas'),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, wanted - available),
  };
  const minAvailable = spec.replicas - rolloutLimits(spec).maxUnavailable;
  const complete = updated === spec.replicas && replicas === updated && available === updated;
  return {
    observedGeneration: deployment.metadata.generation,
    ...Object.fromEntries(Object.entries(counts).filter(([, value]) => value > 0)),
    conditions: [
      transition(deployment, nowMs, available >= minAvailable ? AVAILABLE : UNAVAILABLE),
      progressing(deployment, current, complete, counts, nowMs),
      ...replicaFailure(deployment, current, nowMs),
    ],
  };
}

/** When a rollout that gets no further will count as failed; null when none is under way. */
export function progressDeadlineMs(deployment: KubeObject): number | null {
  const progress = condition(deployment, 'Progressing');
  if (progress?.reason !== 'ReplicaSetUpdated') return null;
  return (
    Date.parse(String(progress.lastUpdateTime)) + deploymentSpec(deployment).progressDeadlineSeconds * 1000
  );
}

interface Finding {
  type: string;
  status: 'True' | 'False';
  reason: string;
  message: string;
}

const AVAILABLE: Finding = {
  type: 'Available',
  status: 'True',
  reason: 'MinimumReplicasAvailable',
  message: 'Deployment has minimum availability.',
};
const UNAVAILABLE: Finding = {
  type: 'Available',
  status: 'False',
  reason: 'MinimumReplicasUnavailable',
  message: 'Deployment does not have minimum availability.',
};

function progressing(
  deployment: KubeObject,
  current: KubeObject | undefined,
  complete: boolean,
  counts: Readonly<Record<string, number>>,
  nowMs: number,
): Record<string, unknown> {
  const name = current?.metadata.name ?? '';
  const before = condition(deployment, 'Progressing');
  const done = before?.reason === 'NewReplicaSetAvailable' && String(before.message).includes(`"${name}"`);
  // Pods that come and go after a rollout has ended are no rollout.
  if (complete || done) {
    return transition(deployment, nowMs, {
      type: 'Progressing',
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `ReplicaSet "${name}" has successfully progressed.`,
    });
  }
  const deadlineMs = progressDeadlineMs(deployment);
  const moved = Object.entries(counts).some(([key, value]) => (deployment.status?.[key] ?? 0) !== value);
  const failed = before?.reason === 'ProgressDeadlineExceeded';
  if (!moved && (failed || (deadlineMs !== null && nowMs >= deadlineMs))) {
    return transition(deployment, nowMs, {
      type: 'Progressing',
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: `ReplicaSet "${name}" has timed out progressing.`,
    });
  }
  const next = transition(deployment, nowMs, {
    type: 'Progressing',
    status: 'True',
    reason: 'ReplicaSetUpdated',
    message: `ReplicaSet "${name}" is progressing.`,
  });
  return moved ? { ...next, lastUpdateTime: rfc3339(nowMs) } : next;
}

/** That pods cannot be made, as the ReplicaSet says it. */
function replicaFailure(
  deployment: KubeObject,
  current: KubeObject | undefined,
  nowMs: number,
): Record<string, unknown>[] {
  const failure = current && condition(current, 'ReplicaFailure');
  if (failure?.status !== 'True') return [];
  const message = String(failure.message);
  return [
    transition(deployment, nowMs, {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message,
    }),
  ];
}

/** The condition as it is to be stored: its times change only with what it says. */
function transition(deployment: KubeObject, nowMs: number, finding: Finding): Record<string, unknown> {
  const before = condition(deployment, finding.type);
  const now = rfc3339(nowMs);
  const same = before?.reason === finding.reason && before.message === finding.message;
  return {
    ...finding,
    lastUpdateTime: same ? before.lastUpdateTime : now,
    lastTransitionTime: before?.status === finding.status ? before.lastTransitionTime : now,
  };
}
