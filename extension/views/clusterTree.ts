import type {
  AgentSnapshot,
  AutoscalerState,
  Connection,
  DataState,
  Fault,
  Handover,
  Health,
  PodState,
  ReleaseState,
  ScalingState,
  WorkloadState,
} from '../../agent/protocol';
import { clusterNowMs } from '../../agent/protocol/clusterTime';
import { autoscalerText } from '../../agent/protocol/describeAction';
import { errorText } from '../../agent/protocol/errors';
import { formatAge, sentence } from '../../agent/protocol/format';
import { releaseLabel } from '../../webview/model/releases';
import {
  autoscalerLine,
  handedOver,
  scalingLabel,
  scalingPolicyText,
  scalingProblems,
  steeringWords,
} from '../../webview/model/scaling';
import { type AgentState, outOfTouch, shownSnapshot } from '../agent/state';
import { faultContext } from './chaosTree';
import { type Icon, type TreeNode, treeNode } from './treeNode';

const HEALTH_ICONS: Record<Health, Icon> = {
  healthy: { id: 'pass', colour: 'testing.iconPassed' },
  warming: { id: 'clock', colour: 'charts.blue' },
  degraded: { id: 'warning', colour: 'list.warningForeground' },
  failing: { id: 'error', colour: 'list.errorForeground' },
  unknown: { id: 'question', colour: 'disabledForeground' },
};
/** What Coxswain has made of an autoscaler. */
const HANDOVERS: Record<Handover['how'], string> = {
  advise: 'advised by Coxswain',
  own: 'suspended by Coxswain',
};
const NO_WORKLOADS =
  'There are no Deployments in the namespaces that may be seen. "Coxswain: Diagnose" says which these are.';
const NO_DATA_ICON: Icon = { id: 'circle-slash', colour: 'disabledForeground' };

/** Context → namespace → workload → autoscalers, faults and pods. Empty where nothing has been connected: a welcome shows then. */
export function clusterTree(state: AgentState, wallMs: number): readonly TreeNode[] {
  const snapshot = shownSnapshot(state);
  if (snapshot?.connection.kind !== 'connected') return [];
  const { connection } = snapshot;
  const trouble = connection.trouble?.message ?? outOfTouch(state);
  return [
    treeNode({
      id: 'context',
      label: connection.context,
      description: trouble ? 'stale' : `Kubernetes ${connection.serverVersion}`,
      tooltip: contextTooltip(connection, trouble),
      icon: trouble ? { id: 'warning', colour: 'list.warningForeground' } : { id: 'server-environment' },
      context: 'context',
      open: 'expanded',
      children: () => namespaceNodes(snapshot, wallMs),
    }),
  ];
}

/**
 * The text above the tree: why it is old, or null. An empty tree has none, because VS Code would show it in place of
 * the welcome and its buttons; the status bar says why there.
 */
export function clusterMessage(state: AgentState): string | null {
  const connection = shownSnapshot(state)?.connection;
  if (connection?.kind !== 'connected') return null;
  switch (state.kind) {
    case 'down':
      return errorText(state.error);
    case 'restarting':
      return `${sentence(state.error.message)} It is being restarted.`;
    case 'running':
      if (connection.trouble) return errorText(connection.trouble);
      return state.snapshot.workloads.length === 0 ? NO_WORKLOADS : null;
    case 'starting':
      return null;
  }
}

function contextTooltip(
  connection: Extract<Connection, { kind: 'connected' }>,
  trouble: string | null,
): string {
  const { metrics } = connection;
  const source =
    metrics.kind === 'prometheus'
      ? `Prometheus at ${metrics.address}`
      : metrics.kind === 'metrics-server'
        ? `metrics-server (${metrics.note})`
        : `none (${metrics.reason})`;
  const denied = connection.permissions.filter((permission) => !permission.allowed);
  const lines = [`${connection.context} at ${connection.server}`, `Metrics: ${source}`];
  if (trouble) lines.push(`Stale: ${trouble}`);
  for (const { verb, resource, purpose } of denied)
    lines.push(`Not permitted: ${verb} ${resource} (${purpose})`);
  return lines.join('\n');
}

function namespaceNodes(snapshot: AgentSnapshot, wallMs: number): readonly TreeNode[] {
  const byNamespace = Map.groupBy(snapshot.workloads, (workload) => workload.ref.namespace);
  return [...byNamespace]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([namespace, workloads]) =>
      treeNode({
        id: `namespace/${namespace}`,
        label: namespace,
        description: troubled(workloads),
        icon: { id: 'symbol-namespace' },
        context: 'namespace',
        open: 'expanded',
        children: () =>
          workloads
            .toSorted((a, b) => a.ref.name.localeCompare(b.ref.name))
            .map((workload) => workloadNode(snapshot, workload, wallMs)),
      }),
    );
}

function troubled(workloads: readonly WorkloadState[]): string {
  const count = workloads.filter(({ health }) => health === 'failing' || health === 'degraded').length;
  return count === 0 ? '' : `${count} not healthy`;
}

function workloadNode(snapshot: AgentSnapshot, workload: WorkloadState, wallMs: number): TreeNode {
  const nowMs = clusterNowMs(snapshot.clock, wallMs);
  const faults = snapshot.faults.filter(
    (fault) => fault.workloadId === workload.id && fault.endedAtMs === null,
  );
  const scaling = snapshot.scaling.find(({ id }) => id === workload.id) ?? null;
  const release = snapshot.releases.find(({ id }) => id === workload.id) ?? null;
  return treeNode({
    id: workload.id,
    label: workload.ref.name,
    description: workloadDescription(workload, scaling, release, nowMs),
    tooltip: [
      workloadTooltip(workload, nowMs),
      ...scalingLines(scaling, nowMs),
      ...(release === null ? [] : [`Release: ${release.status}`]),
    ].join('\n'),
    icon: workload.data.kind === 'none' ? NO_DATA_ICON : HEALTH_ICONS[workload.health],
    context: workloadContext(workload, scaling),
    target: { workloadId: workload.id },
    open: 'collapsed',
    children: () => [
      ...(scaling?.autoscalers ?? []).map((autoscaler) => autoscalerNode(workload, autoscaler)),
      ...faults.map(faultNode),
      ...workload.pods.map((pod) => podNode(workload, pod, nowMs)),
    ],
  });
}

/** `workload.observeOnly.scaled`: what may be done with it, for the menus. */
function workloadContext({ steering }: WorkloadState, scaling: ScalingState | null): string {
  return [
    'workload',
    ...(steering.kind === 'act' ? [] : ['observeOnly']),
    ...(scaling === null ? [] : [handedOver(scaling) === null ? 'scaled' : 'handedOver']),
  ].join('.');
}

/** Who scales it, by what, and what is wrong with that. */
function scalingLines(scaling: ScalingState | null, nowMs: number): string[] {
  if (scaling === null) return [];
  const { title, text } = steeringWords(scaling, nowMs);
  return [
    `Scaling: ${title}. ${text}`,
    ...scaling.autoscalers.map(autoscalerLine),
    `Scaler ${scalingPolicyText(scaling)}, ${scaling.minReplicas}…${scaling.maxReplicas} replicas: ${scaling.status}`,
    ...scalingProblems(scaling),
  ];
}

function workloadDescription(
  workload: WorkloadState,
  scaling: ScalingState | null,
  release: ReleaseState | null,
  nowMs: number,
): string {
  const parts = [`${workload.readyReplicas}/${workload.desiredReplicas}`];
  // Where nothing scales but a person, that nothing is done about it is no news.
  if (scaling !== null && scaling.autoscalers.length > 0) parts.push(scalingLabel(scaling));
  if (release !== null) parts.push(releaseLabel(release));
  if (workload.health !== 'healthy') parts.push(workload.health);
  const age = dataAge(workload.data, nowMs);
  if (age) parts.push(age);
  if (workload.steering.kind === 'observe-only') parts.push('observe only');
  if (workload.lastAction) {
    parts.push(`${workload.lastAction.text}, ${formatAge(nowMs - workload.lastAction.atMs)} ago`);
  }
  return parts.filter(Boolean).join(' · ');
}

function workloadTooltip(workload: WorkloadState, nowMs: number): string {
  const { ref, health, healthReason, data, steering, policy, replicasOwner, incident } = workload;
  const lines = [
    `${ref.kind} ${ref.namespace}/${ref.name}`,
    healthReason ? `${health}: ${healthReason}` : health,
    `${workload.readyReplicas} of ${workload.desiredReplicas} replicas ready`,
    `Policy ${policy.name} ${policy.version}, tasks: ${workload.tasks.join(', ') || 'none'}`,
  ];
  if (data.kind !== 'fresh') lines.push(`${dataAge(data, nowMs)}: ${data.reason}`);
  if (steering.kind === 'observe-only') lines.push(`Observe only: ${steering.reason}`);
  if (replicasOwner) lines.push(`Replicas are set by ${replicasOwner}`);
  if (incident) lines.push(`Incident for ${formatAge(nowMs - incident.detectedAtMs)}: ${incident.symptom}`);
  return lines.join('\n');
}

/** Empty for fresh data, whose age is of no interest. */
function dataAge(data: DataState, nowMs: number): string {
  switch (data.kind) {
    case 'fresh':
      return '';
    case 'stale':
      return `stale for ${formatAge(nowMs - data.atMs)}`;
    case 'none':
      return 'no data';
  }
}

function autoscalerNode(workload: WorkloadState, autoscaler: AutoscalerState): TreeNode {
  const { minReplicas, maxReplicas, desiredReplicas, handover, problem } = autoscaler;
  const facts = [
    `${minReplicas}…${maxReplicas}`,
    desiredReplicas === null ? '' : `wants ${desiredReplicas}`,
    handover === null ? '' : HANDOVERS[handover.how],
    problem === '' ? '' : `cannot work: ${problem}`,
  ];
  return treeNode({
    id: `${workload.id}/autoscaler/${autoscaler.uid}`,
    label: autoscalerText(autoscaler),
    description: facts.filter(Boolean).join(' · '),
    tooltip: autoscalerLine(autoscaler),
    icon: problem === '' ? { id: 'arrow-both' } : { id: 'warning', colour: 'list.warningForeground' },
    target: { workloadId: workload.id },
  });
}

function faultNode(fault: Fault): TreeNode {
  return treeNode({
    id: `fault/${fault.id}`,
    label: fault.text,
    description: `fault, ${fault.state}`,
    tooltip: `${fault.kind} with ${fault.provider}\nPods: ${fault.pods.join(', ') || 'not yet known'}`,
    icon: { id: 'flame', colour: 'charts.red' },
    context: faultContext(fault.state),
    target: { workloadId: fault.workloadId, faultId: fault.id },
  });
}

function podNode(workload: WorkloadState, pod: PodState, nowMs: number): TreeNode {
  const parts = [pod.status];
  if (!pod.ready && pod.status === 'Running') parts.push('not ready');
  if (pod.drained) parts.push('drained');
  if (pod.restarts > 0) parts.push(pod.restarts === 1 ? '1 restart' : `${pod.restarts} restarts`);
  return treeNode({
    id: `${workload.id}/${pod.uid}`,
    label: pod.name,
    description: parts.join(' · '),
    tooltip: podTooltip(pod, nowMs),
    icon: HEALTH_ICONS[pod.health],
    context: 'pod',
    target: { workloadId: workload.id, pod: pod.name },
  });
}

function podTooltip(pod: PodState, nowMs: number): string {
  const percent = (share: number | null) => (share === null ? 'no data' : `${Math.round(share * 100)} %`);
  const latency = pod.latencyP95Ms === null ? 'no data' : `${Math.round(pod.latencyP95Ms)} ms`;
  return [
    `Pod ${pod.name}, ${pod.health}`,
    `On ${pod.node ?? 'no node yet'}, for ${formatAge(nowMs - pod.createdAtMs)}`,
    `CPU ${percent(pod.cpuUtilisation)}, memory ${percent(pod.memoryUtilisation)} of the limit`,
    `p95 latency ${latency}`,
  ].join('\n');
}
