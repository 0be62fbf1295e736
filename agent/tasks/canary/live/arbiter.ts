import { hasLabels } from '../../../cluster/model/meta';
import type { Release, VersionPods } from '../../../cluster/releases';
import type { Pod, RunningFault } from '../../../cluster/snapshot';
import { workloadId } from '../../../protocol';
import type { UnderWay } from './underWay';

/** What else is going on with the versions of a release. */
export interface Disturbance {
  /** Why nothing that is counted now says anything about the canary; null where nothing disturbs it. */
  disturbed: string | null;
  /** Why the traffic is not raised, and nothing promoted; null where it may be. */
  hold: string | null;
}

export interface ArbiterInput {
  release: Release;
  underWay: Pick<UnderWay, 'stable' | 'canary' | 'baseline'>;
  faults: readonly RunningFault[];
  hasIncident(workloadId: string): boolean;
  /** Name of a fault that runs on the workload; null without one. */
  faultOn(workloadId: string): string | null;
}

/**
 * One arbiter for the loops: no verdict while a fault runs on either version, for it is not the canary's; no raise while
 * an incident is open, an autoscaler moves either Deployment, or the stable version is rolled out. An incident, unlike a
 * fault, may well be the canary's own: evidence goes on, and harm is still acted upon.
 */
export function disturbanceOf(input: ArbiterInput): Disturbance {
  const disturbed = faultOf(input);
  return { disturbed, hold: disturbed ?? incidentOf(input) ?? autoscalerOf(input) ?? rolloutOf(input) };
}

function faultOf({ release, underWay, faults, faultOn }: ArbiterInput): string | null {
  for (const id of workloadsOf(release)) {
    const kind = faultOn(id);
    if (kind !== null) return `fault ${kind} runs on ${nameOf(id)}`;
  }
  const fault = faults.find(
    (each) =>
      isRunning(each) &&
      [underWay.stable, underWay.canary, underWay.baseline].some((version) => isHit(each, release, version)),
  );
  return fault ? `fault ${fault.kind} (${fault.resource.name}) runs on one of the versions` : null;
}

function isRunning({ state }: RunningFault): boolean {
  return state === 'starting' || state === 'running' || state === 'paused' || state === 'recovering';
}

function isHit(fault: RunningFault, { ref }: Release, version: VersionPods | null): boolean {
  if (version === null) return false;
  return version.pods.some((pod) => isPodHit(fault, ref.namespace, pod));
}

function isPodHit(fault: RunningFault, namespace: string, { name, labels }: Pod): boolean {
  if (fault.resource.namespace === namespace && fault.resource.name === name) return true;
  if (!fault.namespaces.includes(namespace)) return false;
  return fault.pods.length > 0 ? fault.pods.includes(name) : hasLabels(labels, fault.podLabels);
}

function incidentOf({ release, hasIncident }: ArbiterInput): string | null {
  const id = workloadsOf(release).find(hasIncident);
  return id === undefined ? null : `an incident of ${nameOf(id)} is open`;
}

function autoscalerOf({ release }: ArbiterInput): string | null {
  const moving = release.autoscalers.find(
    ({ desiredReplicas: wanted, currentReplicas: now }) => wanted !== null && now !== null && wanted !== now,
  );
  return moving
    ? `autoscaler ${moving.name} moves ${moving.currentReplicas} → ${moving.desiredReplicas} pods`
    : null;
}

function rolloutOf({ release }: ArbiterInput): string | null {
  return release.operator === 'coxswain' && release.workload.rollingOut
    ? 'the stable version is being rolled out'
    : null;
}

/** Ids of the Deployments behind a release. */
export function workloadsOf(release: Release): string[] {
  const { namespace } = release.ref;
  const of = (workload: { ref: Parameters<typeof workloadId>[0] } | null) =>
    workload === null ? [] : [workloadId(workload.ref)];
  switch (release.operator) {
    case 'coxswain':
      return [
        ...of(release.workload),
        ...of(release.canaryWorkload),
        ...of(release.baseline === null ? null : release.baselineWorkload),
      ];
    case 'argo-rollouts': {
      const { workloadRef } = release;
      return workloadRef?.kind === 'Deployment'
        ? [workloadId({ kind: 'Deployment', namespace, name: workloadRef.name })]
        : [];
    }
    case 'flagger':
      return [...of(release.target), ...of(release.primary)];
  }
}

function nameOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
