import * as z from 'zod';
import type { Autoscaler } from '../snapshot';
import { readHandoverNote } from './handoverNote';
import { Condition, type Identified, LAST_APPLIED } from './meta';
import { gitOpsOwners, managersOf, OwnedMeta } from './owners';

/** A HorizontalPodAutoscaler or a KEDA ScaledObject. */
export interface ScalerRecord extends Identified {
  /** The Deployment that it scales; null for anything else. */
  deployment: string | null;
  /** The Rollout that it scales; null for anything else. */
  rollout: string | null;
  autoscaler: Autoscaler;
  /** The ScaledObject that owns this HPA; null for any other. */
  scaledObject: string | null;
}

const Target = z.object({ kind: z.string().default('Deployment'), name: z.string() });
/** What may not be as expected without hiding that there is an autoscaler. */
const lenient = <S extends z.ZodType>(schema: S) => schema.nullish().catch(null);
const Count = lenient(z.number().int());
const Conditions = lenient(z.array(Condition.extend({ message: z.string().nullish() })));
const Utilisation = z.object({
  type: z.literal('Utilization'),
  averageUtilization: z.number().positive(),
});
const CpuMetric = z.union([
  z.object({
    type: z.literal('Resource'),
    resource: z.object({ name: z.literal('cpu'), target: Utilisation }),
  }),
  z.object({
    type: z.literal('ContainerResource'),
    containerResource: z.object({ name: z.literal('cpu'), target: Utilisation }),
  }),
]);

const HpaObject = z.object({
  metadata: OwnedMeta,
  spec: z.object({
    scaleTargetRef: Target,
    minReplicas: Count,
    maxReplicas: Count,
    metrics: lenient(z.array(z.unknown())),
    behavior: z.unknown().optional(),
    /** autoscaling/v1. */
    targetCPUUtilizationPercentage: lenient(z.number().positive()),
  }),
  status: z
    .object({ currentReplicas: Count, desiredReplicas: Count, conditions: Conditions })
    .nullish()
    .catch(null),
});

/** What the API server fills in where an HPA names no metrics. */
const DEFAULT_UTILISATION = 0.8;

/** Of autoscaling/v2, or v1. Throws ZodError on what is not an HPA. */
export function reduceHpa(object: unknown): ScalerRecord {
  const { metadata, spec, status } = HpaObject.parse(object);
  const metrics = spec.metrics ?? null;
  return recordOf(metadata, spec.scaleTargetRef, {
    ...identityOf(metadata, 'hpa'),
    minReplicas: spec.minReplicas ?? 1,
    maxReplicas: spec.maxReplicas ?? spec.minReplicas ?? 1,
    metrics,
    behavior: spec.behavior ?? null,
    targetUtilisation:
      metrics === null || metrics.length === 0
        ? (spec.targetCPUUtilizationPercentage ?? 100 * DEFAULT_UTILISATION) / 100
        : lowest(metrics.flatMap(utilisationOf)),
    desiredReplicas: status?.desiredReplicas ?? null,
    currentReplicas: status?.currentReplicas ?? null,
    conditions: conditionsOf(status?.conditions),
  });
}

const CpuTrigger = z.object({
  type: z.literal('cpu'),
  metricType: z.literal('Utilization').optional(),
  metadata: z.object({
    /** Where triggers of old had what is `metricType` now. */
    type: z.literal('Utilization').optional(),
    value: z.coerce.number().positive(),
  }),
});

const ScaledObject = z.object({
  metadata: OwnedMeta,
  spec: z.object({
    scaleTargetRef: Target,
    minReplicaCount: Count,
    maxReplicaCount: Count,
    triggers: lenient(z.array(z.unknown())),
  }),
  status: z.object({ conditions: Conditions }).nullish().catch(null),
});

/** https://keda.sh/docs/latest/reference/scaledobject-spec/. Throws ZodError on what is not a ScaledObject. */
export function reduceScaledObject(object: unknown): ScalerRecord {
  const { metadata, spec, status } = ScaledObject.parse(object);
  const triggers = spec.triggers ?? [];
  return recordOf(metadata, spec.scaleTargetRef, {
    ...identityOf(metadata, 'keda'),
    minReplicas: spec.minReplicaCount ?? 0,
    maxReplicas: spec.maxReplicaCount ?? 100,
    metrics: spec.triggers ?? null,
    behavior: null,
    targetUtilisation: lowest(
      triggers.flatMap((trigger) => {
        const cpu = CpuTrigger.safeParse(trigger).data;
        return cpu ? [cpu.metadata.value / 100] : [];
      }),
    ),
    // The HPA that KEDA makes has them.
    desiredReplicas: null,
    currentReplicas: null,
    conditions: conditionsOf(status?.conditions),
  });
}

function recordOf(metadata: OwnedMeta, target: z.infer<typeof Target>, autoscaler: Autoscaler): ScalerRecord {
  const { namespace, name, uid } = metadata;
  return {
    namespace,
    name,
    uid,
    deployment: target.kind === 'Deployment' ? target.name : null,
    rollout: target.kind === 'Rollout' ? target.name : null,
    autoscaler,
    scaledObject: autoscaler.kind === 'hpa' ? madeFor(metadata) : null,
  };
}

/** KEDA owns each HPA that it makes. */
function madeFor({ ownerReferences }: OwnedMeta): string | null {
  return ownerReferences?.find(({ kind }) => kind === 'ScaledObject')?.name ?? null;
}

function identityOf(metadata: OwnedMeta, kind: Autoscaler['kind']) {
  const { [LAST_APPLIED]: _, ...annotations } = metadata.annotations;
  const labelled = gitOpsOwners(metadata);
  return {
    kind,
    name: metadata.name,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    annotations,
    annotated: Object.keys(metadata.annotations).length > 0,
    gitOps: labelled.length > 0 ? labelled : managersOf(metadata, ['spec'], 'object'),
    handover: readHandoverNote(annotations),
  };
}

function utilisationOf(metric: unknown): number[] {
  const cpu = CpuMetric.safeParse(metric).data;
  if (!cpu) return [];
  const { target } = cpu.type === 'Resource' ? cpu.resource : cpu.containerResource;
  return [target.averageUtilization / 100];
}

/** The lowest of several wants the most replicas, and the most are what is done. */
function lowest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.min(...values);
}

function conditionsOf(conditions: z.infer<typeof Conditions>): Autoscaler['conditions'] {
  return (conditions ?? []).map(({ type, status, reason, message }) => ({
    type,
    status,
    reason: reason ?? '',
    message: message ?? '',
  }));
}
