import { stringify } from 'yaml';
import type { Autoscaler } from '../../cluster/snapshot';
import { type TunedRule, writtenRule } from '../../config/scaleRule';
import { rulesBeforeHandover } from '../../safety/handover/rulesBefore';
import { ownerText } from '../../safety/rules/replicas';
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
  return manifest(target, hpa, 'Review it, then apply it: kubectl apply -f <this file>');
}

function manifest(target: PatchTarget, hpa: HpaBehaviour, howToApply: string): string {
  const { autoscaler, isKnown, setsTolerance } = target;
  const gitOps = autoscaler?.gitOps[0];
  const object =
    autoscaler?.kind === 'keda' ? scaledObject(target, hpa) : horizontalPodAutoscaler(target, hpa);
  const comments = [
    isKnown ? '' : 'Fill in namespace and names of your own workload.',
    setsTolerance
      ? 'tolerance needs Kubernetes 1.35, or the feature gate HPAConfigurableTolerance since 1.33.'
      : `An HPA of this cluster has no tolerance of its own: it was tuned for the cluster’s ${percent(hpa.scaleUp.tolerance)} %.`,
    gitOps ? `${ownerText(gitOps)} owns it: make the change in its repository.` : howToApply,
  ];
  return `${commented(comments)}${stringify(object, { lineWidth: 0 })}`;
}

/** What is to steer: a rule as it comes, one that was tuned for the workload, or a learned policy. */
export type Steerer =
  | { kind: 'rule'; name: string }
  | { kind: 'tuned-rule'; rule: TunedRule }
  | { kind: 'learned'; promote: string };

/**
 * Lines of coxswain.yaml that let Coxswain scale the workload, and the HPA that it hands back to.
 *
 * @param fallback null where the HPA that there is does as well
 */
export function steeringPatch(
  target: PatchTarget,
  fallback: HpaBehaviour | null,
  { violationPrice, steerer }: { violationPrice: number; steerer: Steerer },
): string {
  const { namespace, name, isKnown, minReplicas, maxReplicas } = target;
  const rule = steerer.kind === 'tuned-rule' ? { rule: writtenRule(steerer.rule) } : {};
  const scale = { steering: 'own', violationPrice, minReplicas, maxReplicas, ...rule };
  const config = {
    ...(steerer.kind === 'rule' ? { scale: { policy: steerer.name } } : {}),
    workloads: { [`${namespace}/${name}`]: { scale } },
  };
  const comments = [
    'For coxswain.yaml. It takes over only by approval, or by itself in mode auto.',
    isKnown ? '' : 'Fill in namespace and name of your own workload.',
    ...steererComments(steerer, violationPrice),
    fallback === null ? 'The HPA stays as it is, and is in charge whenever Coxswain is not.' : '',
  ];
  const lines = `${commented(comments)}${stringify(config, { lineWidth: 0 })}`;
  if (fallback === null) return lines;
  const howToApply =
    'The fallback, in charge whenever Coxswain is not. Review it, then apply it from a file of its own: kubectl apply -f <file>';
  return `${lines}---\n${manifest(target, fallback, howToApply)}`;
}

function steererComments(steerer: Steerer, violationPrice: number): string[] {
  if (steerer.kind === 'learned') {
    // Its name is `scale/3`; the command takes the two apart.
    return [`The policy is made to steer by: coxswain model promote ${steerer.promote.replace('/', ' ')}`];
  }
  return [
    steerer.kind === 'tuned-rule'
      ? `The rule was tuned on this load for a price of ${violationPrice}: calibrate again for another one.`
      : 'A rule of the workload’s own (workloads.<name>.scale.rule) would come before scale.policy: remove it.',
    'A learned policy that is promoted comes before the rule; without one the rule decides: coxswain model rollback scale --to-rule',
  ];
}

function horizontalPodAutoscaler(target: PatchTarget, hpa: HpaBehaviour): Record<string, unknown> {
  const { namespace, name, autoscaler } = target;
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { namespace, name: autoscaler?.name ?? name },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      ...replicaBounds(target),
      metrics: [cpuMetric(target, hpa), ...otherMetrics(autoscaler)],
      behavior: behaviorOf(target, hpa),
    },
  };
}

/** https://keda.sh/docs/latest/reference/scaledobject-spec/ */
function scaledObject(target: PatchTarget, hpa: HpaBehaviour): Record<string, unknown> {
  const { namespace, name, autoscaler } = target;
  const { minReplicas, maxReplicas } = replicaBounds(target);
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

/** Those that people have given their autoscaler stay, however much of them the simulator had room for. */
function replicaBounds({ autoscaler, minReplicas, maxReplicas }: PatchTarget) {
  if (autoscaler === null) return { minReplicas, maxReplicas };
  const { minReplicas: own, maxReplicas: most } = rulesBeforeHandover(autoscaler);
  return { minReplicas: own, maxReplicas: most };
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
