import * as z from 'zod';
import { parseQuantity } from '../quantity';
import type { Container, Owner, ReadinessCheck, RunningFault } from '../snapshot';
import { reduceNativeFault } from './faultNative';
import { Condition, type Identified, LAST_APPLIED, LabelSelector, Labels } from './meta';
import { gitOpsOwners, managersOf, OwnedMeta } from './owners';
import { CANARY, RELEASE_NOTE } from './releaseNote';

/** A Deployment's own part of a workload. */
export interface DeploymentRecord extends Identified {
  resourceVersion: string;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  annotated: boolean;
  templateAnnotated: boolean;
  selector: Readonly<Record<string, string>>;
  /** By which Services and disruption budgets find its pods. */
  templateLabels: Readonly<Record<string, string>>;
  desiredReplicas: number;
  readyReplicas: number;
  rollingOut: boolean;
  rolloutStalled: boolean;
  containers: readonly Container[];
  maxUnavailable: number;
  cpuLimitCores: number | null;
  cpuRequestCores: number | null;
  memoryRequestBytes: number | null;
  memoryLimitBytes: number | null;
  /** GitOps controllers, from labels, annotations and field managers. */
  owners: readonly Owner[];
  /** What a native fault of ours has done to it. */
  fault: RunningFault | null;
  /** `spec` as it stands there, of one that Coxswain releases: a canary is made of it. Null for all others. */
  spec: unknown;
  /** Its controller has seen the latest of what is wanted of it. */
  isObserved: boolean;
}

const Quantities = z.record(z.string(), z.union([z.string(), z.number()])).nullish();
const Resources = z.object({ limits: Quantities, requests: Quantities }).nullish();
type Resources = z.infer<typeof Resources>;
type ResourceName = 'cpu' | 'memory';

const Port = z.union([z.number(), z.string()]);
const WithPort = z.object({ port: Port }).nullish();
const ContainerSpec = z.object({
  name: z.string().default(''),
  image: z.string().default(''),
  readinessProbe: z
    .object({ httpGet: WithPort, tcpSocket: WithPort, grpc: WithPort, exec: z.object({}).nullish() })
    .nullish(),
  resources: Resources,
});

const PodTemplate = z.object({
  metadata: z.object({ labels: Labels, annotations: Labels }).default({ labels: {}, annotations: {} }),
  spec: z.object({
    resources: Resources,
    containers: z.array(ContainerSpec).default([]),
    initContainers: z
      .array(z.object({ restartPolicy: z.string().nullish(), resources: Resources }))
      .nullish(),
  }),
});
type PodSpec = z.infer<typeof PodTemplate>['spec'];

const Amount = z.union([z.number(), z.string()]).nullish();

const DeploymentObject = z.object({
  metadata: OwnedMeta,
  spec: z.object({
    replicas: z.number().int().default(1),
    selector: LabelSelector,
    template: PodTemplate,
    strategy: z
      .object({
        type: z.string().nullish(),
        rollingUpdate: z.object({ maxUnavailable: Amount, maxSurge: Amount }).nullish(),
      })
      .nullish(),
  }),
  status: z
    .object({
      replicas: z.number().default(0),
      updatedReplicas: z.number().default(0),
      readyReplicas: z.number().default(0),
      observedGeneration: z.number().nullish(),
      conditions: z.array(Condition).nullish(),
    })
    .default({ replicas: 0, updatedReplicas: 0, readyReplicas: 0 }),
});
type DeploymentObject = z.infer<typeof DeploymentObject>;

const WithSpec = z.object({ spec: z.unknown() });

/** Throws ZodError on what is not a Deployment. */
export function reduceDeployment(object: unknown): DeploymentRecord {
  const source = DeploymentObject.parse(object);
  const { metadata, spec, status } = source;
  const { [LAST_APPLIED]: _, ...annotations } = metadata.annotations;
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    labels: metadata.labels,
    annotations,
    annotated: Object.keys(metadata.annotations).length > 0,
    templateAnnotated: Object.keys(spec.template.metadata.annotations).length > 0,
    selector: spec.selector.matchLabels,
    templateLabels: spec.template.metadata.labels,
    desiredReplicas: spec.replicas,
    readyReplicas: status.readyReplicas,
    rollingOut: isRollingOut(status),
    rolloutStalled: STALLED.has(progressReason(status) ?? ''),
    containers: spec.template.spec.containers.map(containerOf),
    maxUnavailable: maxUnavailable(spec),
    cpuLimitCores: limitOf(spec.template.spec, 'cpu'),
    cpuRequestCores: requestOf(spec.template.spec, 'cpu'),
    memoryRequestBytes: requestOf(spec.template.spec, 'memory'),
    memoryLimitBytes: limitOf(spec.template.spec, 'memory'),
    owners: [...managersOf(metadata, ['spec', 'replicas'], 'replicas'), ...gitOpsOwners(metadata)],
    fault: reduceNativeFault(object, metadata, DEPLOYMENTS, spec.selector.matchLabels),
    isObserved: (status.observedGeneration ?? metadata.generation) >= metadata.generation,
    spec: CANARY in annotations || RELEASE_NOTE in annotations ? WithSpec.parse(object).spec : null,
  };
}

const DEPLOYMENTS = { apiVersion: 'apps/v1', plural: 'deployments' };

function containerOf({ name, image, readinessProbe }: z.infer<typeof ContainerSpec>): Container {
  return { name, image, readiness: readinessOf(readinessProbe) };
}

function readinessOf(probe: z.infer<typeof ContainerSpec>['readinessProbe']): ReadinessCheck | null {
  if (!probe) return null;
  for (const handler of ['httpGet', 'tcpSocket', 'grpc'] as const) {
    const check = probe[handler];
    if (check) return { handler, port: check.port };
  }
  return probe.exec ? { handler: 'exec' } : null;
}

/** As the Deployment controller counts: shares of the replicas, surge rounded up and unavailable down, never both 0. */
function maxUnavailable({ replicas, strategy }: DeploymentObject['spec']): number {
  if (strategy?.type === 'Recreate') return replicas;
  const { maxUnavailable: away = '25%', maxSurge: more = '25%' } = strategy?.rollingUpdate ?? {};
  const gone = Math.min(replicas, Math.floor(amountOf(away ?? '25%', replicas)));
  return gone === 0 && Math.ceil(amountOf(more ?? '25%', replicas)) === 0 ? Math.min(1, replicas) : gone;
}

function amountOf(amount: number | string, replicas: number): number {
  if (typeof amount === 'number') return amount;
  const share = Number.parseInt(amount, 10);
  return Number.isNaN(share) ? 0 : (share * replicas) / 100;
}

/**
 * Pods of an old template are left, or the latest template has not been complete yet. Once it was complete the
 * Deployment controller leaves `Progressing` at NewReplicaSetAvailable whatever the replica count does.
 */
function isRollingOut(status: DeploymentObject['status']): boolean {
  const reason = progressReason(status);
  return status.replicas > status.updatedReplicas || (reason !== undefined && !AT_REST.has(reason));
}

/** Reasons that say nothing of a new template: a Deployment may be paused with all its pods up to date. */
const AT_REST = new Set(['NewReplicaSetAvailable', 'DeploymentPaused']);
const STALLED = new Set(['ProgressDeadlineExceeded', 'DeploymentPaused']);

function progressReason({ conditions }: DeploymentObject['status']): string | undefined {
  return conditions?.find(({ type }) => type === 'Progressing')?.reason ?? undefined;
}

/** The pod's own limit, else the sum over the containers that set one. */
function limitOf(spec: PodSpec, resource: ResourceName): number | null {
  const limits = spec.containers.flatMap(({ resources }) => amount(resources, 'limits', resource) ?? []);
  return amount(spec.resources, 'limits', resource) ?? sumOf(limits);
}

/**
 * The pod's own request, else the sum over its containers and sidecars; the API server takes the limit for a request
 * that is not set. Null where one has neither.
 */
function requestOf(spec: PodSpec, resource: ResourceName): number | null {
  const own = amount(spec.resources, 'requests', resource);
  if (own !== null) return own;
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const requests = [...spec.containers, ...sidecars].map(
    ({ resources }) => amount(resources, 'requests', resource) ?? amount(resources, 'limits', resource),
  );
  const set = requests.filter((request) => request !== null);
  return set.length === requests.length ? sumOf(set) : null;
}

function sumOf(amounts: readonly number[]): number | null {
  return amounts.length > 0 ? amounts.reduce((sum, each) => sum + each, 0) : null;
}

function amount(resources: Resources, of: 'limits' | 'requests', resource: ResourceName): number | null {
  const text = resources?.[of]?.[resource];
  return text === undefined ? null : parseQuantity(text);
}
