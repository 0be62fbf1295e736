import type { ResourceType } from '../../objectStore';
import {
  BOOLEAN,
  customDefinition,
  type FieldSchema,
  INTEGER,
  listOf,
  mapOf,
  object,
  openObject,
  PRESERVED,
  STRING,
} from '../customDefinition';

const argo = (plural: string): ResourceType => ({ group: 'argoproj.io', version: 'v1alpha1', plural });

export const ROLLOUTS = argo('rollouts');
export const ANALYSIS_RUNS = argo('analysisruns');
export const ANALYSIS_TEMPLATES = argo('analysistemplates');
export const CLUSTER_ANALYSIS_TEMPLATES = argo('clusteranalysistemplates');
export const EXPERIMENTS = argo('experiments');

const INT_OR_STRING: FieldSchema = { 'x-kubernetes-int-or-string': true };
const LABELS = mapOf(STRING);

const DRY_RUN = listOf(object({ metricName: STRING }, ['metricName']));
const RETENTION = listOf(object({ metricName: STRING, limit: INTEGER }, ['metricName', 'limit']));

const analysis = (more: Record<string, FieldSchema> = {}): FieldSchema =>
  object({
    templates: listOf(object({ templateName: STRING, clusterScope: BOOLEAN })),
    args: listOf(
      object(
        {
          name: STRING,
          value: STRING,
          valueFrom: object({
            fieldRef: object({ fieldPath: STRING }, ['fieldPath']),
            podTemplateHashValue: STRING,
          }),
        },
        ['name'],
      ),
    ),
    dryRun: DRY_RUN,
    measurementRetention: RETENTION,
    analysisRunMetadata: object({ labels: LABELS, annotations: LABELS }),
    ...more,
  });

const TEXT_MATCH = object({ exact: STRING, prefix: STRING, regex: STRING });
const STEP = object({
  setWeight: INTEGER,
  pause: object({ duration: INT_OR_STRING }),
  setCanaryScale: object({ weight: INTEGER, replicas: INTEGER, matchTrafficWeight: BOOLEAN }),
  setHeaderRoute: object({
    name: STRING,
    match: listOf(object({ headerName: STRING, headerValue: TEXT_MATCH }, ['headerName', 'headerValue'])),
  }),
  setMirrorRoute: object(
    {
      name: STRING,
      percentage: INTEGER,
      match: listOf(object({ method: TEXT_MATCH, path: TEXT_MATCH, headers: mapOf(TEXT_MATCH) })),
    },
    ['name'],
  ),
  analysis: analysis(),
  experiment: openObject({ templates: listOf(PRESERVED) }, ['templates']),
  plugin: object({ name: STRING, config: PRESERVED }, ['name']),
});

const VIRTUAL_SERVICE = openObject({ name: STRING, routes: listOf(STRING) }, ['name']);
const TRAFFIC_ROUTING = openObject({
  managedRoutes: listOf(object({ name: STRING }, ['name'])),
  maxTrafficWeight: INTEGER,
  istio: object({
    virtualService: VIRTUAL_SERVICE,
    virtualServices: listOf(VIRTUAL_SERVICE),
    destinationRule: openObject({ name: STRING, canarySubsetName: STRING, stableSubsetName: STRING }, [
      'name',
      'canarySubsetName',
      'stableSubsetName',
    ]),
  }),
  nginx: object({
    stableIngress: STRING,
    stableIngresses: listOf(STRING),
    annotationPrefix: STRING,
    additionalIngressAnnotations: LABELS,
    canaryIngressAnnotations: LABELS,
  }),
  plugins: PRESERVED,
});

const CANARY = openObject({
  canaryService: STRING,
  stableService: STRING,
  steps: listOf(STEP),
  trafficRouting: TRAFFIC_ROUTING,
  maxSurge: INT_OR_STRING,
  maxUnavailable: INT_OR_STRING,
  analysis: analysis({ startingStep: INTEGER }),
  dynamicStableScale: BOOLEAN,
  minPodsPerReplicaSet: INTEGER,
  scaleDownDelaySeconds: INTEGER,
  scaleDownDelayRevisionLimit: INTEGER,
  abortScaleDownDelaySeconds: INTEGER,
});
const BLUE_GREEN = openObject(
  {
    activeService: STRING,
    previewService: STRING,
    autoPromotionEnabled: BOOLEAN,
    autoPromotionSeconds: INTEGER,
    previewReplicaCount: INTEGER,
    maxUnavailable: INT_OR_STRING,
    prePromotionAnalysis: analysis(),
    postPromotionAnalysis: analysis(),
    scaleDownDelaySeconds: INTEGER,
    scaleDownDelayRevisionLimit: INTEGER,
    abortScaleDownDelaySeconds: INTEGER,
  },
  ['activeService'],
);

/** https://argo-rollouts.readthedocs.io/en/stable/features/specification/ */
const ROLLOUT = openObject({
  replicas: INTEGER,
  minReadySeconds: INTEGER,
  revisionHistoryLimit: INTEGER,
  progressDeadlineSeconds: INTEGER,
  progressDeadlineAbort: BOOLEAN,
  paused: BOOLEAN,
  restartAt: STRING,
  selector: PRESERVED,
  template: openObject({ metadata: PRESERVED, spec: openObject({ containers: listOf(PRESERVED) }) }),
  workloadRef: object({
    apiVersion: STRING,
    kind: STRING,
    name: STRING,
    scaleDown: STRING,
  }),
  rollbackWindow: object({ revisions: INTEGER }),
  analysis: object({ successfulRunHistoryLimit: INTEGER, unsuccessfulRunHistoryLimit: INTEGER }),
  strategy: object({ canary: CANARY, blueGreen: BLUE_GREEN }),
});

/** https://argo-rollouts.readthedocs.io/en/stable/features/analysis/ */
const METRIC = object(
  {
    name: STRING,
    interval: STRING,
    initialDelay: STRING,
    count: INT_OR_STRING,
    successCondition: STRING,
    failureCondition: STRING,
    failureLimit: INT_OR_STRING,
    inconclusiveLimit: INT_OR_STRING,
    consecutiveErrorLimit: INT_OR_STRING,
    consecutiveSuccessLimit: INT_OR_STRING,
    provider: PRESERVED,
  },
  ['name', 'provider'],
);
const ARGUMENTS = listOf(object({ name: STRING, value: STRING, valueFrom: PRESERVED }, ['name']));
const TEMPLATE = openObject({
  metrics: listOf(METRIC),
  args: ARGUMENTS,
  dryRun: DRY_RUN,
  measurementRetention: RETENTION,
  templates: listOf(object({ templateName: STRING, clusterScope: BOOLEAN })),
});
const RUN = openObject(
  {
    metrics: listOf(METRIC),
    args: ARGUMENTS,
    dryRun: DRY_RUN,
    measurementRetention: RETENTION,
    terminate: BOOLEAN,
    ttlStrategy: object({
      secondsAfterCompletion: INTEGER,
      secondsAfterFailure: INTEGER,
      secondsAfterSuccess: INTEGER,
    }),
  },
  ['metrics'],
);
const EXPERIMENT = openObject({ templates: listOf(PRESERVED), duration: STRING }, ['templates']);

/** Argo Rollouts' kinds. An Experiment can be made, and nothing comes of it. */
export const ARGO_DEFINITIONS = [
  customDefinition({
    group: ROLLOUTS.group,
    kind: 'Rollout',
    plural: ROLLOUTS.plural,
    shortNames: ['ro'],
    spec: ROLLOUT,
    hasStatusSubresource: true,
    scale: {
      specReplicasPath: '.spec.replicas',
      statusReplicasPath: '.status.HPAReplicas',
      labelSelectorPath: '.status.selector',
    },
  }),
  customDefinition({
    group: ANALYSIS_RUNS.group,
    kind: 'AnalysisRun',
    plural: ANALYSIS_RUNS.plural,
    shortNames: ['ar'],
    spec: RUN,
  }),
  customDefinition({
    group: ANALYSIS_TEMPLATES.group,
    kind: 'AnalysisTemplate',
    plural: ANALYSIS_TEMPLATES.plural,
    shortNames: ['at'],
    spec: TEMPLATE,
  }),
  customDefinition({
    group: CLUSTER_ANALYSIS_TEMPLATES.group,
    kind: 'ClusterAnalysisTemplate',
    plural: CLUSTER_ANALYSIS_TEMPLATES.plural,
    shortNames: ['cat'],
    scope: 'Cluster',
    spec: TEMPLATE,
  }),
  customDefinition({
    group: EXPERIMENTS.group,
    kind: 'Experiment',
    plural: EXPERIMENTS.plural,
    shortNames: ['exp'],
    spec: EXPERIMENT,
  }),
];
