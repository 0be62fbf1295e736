import type { ResourceType } from '../../objectStore';
import {
  customDefinition,
  type FieldSchema,
  INTEGER,
  listOf,
  mapOf,
  object,
  oneOf,
  openObject,
  PRESERVED,
  STRING,
} from '../customDefinition';

export const SCALED_OBJECTS: ResourceType = {
  group: 'keda.sh',
  version: 'v1alpha1',
  plural: 'scaledobjects',
};

/** https://keda.sh/docs/latest/reference/scaledobject-spec/ */
const SCALED_OBJECT: FieldSchema = openObject(
  {
    scaleTargetRef: openObject({ name: STRING, kind: STRING, apiVersion: STRING }, ['name']),
    pollingInterval: INTEGER,
    cooldownPeriod: INTEGER,
    idleReplicaCount: INTEGER,
    minReplicaCount: INTEGER,
    maxReplicaCount: INTEGER,
    triggers: listOf(
      openObject(
        {
          type: STRING,
          name: STRING,
          metricType: oneOf('AverageValue', 'Value', 'Utilization'),
          metadata: mapOf(STRING),
        },
        ['type', 'metadata'],
      ),
    ),
    advanced: openObject({ horizontalPodAutoscalerConfig: object({ name: STRING, behavior: PRESERVED }) }),
  },
  ['scaleTargetRef', 'triggers'],
);

/** The part of KEDA that works without event sources. */
export const KEDA_DEFINITIONS = [
  customDefinition({
    group: SCALED_OBJECTS.group,
    kind: 'ScaledObject',
    plural: SCALED_OBJECTS.plural,
    shortNames: ['so'],
    spec: SCALED_OBJECT,
    hasStatusSubresource: true,
  }),
];
