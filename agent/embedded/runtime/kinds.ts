import * as z from 'zod';
import { parseQuantity } from '../../cluster/quantity';
import type { KubeObject, ObjectMeta, OwnerReference } from '../objectStore';
import { fromLabelSelector, labelsMatch, type Requirement } from '../store/labelSelector';

/**
 * The parts of the built-in kinds that the controllers read, with Kubernetes' defaults. Views are cached by object,
 * which works because stored objects are never modified.
 */
export function view<T>(read: (object: KubeObject) => T): (object: KubeObject) => T {
  const cache = new WeakMap<KubeObject, { value: T }>();
  return (object) => {
    const cached = cache.get(object);
    if (cached) return cached.value;
    const value = read(object);
    cache.set(object, { value });
    return value;
  };
}

const Labels = z.record(z.string(), z.string());
const Quantity = z.union([z.string(), z.number()]).transform((value, context) => {
  const quantity = parseQuantity(value);
  if (quantity !== null) return quantity;
  context.addIssue(`not a quantity: ${value}`);
  return z.NEVER;
});
const Resources = z.object({ cpu: Quantity.optional(), memory: Quantity.optional() });
const LabelSelector = z.unknown().transform((value, context): readonly Requirement[] => {
  const requirements = fromLabelSelector(value);
  if (requirements) return requirements;
  context.addIssue('not a label selector');
  return z.NEVER;
});
/** A number, or a share of something as `25%`. */
const IntOrPercent = z.union([z.int().min(0), z.string().regex(/^\d+%$/)]);
type IntOrPercent = z.infer<typeof IntOrPercent>;

const Port = z.union([z.int(), z.string()]);
const Probe = z.object({
  httpGet: z.object({ path: z.string().default('/'), port: Port }).optional(),
  tcpSocket: z.object({ port: Port }).optional(),
  initialDelaySeconds: z.number().default(0),
  periodSeconds: z.number().min(1).default(10),
  timeoutSeconds: z.number().min(1).default(1),
  successThreshold: z.number().min(1).default(1),
  failureThreshold: z.number().min(1).default(3),
});
export type Probe = z.infer<typeof Probe>;

const Container = z.object({
  name: z.string(),
  image: z.string().default('unknown'),
  ports: z.array(z.object({ containerPort: z.int(), name: z.string().optional() })).default([]),
  readinessProbe: Probe.optional(),
  livenessProbe: Probe.optional(),
  resources: z.object({ limits: Resources.default({}), requests: Resources.optional() }).prefault({}),
});

/** What a container requests: its limit, where it says nothing else; null where it has neither. */
export function requestOf(
  { resources }: z.infer<typeof Container>,
  resource: 'cpu' | 'memory',
): number | null {
  return resources.requests?.[resource] ?? resources.limits[resource] ?? null;
}

const PodSpec = z.object({
  nodeName: z.string().optional(),
  nodeSelector: Labels.default({}),
  tolerations: z
    .array(
      z.object({
        key: z.string().optional(),
        effect: z.string().optional(),
        tolerationSeconds: z.number().optional(),
      }),
    )
    .default([]),
  containers: z.array(Container).min(1),
  terminationGracePeriodSeconds: z.number().default(30),
});
export type PodSpec = z.infer<typeof PodSpec>;
export const podSpec = view((pod) => PodSpec.parse(pod.spec));

const Template = z.looseObject({
  metadata: z.looseObject({ labels: Labels.default({}), annotations: Labels.optional() }).prefault({}),
  spec: z.looseObject({}),
});

const ReplicaSetSpec = z.object({
  replicas: z.int().min(0).default(1),
  minReadySeconds: z.number().default(0),
  selector: LabelSelector,
  template: Template,
});
export const replicaSetSpec = view((replicaSet) => ReplicaSetSpec.parse(replicaSet.spec));

const ReplicaSetStatus = z.object({
  replicas: z.number().default(0),
  readyReplicas: z.number().default(0),
  availableReplicas: z.number().default(0),
});
export const replicaSetStatus = view((replicaSet) => ReplicaSetStatus.parse(replicaSet.status ?? {}));

const DeploymentSpec = z.object({
  replicas: z.int().min(0).default(1),
  minReadySeconds: z.number().default(0),
  revisionHistoryLimit: z.number().default(10),
  progressDeadlineSeconds: z.number().default(600),
  paused: z.boolean().default(false),
  selector: z.unknown(),
  template: Template,
  strategy: z
    .object({
      type: z.enum(['RollingUpdate', 'Recreate']).default('RollingUpdate'),
      rollingUpdate: z
        .object({ maxSurge: IntOrPercent.default('25%'), maxUnavailable: IntOrPercent.default('25%') })
        .prefault({}),
    })
    .prefault({}),
});
export type DeploymentSpec = z.infer<typeof DeploymentSpec>;
export const deploymentSpec = view((deployment) => DeploymentSpec.parse(deployment.spec));

const Condition = z.looseObject({
  type: z.string(),
  status: z.string(),
  lastTransitionTime: z.string().optional(),
});
export type Condition = z.infer<typeof Condition>;
const Conditions = z.object({ conditions: z.array(Condition).default([]) });
export const conditions = view((object) => Conditions.parse(object.status ?? {}).conditions);

export function condition(object: KubeObject, type: string): Condition | undefined {
  return conditions(object).find((candidate) => candidate.type === type);
}

const Taint = z.looseObject({ key: z.string(), effect: z.string() });
const NodeSpec = z.object({
  unschedulable: z.boolean().default(false),
  taints: z.array(Taint).default([]),
});
const NodeStatus = z.object({ allocatable: z.object({ cpu: Quantity, memory: Quantity, pods: Quantity }) });
export const nodeView = view((node) => ({
  ...NodeSpec.parse(node.spec ?? {}),
  allocatable: NodeStatus.parse(node.status).allocatable,
}));

const ServiceSpec = z.object({
  selector: Labels.default({}),
  ports: z
    .array(z.object({ name: z.string().optional(), port: z.int(), targetPort: Port.optional() }))
    .default([]),
});
export const servicePorts = view((service) => ServiceSpec.parse(service.spec).ports);
export const serviceSelector = view((service) => ServiceSpec.parse(service.spec).selector);

const BudgetSpec = z.object({
  selector: LabelSelector,
  minAvailable: IntOrPercent.optional(),
  maxUnavailable: IntOrPercent.optional(),
});
export type BudgetSpec = z.infer<typeof BudgetSpec>;
export const budgetSpec = view((budget) => BudgetSpec.parse(budget.spec));

/** `25%` of `total`, or the number itself. */
export function resolveShare(value: IntOrPercent, total: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const exact = (Number(value.slice(0, -1)) * total) / 100;
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact);
}

export function podPhase(pod: KubeObject): string {
  const phase = pod.status?.phase;
  return typeof phase === 'string' ? phase : 'Pending';
}

export function isPodReady(pod: KubeObject): boolean {
  return condition(pod, 'Ready')?.status === 'True';
}

/** Neither ended nor being deleted. */
export function isPodActive(pod: KubeObject): boolean {
  const phase = podPhase(pod);
  return phase !== 'Succeeded' && phase !== 'Failed' && pod.metadata.deletionTimestamp === undefined;
}

export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller);
}

/** The reference by which `owner` controls what it creates. */
export function controlledBy(owner: KubeObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

export function matches(selector: readonly Requirement[], object: KubeObject): boolean {
  return selector.length > 0 && labelsMatch(selector, object.metadata.labels ?? {});
}

/** `namespace/name`, the key of an object in the controllers' queues. */
export function keyOf(metadata: Pick<ObjectMeta, 'namespace' | 'name'>): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

export function splitKey(key: string): { namespace: string | undefined; name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash) || undefined, name: key.slice(slash + 1) };
}
