import { stringify } from 'yaml';
import type { Autoscaler } from '../../cluster/snapshot';
import type { HpaBehaviour } from './hpaRule';

/** What a manifest is for. */
export interface PatchTarget {
  namespace: string;
  name: string;
  /** False for a trace, whose names are to be filled in. */
  isKnown: boolean;
  autoscaler: Autoscaler | null;
  minReplicas: number;
  maxReplicas: number;
  /** Utilisation of the request ÷ utilisation of what a pod can use: an HPA counts by the former. */
  requestShare: number;
  /** Whether an HPA of the cluster may have a tolerance of its own. */
  setsTolerance: boolean;
}

/** A whole HPA to review and apply; of a KEDA ScaledObject that instead. */
export function hpaManifest(target: PatchTarget, hpa: HpaBehaviour): string {
  const { autoscaler, isKnown, setsTolerance } = target;
  const object =
    autoscaler?.kind === 'keda' ? scaledObject(target, hpa) : horizontalPodAutoscaler(target, hpa);
  const comments = [
    isKnown ? '' : 'Fill in namespace and names of your own workload.',
    setsTolerance
      ? 'tolerance needs Kubernetes 1.35, or the feature gate HPAConfigurableTolerance since 1.33.'
      : `An HPA of this cluster has no tolerance of its own: it was tuned for the cluster’s ${percent(hpa.scaleUp.tolerance)} %.`,
    'Review it, then apply it: kubectl apply -f <this file>',
  ];
  return `${commented(comments)}${stringify(object, { lineWidth: 0 })}`;
}

/** Lines of coxswain.yaml that let Coxswain scale the workload, and the tuned HPA that it hands back to. */
export function steeringPatch(
  target: PatchTarget,
  fallback: HpaBehaviour,
  how: { violationPrice: number; rule: string | null; promote: string | null },
): string {
  const { namespace, name, minReplicas, maxReplicas } = target;
  const { violationPrice, rule, promote } = how;
  const config = {
    ...(rule === null ? {} : { scale: { policy: rule } }),
    workloads: {
      [`${namespace}/${name}`]: { scale: { steering: 'own', violationPrice, minReplicas, maxReplicas } },
    },
  };
  const comments = [
    'For coxswain.yaml. It takes over only by approval, or by itself in mode auto.',
    promote === null ? '' : `The policy is made to steer by: coxswain model promote ${promote}`,
  ];
  const hpa = `# The fallback, which is in charge whenever Coxswain is not:\n${hpaManifest(target, fallback)}`;
  return `${commented(comments)}${stringify(config, { lineWidth: 0 })}---\n${hpa}`;
}

function horizontalPodAutoscaler(target: PatchTarget, hpa: HpaBehaviour): Record<string, unknown> {
  const { namespace, name, autoscaler, minReplicas, maxReplicas } = target;
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { namespace, name: autoscaler?.name ?? name },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas,
      maxReplicas,
      metrics: [cpuMetric(target, hpa), ...otherMetrics(autoscaler)],
      behavior: behaviorOf(target, hpa),
    },
  };
}

/** https://keda.sh/docs/latest/reference/scaledobject-spec/ */
function scaledObject(target: PatchTarget, hpa: HpaBehaviour): Record<string, unknown> {
  const { namespace, name, autoscaler, minReplicas, maxReplicas } = target;
  const triggers = Array.isArray(autoscaler?.metrics) ? autoscaler.metrics : [];
  const others = triggers.filter((trigger: unknown) => fieldOf(trigger, 'type') !== 'cpu');
  const value = String(targetPercent(target, hpa));
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { namespace, name: autoscaler?.name ?? name },
    spec: {
      scaleTargetRef: { name },
      minReplicaCount: minReplicas,
      maxReplicaCount: maxReplicas,
      advanced: { horizontalPodAutoscalerConfig: { behavior: behaviorOf(target, hpa) } },
      triggers: [{ type: 'cpu', metricType: 'Utilization', metadata: { value } }, ...others],
    },
  };
}

function cpuMetric(target: PatchTarget, hpa: HpaBehaviour): Record<string, unknown> {
  const averageUtilization = targetPercent(target, hpa);
  return { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } };
}

function targetPercent({ requestShare }: PatchTarget, { target }: HpaBehaviour): number {
  return Math.max(1, Math.round((100 * target) / requestShare));
}

/** Those that are not CPU stay as they are. */
function otherMetrics(autoscaler: Autoscaler | null): unknown[] {
  if (!Array.isArray(autoscaler?.metrics)) return [];
  return autoscaler.metrics.filter((metric: unknown) => {
    const resource = fieldOf(metric, 'resource') ?? fieldOf(metric, 'containerResource');
    return fieldOf(resource, 'name') !== 'cpu';
  });
}

function behaviorOf({ setsTolerance }: PatchTarget, { scaleUp, scaleDown }: HpaBehaviour) {
  const rules = ({
    tolerance,
    stabilizationWindowSeconds,
    selectPolicy,
    policies,
  }: HpaBehaviour['scaleUp']) => ({
    stabilizationWindowSeconds,
    ...(setsTolerance ? { tolerance: String(Math.round(1000 * tolerance) / 1000) } : {}),
    selectPolicy,
    policies: policies.map(({ type, value, periodSeconds }) => ({ type, value, periodSeconds })),
  });
  return { scaleUp: rules(scaleUp), scaleDown: rules(scaleDown) };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

function commented(lines: readonly string[]): string {
  return lines
    .filter((line) => line !== '')
    .map((line) => `# ${line}\n`)
    .join('');
}

function percent(share: number): string {
  return String(Math.round(100 * share));
}
