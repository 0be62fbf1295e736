import * as z from 'zod';
import { parseQuantity } from '../quantity';
import type { Owner } from '../snapshot';
import { Condition, type Identified, LabelSelector, Labels, Meta } from './meta';

/** A Deployment's own part of a workload. */
export interface DeploymentRecord extends Identified {
  resourceVersion: string;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  selector: Readonly<Record<string, string>>;
  /** By which Services and disruption budgets find its pods. */
  templateLabels: Readonly<Record<string, string>>;
  desiredReplicas: number;
  readyReplicas: number;
  rollingOut: boolean;
  rolloutStalled: boolean;
  cpuLimitCores: number | null;
  memoryLimitBytes: number | null;
  /** GitOps controllers, from labels and annotations. */
  owners: readonly Owner[];
}

const Resources = z
  .object({ limits: z.record(z.string(), z.union([z.string(), z.number()])).nullish() })
  .nullish();

const PodTemplate = z.object({
  metadata: z.object({ labels: Labels }).default({ labels: {} }),
  spec: z.object({
    resources: Resources,
    containers: z.array(z.object({ resources: Resources })).default([]),
  }),
});

const DeploymentObject = z.object({
  metadata: Meta,
  spec: z.object({ replicas: z.number().int().default(1), selector: LabelSelector, template: PodTemplate }),
  status: z
    .object({
      replicas: z.number().default(0),
      updatedReplicas: z.number().default(0),
      readyReplicas: z.number().default(0),
      conditions: z.array(Condition).nullish(),
    })
    .default({ replicas: 0, updatedReplicas: 0, readyReplicas: 0 }),
});
type DeploymentObject = z.infer<typeof DeploymentObject>;

/** kubectl's copy of the whole object: large, and it may hold secrets. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

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
    selector: spec.selector.matchLabels,
    templateLabels: spec.template.metadata.labels,
    desiredReplicas: spec.replicas,
    readyReplicas: status.readyReplicas,
    rollingOut: isRollingOut(status),
    rolloutStalled: STALLED.has(progressReason(status) ?? ''),
    cpuLimitCores: limitOf(spec.template, 'cpu'),
    memoryLimitBytes: limitOf(spec.template, 'memory'),
    owners: gitOpsOwners(metadata),
  };
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
function limitOf({ spec }: z.infer<typeof PodTemplate>, resource: 'cpu' | 'memory'): number | null {
  const read = (resources: z.infer<typeof Resources>) => {
    const text = resources?.limits?.[resource];
    return text === undefined ? null : parseQuantity(text);
  };
  const limits = spec.containers.flatMap((container) => read(container.resources) ?? []);
  return read(spec.resources) ?? (limits.length > 0 ? limits.reduce((sum, limit) => sum + limit, 0) : null);
}

function gitOpsOwners({ labels, annotations }: Meta): Owner[] {
  const argoCd =
    annotations['argocd.argoproj.io/tracking-id']?.split(':')[0] ?? labels['argocd.argoproj.io/instance'];
  const flux = labels['kustomize.toolkit.fluxcd.io/name'] ?? labels['helm.toolkit.fluxcd.io/name'];
  return [
    ...(argoCd ? [{ kind: 'argo-cd' as const, name: argoCd, owns: 'object' as const }] : []),
    ...(flux ? [{ kind: 'flux' as const, name: flux, owns: 'object' as const }] : []),
  ];
}
