import type { KubeObject } from '../../objectStore';
import { rfc3339 } from '../../store/timestamp';
import { condition, conditions, podSpec } from '../kinds';
import type { ContainerState, Termination } from './containerState';
import { pullFailure } from './images';

/** What the kubelet knows of a pod on its node. */
export interface PodFacts {
  container: ContainerState;
  /** The readiness probe passes. */
  isProbedReady: boolean;
  /** The container has run at least once. */
  hasStarted: boolean;
  restarts: number;
  lastTermination: Termination | null;
  /** When the kubelet took the pod on. */
  admittedAtMs: number;
  podIp: string;
  hostIp: string;
}

/** The pod's `status` as the kubelet writes it. */
export function podStatus(pod: KubeObject, facts: PodFacts, nowMs: number): Record<string, unknown> {
  const ready = isReady(facts);
  const created = isCreated(facts);
  const notReady = ready
    ? undefined
    : {
        reason: 'ContainersNotReady',
        message: `containers with unready status: [${mainContainer(pod).name}]`,
      };
  const at = (type: string, holds: boolean, why?: { reason: string; message: string }) =>
    podCondition(pod, type, holds, nowMs, why);
  return {
    phase: created ? 'Running' : 'Pending',
    conditions: [
      at('PodReadyToStartContainers', created),
      at('Initialized', true),
      at('Ready', ready, notReady),
      at('ContainersReady', ready, notReady),
      at('PodScheduled', true),
      ...conditions(pod).filter(({ type }) => !KUBELET_CONDITIONS.has(type)),
    ],
    hostIP: facts.hostIp,
    ...(created && { podIP: facts.podIp, podIPs: [{ ip: facts.podIp }] }),
    startTime: rfc3339(facts.admittedAtMs),
    containerStatuses: podSpec(pod).containers.map(({ name, image }, index) =>
      index === 0
        ? { ...mainStatus(pod, facts), name, image, imageID: image }
        : { ...sidecarStatus(facts), name, image, imageID: image },
    ),
    qosClass: 'Burstable',
  };
}

/** The rest, such as that the pod is to be evicted, is written by others and kept. */
const KUBELET_CONDITIONS = new Set([
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
]);

function isReady({ container, isProbedReady }: PodFacts): boolean {
  if (container.kind === 'stopping') return container.wasReady;
  return container.kind === 'ready' && isProbedReady;
}

/** The pod's sandbox is there and its main container has been made. */
function isCreated({ container, hasStarted }: PodFacts): boolean {
  return hasStarted || (container.kind !== 'creating' && container.kind !== 'image-missing');
}

function mainContainer(pod: KubeObject): { name: string } {
  return podSpec(pod).containers[0] ?? { name: '' };
}

function mainStatus(pod: KubeObject, facts: PodFacts): Record<string, unknown> {
  const { container, restarts, lastTermination } = facts;
  const running = 'startedAtMs' in container;
  return {
    ready: isReady(facts),
    started: running && container.kind !== 'starting',
    restartCount: restarts,
    state: containerState(pod, container),
    // While a container shows how it ended, its last state is still the one before.
    lastState:
      lastTermination && container.kind !== 'terminated' ? { terminated: terminated(lastTermination) } : {},
  };
}

function containerState(pod: KubeObject, container: ContainerState): Record<string, unknown> {
  switch (container.kind) {
    case 'creating':
      return { waiting: { reason: 'ContainerCreating' } };
    case 'image-missing':
      return { waiting: imageProblem(podSpec(pod).containers[0]?.image ?? '', container.isBackingOff) };
    case 'starting':
    case 'ready':
    case 'stopping':
      return { running: { startedAt: rfc3339(container.startedAtMs) } };
    case 'terminated':
      return { terminated: terminated(container.termination) };
    case 'backing-off': {
      const { namespace, name, uid } = pod.metadata;
      const what = `container=${mainContainer(pod).name} pod=${name}_${namespace}(${uid})`;
      const message = `back-off ${goSeconds(container.delayMs / 1000)} restarting failed ${what}`;
      return { waiting: { reason: 'CrashLoopBackOff', message } };
    }
  }
}

function imageProblem(image: string, isBackingOff: boolean): { reason: string; message: string } {
  return isBackingOff
    ? { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": ${pullFailure(image)}` }
    : { reason: 'ErrImagePull', message: pullFailure(image) };
}

function terminated({ reason, exitCode, startedAtMs, finishedAtMs }: Termination): Record<string, unknown> {
  return { reason, exitCode, startedAt: rfc3339(startedAtMs), finishedAt: rfc3339(finishedAtMs) };
}

/** Containers beside the first carry no load: they run as long as the pod does. */
function sidecarStatus(facts: PodFacts): Record<string, unknown> {
  const { admittedAtMs } = facts;
  const running = isCreated(facts);
  return {
    ready: running,
    started: running,
    restartCount: 0,
    state: running
      ? { running: { startedAt: rfc3339(admittedAtMs) } }
      : { waiting: { reason: 'ContainerCreating' } },
    lastState: {},
  };
}

function podCondition(
  pod: KubeObject,
  type: string,
  holds: boolean,
  nowMs: number,
  why?: { reason: string; message: string },
): Record<string, unknown> {
  const status = holds ? 'True' : 'False';
  const before = condition(pod, type);
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : rfc3339(nowMs);
  return { type, status, lastProbeTime: null, lastTransitionTime, ...why };
}

/** `10s`, `2m40s`, `5m0s`: as Go prints durations. */
function goSeconds(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds % 60}s`;
}
