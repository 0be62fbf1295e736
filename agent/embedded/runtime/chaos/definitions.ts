import type { NewObject } from '../../objectStore';
import { SelectionMode } from './experiments';

type Schema = Record<string, unknown>;

const STRING: Schema = { type: 'string' };
const INTEGER: Schema = { type: 'integer' };
const listOf = (items: Schema): Schema => ({ type: 'array', items });
const mapOf = (additionalProperties: Schema): Schema => ({ type: 'object', additionalProperties });
const oneOf = (...values: string[]): Schema => ({ type: 'string', enum: values });
const object = (properties: Record<string, Schema>, required: string[] = []): Schema => ({
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
});

const SELECTOR = object({
  namespaces: listOf(STRING),
  labelSelectors: mapOf(STRING),
  annotationSelectors: mapOf(STRING),
  expressionSelectors: listOf(
    object({ key: STRING, operator: STRING, values: listOf(STRING) }, ['key', 'operator']),
  ),
  nodes: listOf(STRING),
  podPhaseSelectors: listOf(STRING),
  pods: mapOf(listOf(STRING)),
});

const COMMON: Record<string, Schema> = {
  selector: SELECTOR,
  mode: oneOf(...SelectionMode.options),
  value: STRING,
  duration: STRING,
  containerNames: listOf(STRING),
};

const PRESERVED: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

function definition(kind: string, spec: Record<string, Schema>, required: string[]): NewObject {
  const plural = kind.toLowerCase();
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.chaos-mesh.org` },
    spec: {
      group: 'chaos-mesh.org',
      names: { kind, listKind: `${kind}List`, plural, singular: plural },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1alpha1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: object(
              {
                apiVersion: STRING,
                kind: STRING,
                metadata: { type: 'object' },
                // Fields that the embedded cluster has no use for are accepted, as a real manifest may have them.
                spec: { ...PRESERVED, ...object({ ...COMMON, ...spec }, ['selector', 'mode', ...required]) },
                status: PRESERVED,
              },
              ['spec'],
            ),
          },
        },
      ],
    },
  };
}

/** The Chaos Mesh kinds that the embedded cluster has, reduced to the fields that it heeds. */
export const CHAOS_DEFINITIONS: readonly NewObject[] = [
  definition(
    'PodChaos',
    {
      action: oneOf('pod-kill', 'pod-failure', 'container-kill'),
      gracePeriod: { type: 'integer', minimum: 0 },
    },
    ['action'],
  ),
  definition(
    'StressChaos',
    {
      stressors: object({
        cpu: {
          ...PRESERVED,
          ...object({ workers: INTEGER, load: { type: 'integer', minimum: 0, maximum: 100 } }, ['workers']),
        },
        memory: { ...PRESERVED, ...object({ workers: INTEGER, size: STRING }, ['workers']) },
      }),
    },
    [],
  ),
  definition(
    'NetworkChaos',
    {
      action: oneOf('netem', 'delay', 'loss', 'duplicate', 'corrupt', 'partition', 'bandwidth'),
      delay: object({ latency: STRING, jitter: STRING, correlation: STRING }, ['latency']),
      loss: object({ loss: STRING, correlation: STRING }, ['loss']),
      direction: oneOf('to', 'from', 'both'),
    },
    ['action'],
  ),
];
