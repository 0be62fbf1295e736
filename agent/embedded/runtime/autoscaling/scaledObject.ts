import * as z from 'zod';
import type { KubeObject, NewObject } from '../../objectStore';
import { controlledBy } from '../kinds';

/** KEDA's defaults: https://keda.sh/docs/latest/reference/scaledobject-spec/ */
const ScaledObjectSpec = z.object({
  scaleTargetRef: z.object({
    name: z.string(),
    kind: z.string().default('Deployment'),
    apiVersion: z.string().default('apps/v1'),
  }),
  minReplicaCount: z.int().min(0).default(0),
  maxReplicaCount: z.int().min(1).default(100),
  triggers: z
    .array(
      z.object({
        type: z.string(),
        metricType: z.string().optional(),
        metadata: z.record(z.string(), z.string()).default({}),
      }),
    )
    .min(1, 'no triggers defined in the ScaledObject'),
  advanced: z
    .object({
      horizontalPodAutoscalerConfig: z
        .object({
          name: z.string().min(1).optional(),
          behavior: z.record(z.string(), z.unknown()).optional(),
        })
        .default({}),
    })
    .prefault({}),
});
export type ScaledObjectSpec = z.infer<typeof ScaledObjectSpec>;

/** Throws Error, whose message says what KEDA cannot work with. */
export function scaledObjectSpec({ spec }: KubeObject): ScaledObjectSpec {
  const parsed = ScaledObjectSpec.safeParse(spec);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  const { minReplicaCount, maxReplicaCount } = parsed.data;
  if (minReplicaCount > maxReplicaCount) {
    throw new Error(
      `MinReplicaCount=${minReplicaCount} must be less than or equal to MaxReplicaCount=${maxReplicaCount}`,
    );
  }
  return parsed.data;
}

const PAUSED = 'autoscaling.keda.sh/paused';
const PAUSED_REPLICAS = 'autoscaling.keda.sh/paused-replicas';

/** Whether it is paused, and at how many pods; null for as many as there are. */
export function pauseOf({ metadata }: KubeObject): { replicas: number | null } | null {
  const replicas = Number(metadata.annotations?.[PAUSED_REPLICAS] ?? Number.NaN);
  if (Number.isInteger(replicas) && replicas >= 0) return { replicas };
  return metadata.annotations?.[PAUSED] === 'true' ? { replicas: null } : null;
}

export function hpaName({ metadata }: KubeObject, { advanced }: ScaledObjectSpec): string {
  return advanced.horizontalPodAutoscalerConfig.name ?? `keda-hpa-${metadata.name}`;
}

/** The HPA that KEDA makes. Throws Error where a trigger needs an event source. */
export function hpaOf(scaledObject: KubeObject, spec: ScaledObjectSpec): NewObject {
  const { name: owner, namespace } = scaledObject.metadata;
  const name = hpaName(scaledObject, spec);
  const { behavior } = spec.advanced.horizontalPodAutoscalerConfig;
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: {
      name,
      ...(namespace && { namespace }),
      labels: {
        'app.kubernetes.io/managed-by': 'keda-operator',
        'app.kubernetes.io/name': name,
        'app.kubernetes.io/part-of': owner,
        'scaledobject.keda.sh/name': owner,
      },
      ownerReferences: [controlledBy(scaledObject)],
    },
    spec: {
      scaleTargetRef: spec.scaleTargetRef,
      // From zero pods an HPA that only knows resources could not come back.
      minReplicas: Math.max(1, spec.minReplicaCount),
      maxReplicas: spec.maxReplicaCount,
      metrics: spec.triggers.map(metricOf),
      ...(behavior && { behavior }),
    },
  };
}

function metricOf({ type, metricType, metadata }: ScaledObjectSpec['triggers'][number]) {
  if (type !== 'cpu' && type !== 'memory') {
    throw new Error(
      `triggers of type ${type} need an event source, which the embedded cluster does not have; it knows cpu and memory`,
    );
  }
  const { value, containerName } = metadata;
  if (value === undefined) throw new Error(`the ${type} trigger has no metadata.value`);
  const target = targetOf(metricType ?? metadata.type ?? '', value);
  return containerName === undefined
    ? { type: 'Resource', resource: { name: type, target } }
    : { type: 'ContainerResource', containerResource: { name: type, container: containerName, target } };
}

function targetOf(metricType: string, value: string) {
  if (metricType === 'AverageValue') return { type: metricType, averageValue: value };
  const averageUtilization = Number(value);
  if (metricType === 'Utilization' && Number.isInteger(averageUtilization) && averageUtilization > 0) {
    return { type: metricType, averageUtilization };
  }
  throw new Error(
    `metricType ${metricType || '(none)'} with value ${value} is neither Utilization in whole percent nor AverageValue`,
  );
}
