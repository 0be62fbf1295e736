import {
  BOOLEAN,
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
import { EMBEDDED_FIELDS } from './children';
import { CHAOS_GROUP, SelectionMode } from './experiments';

const percent: FieldSchema = { type: 'integer', minimum: 0, maximum: 100 };
const atLeast = (minimum: number): FieldSchema => ({ type: 'integer', minimum });

const SELECTOR = object({
  namespaces: listOf(STRING),
  fieldSelectors: mapOf(STRING),
  labelSelectors: mapOf(STRING),
  annotationSelectors: mapOf(STRING),
  expressionSelectors: listOf(
    object({ key: STRING, operator: STRING, values: listOf(STRING) }, ['key', 'operator']),
  ),
  nodes: listOf(STRING),
  nodeSelectors: mapOf(STRING),
  podPhaseSelectors: listOf(STRING),
  pods: mapOf(listOf(STRING)),
});

const TARGETS: Record<string, FieldSchema> = {
  selector: SELECTOR,
  mode: oneOf(...SelectionMode.options),
  value: STRING,
};
const COMMON: Record<string, FieldSchema> = { ...TARGETS, duration: STRING, containerNames: listOf(STRING) };
const NEEDED = ['selector', 'mode'];

const EXPERIMENTS: Readonly<Record<string, FieldSchema>> = {
  PodChaos: experiment(
    { action: oneOf('pod-kill', 'pod-failure', 'container-kill'), gracePeriod: atLeast(0) },
    ['action'],
  ),
  StressChaos: experiment({
    stressors: object({
      cpu: openObject({ workers: INTEGER, load: percent }, ['workers']),
      memory: openObject({ workers: INTEGER, size: STRING }, ['workers']),
    }),
  }),
  NetworkChaos: experiment(
    {
      action: oneOf('netem', 'delay', 'loss', 'duplicate', 'corrupt', 'partition', 'bandwidth'),
      delay: openObject({ latency: STRING, jitter: STRING, correlation: STRING }, ['latency']),
      loss: object({ loss: STRING, correlation: STRING }, ['loss']),
      corrupt: object({ corrupt: STRING, correlation: STRING }, ['corrupt']),
      duplicate: object({ duplicate: STRING, correlation: STRING }, ['duplicate']),
      bandwidth: object(
        { rate: STRING, limit: atLeast(1), buffer: atLeast(1), peakrate: atLeast(0), minburst: atLeast(0) },
        ['rate', 'limit', 'buffer'],
      ),
      direction: { ...oneOf('to', 'from', 'both'), default: 'to' },
      target: object(TARGETS, NEEDED),
      externalTargets: listOf(STRING),
    },
    ['action'],
  ),
  HTTPChaos: experiment(
    {
      target: oneOf('Request', 'Response'),
      port: INTEGER,
      path: STRING,
      method: STRING,
      code: INTEGER,
      request_headers: mapOf(STRING),
      response_headers: mapOf(STRING),
      abort: BOOLEAN,
      delay: STRING,
      replace: PRESERVED,
      patch: PRESERVED,
    },
    ['target'],
  ),
  DNSChaos: experiment({ action: oneOf('error', 'random'), patterns: listOf(STRING) }, ['action']),
  IOChaos: experiment(
    {
      action: oneOf('latency', 'fault', 'attrOverride', 'mistake'),
      volumePath: STRING,
      path: STRING,
      methods: listOf(STRING),
      delay: STRING,
      errno: INTEGER,
      percent: { ...INTEGER, default: 100 },
      attr: PRESERVED,
      mistake: PRESERVED,
    },
    ['action', 'volumePath'],
  ),
  TimeChaos: experiment({ timeOffset: STRING, clockIds: listOf(STRING) }, ['timeOffset']),
};

function experiment(spec: Record<string, FieldSchema>, required: string[] = []): FieldSchema {
  return openObject({ ...COMMON, ...spec }, [...NEEDED, ...required]);
}

const EMBEDDED = Object.fromEntries(
  Object.entries(EMBEDDED_FIELDS).map(([kind, field]) => [field, EXPERIMENTS[kind] ?? PRESERVED]),
);

const SCHEDULE: Record<string, FieldSchema> = {
  schedule: STRING,
  type: STRING,
  concurrencyPolicy: { ...oneOf('Forbid', 'Allow'), default: 'Forbid' },
  historyLimit: atLeast(1),
  startingDeadlineSeconds: atLeast(0),
};

const TEMPLATE = openObject(
  {
    name: STRING,
    templateType: STRING,
    deadline: STRING,
    children: listOf(STRING),
    ...EMBEDDED,
    schedule: openObject({ ...SCHEDULE, ...EMBEDDED }, ['schedule', 'type']),
  },
  ['name', 'templateType'],
);

const custom = (kind: string, plural: string, spec: FieldSchema, shortNames?: string[]) =>
  customDefinition({
    group: CHAOS_GROUP,
    kind,
    plural,
    spec,
    ...(shortNames && { shortNames, hasStatusSubresource: true }),
  });

/** The Chaos Mesh kinds that the embedded cluster has, reduced to the fields that it heeds. */
export const CHAOS_DEFINITIONS = [
  ...Object.entries(EXPERIMENTS).map(([kind, spec]) => custom(kind, kind.toLowerCase(), spec)),
  custom(
    'Schedule',
    'schedules',
    openObject({ ...SCHEDULE, ...EMBEDDED, workflow: PRESERVED }, ['schedule', 'type']),
  ),
  custom(
    'Workflow',
    'workflows',
    openObject({ entry: STRING, templates: listOf(TEMPLATE) }, ['entry', 'templates']),
    ['wf'],
  ),
  custom(
    'WorkflowNode',
    'workflownodes',
    openObject({ templateName: STRING, workflowName: STRING, type: STRING, startTime: STRING }, [
      'templateName',
      'workflowName',
      'type',
      'startTime',
    ]),
    ['wfn'],
  ),
];
