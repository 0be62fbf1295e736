import type { ResourceType } from '../../objectStore';
import {
  BOOLEAN,
  customDefinition,
  type FieldSchema,
  INTEGER,
  listOf,
  object,
  openObject,
  PRESERVED,
  STRING,
} from '../customDefinition';

export const LITMUS_GROUP = 'litmuschaos.io';

const litmusType = (plural: string): ResourceType => ({ group: LITMUS_GROUP, version: 'v1alpha1', plural });
export const CHAOS_ENGINES = litmusType('chaosengines');
export const CHAOS_EXPERIMENTS = litmusType('chaosexperiments');
export const CHAOS_RESULTS = litmusType('chaosresults');

const matching = (pattern: string): FieldSchema => ({ ...STRING, pattern });
const KINDS = '^(^$|deployment|statefulset|daemonset|deploymentconfig|rollout|job)$';
const ENV = listOf(openObject({ name: STRING, value: STRING }, ['name']));

const ENGINE = openObject({
  engineState: matching('^(active|stop)$'),
  jobCleanUpPolicy: matching('^(delete|retain)$'),
  defaultHealthCheck: BOOLEAN,
  appinfo: object({ appkind: matching(KINDS), applabel: STRING, appns: STRING }),
  selectors: object({
    pods: listOf(object({ names: STRING, namespace: STRING }, ['names', 'namespace'])),
    workloads: listOf(
      object({ kind: matching(KINDS), labels: STRING, names: STRING, namespace: STRING }, [
        'kind',
        'namespace',
      ]),
    ),
  }),
  chaosServiceAccount: STRING,
  terminationGracePeriodSeconds: INTEGER,
  experiments: listOf(
    object({
      name: STRING,
      spec: object({ probe: listOf(PRESERVED), components: openObject({ env: ENV }) }),
    }),
  ),
});

const EXPERIMENT = object({
  definition: openObject({
    image: STRING,
    args: listOf(STRING),
    command: listOf(STRING),
    env: ENV,
    scope: matching('^(Namespaced|Cluster)$'),
  }),
});

const custom = (kind: string, { plural }: ResourceType, spec: FieldSchema) =>
  customDefinition({ group: LITMUS_GROUP, kind, plural, spec });

/** The kinds of LitmusChaos, reduced to the fields that the embedded cluster heeds. */
export const LITMUS_DEFINITIONS = [
  custom('ChaosEngine', CHAOS_ENGINES, ENGINE),
  custom('ChaosExperiment', CHAOS_EXPERIMENTS, EXPERIMENT),
  custom('ChaosResult', CHAOS_RESULTS, PRESERVED),
];
