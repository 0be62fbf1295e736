import * as z from 'zod';
import { parseQuantity } from '../../../cluster/quantity';

/*
 * `spec` of a HorizontalPodAutoscaler, autoscaling/v2, with Kubernetes' defaults filled in.
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/
 */

/** Of `--horizontal-pod-autoscaler-tolerance`. */
export const DEFAULT_TOLERANCE = 0.1;
/** Of `--horizontal-pod-autoscaler-downscale-stabilization`. */
export const DEFAULT_DOWN_WINDOW_SECONDS = 300;
/** Of `--horizontal-pod-autoscaler-sync-period`. */
export const HPA_SYNC_SECONDS = 15;
const MOST_WINDOW_SECONDS = 3600;
const MOST_PERIOD_SECONDS = 1800;
const DEFAULT_CPU_UTILISATION = 80;
const MOST_REPLICAS = 2 ** 31 - 1;

const Replicas = z.int().max(MOST_REPLICAS);
/** In thousandths, rounded up, as Kubernetes reckons amounts. */
const Milli = z.union([z.string(), z.number()]).transform((value, context) => {
  const quantity = parseQuantity(value);
  if (quantity !== null) return milli(quantity);
  context.addIssue(`not a quantity: ${value}`);
  return z.NEVER;
});
const PositiveMilli = Milli.pipe(z.number().positive('must be positive'));

const ScalingPolicy = z.object({
  type: z.enum(['Pods', 'Percent']),
  value: Replicas.positive(),
  periodSeconds: z.int().positive().max(MOST_PERIOD_SECONDS),
});
export type ScalingPolicy = z.infer<typeof ScalingPolicy>;

const ScalingRules = z.object({
  selectPolicy: z.enum(['Max', 'Min', 'Disabled']).nullish(),
  stabilizationWindowSeconds: z.int().min(0).max(MOST_WINDOW_SECONDS).nullish(),
  /** Since Kubernetes 1.33. */
  tolerance: Milli.pipe(z.number().min(0)).nullish(),
  policies: z.array(ScalingPolicy).min(1, 'must specify at least one policy').nullish(),
});

/** How fast, and after how long, the count may move in one direction. */
export interface ScalingRules {
  selectPolicy: 'Max' | 'Min' | 'Disabled';
  /** 0…3600. */
  stabilizationWindowSeconds: number;
  /** Relative distance from the target within which nothing is done, ≥ 0. */
  tolerance: number;
  policies: readonly ScalingPolicy[];
}

export const DEFAULT_SCALE_UP: ScalingRules = {
  selectPolicy: 'Max',
  stabilizationWindowSeconds: 0,
  tolerance: DEFAULT_TOLERANCE,
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
export const DEFAULT_SCALE_DOWN: ScalingRules = {
  selectPolicy: 'Max',
  stabilizationWindowSeconds: DEFAULT_DOWN_WINDOW_SECONDS,
  tolerance: DEFAULT_TOLERANCE,
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
};

function withDefaults(rules: z.infer<typeof ScalingRules> | null | undefined, defaults: ScalingRules) {
  const { tolerance } = rules ?? {};
  return {
    selectPolicy: rules?.selectPolicy ?? defaults.selectPolicy,
    stabilizationWindowSeconds: rules?.stabilizationWindowSeconds ?? defaults.stabilizationWindowSeconds,
    tolerance: typeof tolerance === 'number' ? tolerance / 1000 : defaults.tolerance,
    policies: rules?.policies ?? defaults.policies,
  };
}

const Utilization = z.object({
  type: z.literal('Utilization'),
  /** Percent of the request. */
  averageUtilization: z.int().positive(),
});
const AverageValue = z
  .object({ type: z.literal('AverageValue'), averageValue: PositiveMilli })
  .transform(({ type, averageValue }) => ({ type, averageValueMilli: averageValue }));
const Value = z
  .object({ type: z.literal('Value'), value: PositiveMilli })
  .transform(({ type, value }) => ({ type, valueMilli: value }));

const OfResource = z.discriminatedUnion('type', [Utilization, AverageValue]);
const OfObject = z.discriminatedUnion('type', [AverageValue, Value]);
export type MetricTarget = z.infer<typeof OfResource> | z.infer<typeof OfObject>;

const Selector = z.record(z.string(), z.unknown()).optional();
const Identifier = z.object({ name: z.string().min(1), selector: Selector });
const ObjectReference = z.object({
  kind: z.string().min(1),
  name: z.string().min(1),
  apiVersion: z.string().optional(),
});

const Metric = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('Resource'),
    resource: z.object({ name: z.string().min(1), target: OfResource }),
  }),
  z.object({
    type: z.literal('ContainerResource'),
    containerResource: z.object({
      name: z.string().min(1),
      container: z.string().min(1),
      target: OfResource,
    }),
  }),
  z.object({ type: z.literal('Pods'), pods: z.object({ metric: Identifier, target: AverageValue }) }),
  z.object({
    type: z.literal('Object'),
    object: z.object({ metric: Identifier, describedObject: ObjectReference, target: OfObject }),
  }),
  z.object({ type: z.literal('External'), external: z.object({ metric: Identifier, target: OfObject }) }),
]);
export type HpaMetric = z.infer<typeof Metric>;

/** The metric of an HPA that names none: 80 % of the CPU request. */
const DEFAULT_METRICS: HpaMetric[] = [
  {
    type: 'Resource',
    resource: {
      name: 'cpu',
      target: { type: 'Utilization', averageUtilization: DEFAULT_CPU_UTILISATION },
    },
  },
];

/** Bounds and rules: what the core needs beside the metrics. */
export interface HpaRules {
  /** 0 lets the core scale to zero, which needs an Object or External metric. */
  minReplicas: number;
  maxReplicas: number;
  scaleUp: ScalingRules;
  scaleDown: ScalingRules;
}

/** A whole HPA, with its defaults. */
export interface HpaSpec extends HpaRules {
  scaleTargetRef: z.infer<typeof ObjectReference>;
  metrics: readonly HpaMetric[];
}

/** Parses `spec` of an autoscaling/v2 HPA; a ZodError's issues say field and what is wrong with it. */
export const HpaSpec: z.ZodType<HpaSpec, unknown> = z
  .object({
    scaleTargetRef: ObjectReference,
    minReplicas: Replicas.min(0).nullish(),
    maxReplicas: Replicas.positive(),
    metrics: z.array(Metric).nullish(),
    behavior: z.object({ scaleUp: ScalingRules.nullish(), scaleDown: ScalingRules.nullish() }).nullish(),
  })
  .transform(({ minReplicas, metrics, behavior, ...rest }) => ({
    ...rest,
    minReplicas: minReplicas ?? 1,
    metrics: metrics && metrics.length > 0 ? metrics : DEFAULT_METRICS,
    scaleUp: withDefaults(behavior?.scaleUp, DEFAULT_SCALE_UP),
    scaleDown: withDefaults(behavior?.scaleDown, DEFAULT_SCALE_DOWN),
  }))
  .superRefine(({ minReplicas, maxReplicas, metrics }, context) => {
    if (maxReplicas < minReplicas) {
      const message = `must be greater than or equal to minReplicas (${minReplicas}), is ${maxReplicas}`;
      context.addIssue({ code: 'custom', path: ['maxReplicas'], message });
    }
    const mayReachZero = metrics.some(({ type }) => type === 'Object' || type === 'External');
    if (minReplicas === 0 && !mayReachZero) {
      const message =
        'must specify at least one Object or External metric to support scaling to zero replicas';
      context.addIssue({ code: 'custom', path: ['metrics'], message });
    }
  });

/** An amount in thousandths of its unit, rounded up but not for a rounding error. */
export function milli(amount: number): number {
  return Math.ceil(amount * 1000 - 1e-6);
}
