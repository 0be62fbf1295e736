import {
  DEFAULT_SCALE_DOWN,
  DEFAULT_SCALE_UP,
  HpaSpec,
  type ScalingRules,
} from '../../tasks/scale/hpa/hpaSpec';
import type { KubeObject } from '../objectStore';
import type { StatusCause } from '../store/statusError';
import type { Schema } from './schema';

const OPEN = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } as const;
const object = (properties: Record<string, Schema>, required: string[] = []): Schema => ({
  type: 'object',
  properties,
  required,
});
const INTEGER: Schema = { type: 'integer' };
const STRING: Schema = { type: 'string' };
/** The server turns both into text; here they stay as they come. */
const QUANTITY: Schema = {};

const target = object(
  {
    type: { type: 'string', enum: ['Utilization', 'AverageValue', 'Value'] },
    averageUtilization: INTEGER,
    averageValue: QUANTITY,
    value: QUANTITY,
  },
  ['type'],
);
const reference = object({ apiVersion: STRING, kind: STRING, name: STRING }, ['kind', 'name']);
const identifier = object({ name: STRING, selector: OPEN }, ['name']);
const metric = object(
  {
    type: { type: 'string', enum: ['Resource', 'ContainerResource', 'Pods', 'Object', 'External'] },
    resource: object({ name: STRING, target }, ['name', 'target']),
    containerResource: object({ name: STRING, container: STRING, target }, ['name', 'container', 'target']),
    pods: object({ metric: identifier, target }, ['metric', 'target']),
    object: object({ describedObject: reference, metric: identifier, target }, [
      'describedObject',
      'metric',
      'target',
    ]),
    external: object({ metric: identifier, target }, ['metric', 'target']),
  },
  ['type'],
);
const policy = object({ type: STRING, value: INTEGER, periodSeconds: INTEGER }, [
  'type',
  'value',
  'periodSeconds',
]);

/** Of a `behavior` that says something, what it leaves out is filled in; that of no `behavior` stays nothing. */
const rules = ({ selectPolicy, policies }: ScalingRules, stabilizationWindowSeconds: Schema): Schema => ({
  ...object({
    selectPolicy: { ...STRING, enum: ['Max', 'Min', 'Disabled'], default: selectPolicy },
    policies: { type: 'array', items: policy, default: policies },
    stabilizationWindowSeconds,
    tolerance: QUANTITY,
  }),
  default: {},
});

const spec = object(
  {
    scaleTargetRef: reference,
    minReplicas: { ...INTEGER, minimum: 0, default: 1 },
    maxReplicas: { ...INTEGER, minimum: 1 },
    metrics: {
      type: 'array',
      items: metric,
      default: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
        },
      ],
    },
    behavior: object({
      scaleUp: rules(DEFAULT_SCALE_UP, { ...INTEGER, default: 0 }),
      // The window of scaling down is the controller's to choose.
      scaleDown: rules(DEFAULT_SCALE_DOWN, INTEGER),
    }),
  },
  ['scaleTargetRef', 'maxReplicas'],
);

/** Of a HorizontalPodAutoscaler, autoscaling/v2. */
export const AUTOSCALER_SCHEMA: Schema = { ...OPEN, properties: { spec }, required: ['spec'] };

/** What a schema cannot say: bounds, and what belongs to which kind of metric. */
export function checkAutoscaler({ spec }: KubeObject): StatusCause[] {
  const issues = HpaSpec.safeParse(spec).error?.issues ?? [];
  return issues.map(({ path, message }) => ({
    reason: 'FieldValueInvalid',
    field: ['spec', ...path].join('.'),
    message: `Invalid value: ${message}`,
  }));
}
