import type { KubeObject, ResourceType } from '../objectStore';
import { checkIngress, INGRESS_CLASS_SCHEMA, INGRESS_SCHEMA } from '../runtime/traffic/ingressSchema';
import { fromLabelSelector, labelsMatch } from '../store/labelSelector';
import {
  CUSTOM_RESOURCE_DEFINITIONS,
  DEPLOYMENTS,
  EVENTS,
  HORIZONTAL_POD_AUTOSCALERS,
  INGRESS_CLASSES,
  INGRESSES,
  NAMESPACES,
  NODES,
  POD_DISRUPTION_BUDGETS,
  PODS,
  REPLICA_SETS,
  RESOURCE_QUOTAS,
  SERVICES,
} from '../store/resourceTypes';
import type { StatusCause } from '../store/statusError';
import { AUTOSCALER_SCHEMA, checkAutoscaler } from './autoscalerSchema';
import { checkDefinition } from './customResources';
import type { ResourceInfo } from './resourceInfo';
import type { Schema } from './schema';
import { isRecord } from './schema';

type Options = Partial<
  Pick<ResourceInfo, 'subresources' | 'selectableFields' | 'schema' | 'check' | 'categories'>
>;

const PRESERVE = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } as const;

const object = (properties: Record<string, Schema> = {}, required: string[] = []): Schema => ({
  ...PRESERVE,
  properties,
  required,
});
const withDefault = (value: unknown): Schema => ({
  'x-kubernetes-preserve-unknown-fields': true,
  default: value,
});
const count = (value: number): Schema => ({ type: 'integer', minimum: 0, default: value });

const container = object(
  {
    name: { type: 'string' },
    imagePullPolicy: withDefault('IfNotPresent'),
    resources: { ...object(), default: {} },
    ports: { type: 'array', items: object({ protocol: withDefault('TCP') }, ['containerPort']) },
  },
  ['name'],
);
const podSpec = object(
  {
    containers: { type: 'array', items: container },
    restartPolicy: { type: 'string', enum: ['Always', 'OnFailure', 'Never'], default: 'Always' },
    terminationGracePeriodSeconds: count(30),
    dnsPolicy: withDefault('ClusterFirst'),
    schedulerName: withDefault('default-scheduler'),
    securityContext: { ...object(), default: {} },
  },
  ['containers'],
);
const template = object({ metadata: object(), spec: podSpec }, ['spec']);
const rollingUpdate = {
  type: 'RollingUpdate',
  rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
};
const workload = (properties: Record<string, Schema>): Schema =>
  object(
    {
      spec: object({ selector: object(), template, replicas: count(1), ...properties }, [
        'selector',
        'template',
      ]),
    },
    ['spec'],
  );
const servicePort = object({ protocol: withDefault('TCP'), port: { type: 'integer' } }, ['port']);

/** What Kubernetes calls `selector does not match template labels`: such a controller would make pods for ever. */
function selectsItsTemplate({ spec }: KubeObject): StatusCause[] {
  const requirements = fromLabelSelector(spec?.selector);
  const template = isRecord(spec?.template) ? spec.template : {};
  const metadata = isRecord(template.metadata) ? template.metadata : {};
  const labels = isRecord(metadata.labels) ? (metadata.labels as Record<string, string>) : {};
  if (requirements && requirements.length > 0 && labelsMatch(requirements, labels)) return [];
  const message = 'Invalid value: `selector` must not be empty and must match template `labels`';
  return [{ reason: 'FieldValueInvalid', field: 'spec.template.metadata.labels', message }];
}

function builtin(
  type: ResourceType,
  kind: string,
  scope: 'Namespaced' | 'Cluster',
  shortNames: string[],
  options: Options = {},
): ResourceInfo {
  return {
    ...type,
    singular: kind.toLowerCase(),
    kind,
    namespaced: scope === 'Namespaced',
    shortNames,
    categories: [],
    subresources: [],
    selectableFields: [],
    schema: object(),
    storage: type,
    ...options,
  };
}

const INVOLVED_OBJECT = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

export const BUILTIN_RESOURCES: readonly ResourceInfo[] = [
  builtin(NAMESPACES, 'Namespace', 'Cluster', ['ns'], {
    subresources: ['status'],
    selectableFields: ['status.phase'],
    schema: object({
      status: { ...object({ phase: withDefault('Active') }), default: {} },
    }),
  }),
  builtin(NODES, 'Node', 'Cluster', ['no'], {
    subresources: ['status'],
    selectableFields: ['spec.unschedulable'],
  }),
  builtin(PODS, 'Pod', 'Namespaced', ['po'], {
    categories: ['all'],
    subresources: ['status', 'log', 'eviction', 'proxy'],
    selectableFields: [
      'spec.nodeName',
      'spec.restartPolicy',
      'spec.schedulerName',
      'status.phase',
      'status.podIP',
    ],
    schema: object(
      {
        spec: podSpec,
        status: { ...object({ phase: withDefault('Pending') }), default: {} },
      },
      ['spec'],
    ),
  }),
  builtin(SERVICES, 'Service', 'Namespaced', ['svc'], {
    categories: ['all'],
    subresources: ['status', 'proxy'],
    schema: object(
      {
        spec: object({
          type: withDefault('ClusterIP'),
          sessionAffinity: withDefault('None'),
          ports: { type: 'array', items: servicePort },
        }),
      },
      ['spec'],
    ),
  }),
  builtin(EVENTS, 'Event', 'Namespaced', ['ev'], {
    selectableFields: [
      ...INVOLVED_OBJECT.map((field) => `involvedObject.${field}`),
      'reason',
      'type',
      'reportingComponent',
    ],
    schema: object({ involvedObject: object() }, ['involvedObject']),
  }),
  builtin({ group: '', version: 'v1', plural: 'endpoints' }, 'Endpoints', 'Namespaced', ['ep']),
  builtin({ group: '', version: 'v1', plural: 'configmaps' }, 'ConfigMap', 'Namespaced', ['cm']),
  builtin(RESOURCE_QUOTAS, 'ResourceQuota', 'Namespaced', ['quota'], {
    subresources: ['status'],
    schema: object({ spec: object({ hard: object() }) }),
  }),
  builtin({ group: 'coordination.k8s.io', version: 'v1', plural: 'leases' }, 'Lease', 'Namespaced', []),
  builtin(DEPLOYMENTS, 'Deployment', 'Namespaced', ['deploy'], {
    categories: ['all'],
    subresources: ['status', 'scale'],
    schema: workload({
      strategy: withDefault(rollingUpdate),
      revisionHistoryLimit: count(10),
      progressDeadlineSeconds: count(600),
    }),
    check: selectsItsTemplate,
  }),
  builtin(REPLICA_SETS, 'ReplicaSet', 'Namespaced', ['rs'], {
    categories: ['all'],
    subresources: ['status', 'scale'],
    schema: workload({}),
    check: selectsItsTemplate,
  }),
  builtin(POD_DISRUPTION_BUDGETS, 'PodDisruptionBudget', 'Namespaced', ['pdb'], { subresources: ['status'] }),
  builtin(HORIZONTAL_POD_AUTOSCALERS, 'HorizontalPodAutoscaler', 'Namespaced', ['hpa'], {
    categories: ['all'],
    subresources: ['status'],
    schema: AUTOSCALER_SCHEMA,
    check: checkAutoscaler,
  }),
  builtin(INGRESSES, 'Ingress', 'Namespaced', ['ing'], {
    subresources: ['status'],
    schema: INGRESS_SCHEMA,
    check: checkIngress,
  }),
  builtin(INGRESS_CLASSES, 'IngressClass', 'Cluster', [], { schema: INGRESS_CLASS_SCHEMA }),
  builtin(CUSTOM_RESOURCE_DEFINITIONS, 'CustomResourceDefinition', 'Cluster', ['crd', 'crds'], {
    categories: ['api-extensions'],
    subresources: ['status'],
    check: checkDefinition,
  }),
];
