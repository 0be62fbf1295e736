import type { ResourceType } from '../../objectStore';
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
import { HOOK_KINDS } from './canarySpec';

const VERSION = 'v1beta1';
const flaggerType = (plural: string): ResourceType => ({ group: 'flagger.app', version: VERSION, plural });
export const CANARIES = flaggerType('canaries');
export const METRIC_TEMPLATES = flaggerType('metrictemplates');
export const ALERT_PROVIDERS = flaggerType('alertproviders');

const NUMBER: FieldSchema = { type: 'number' };
const INTERVAL: FieldSchema = { ...STRING, pattern: '^[0-9]+(m|s)' };
const INT_OR_STRING: FieldSchema = { 'x-kubernetes-int-or-string': true };

const objectRef = (...kinds: string[]): FieldSchema =>
  object({ apiVersion: STRING, kind: oneOf(...kinds), name: STRING }, ['apiVersion', 'kind', 'name']);
/** What is handed on to a mesh or gateway as it is. */
const passedOn = listOf(PRESERVED);
const ownMetadata = object({ labels: mapOf(STRING), annotations: mapOf(STRING) });

const METRIC = object(
  {
    name: STRING,
    interval: INTERVAL,
    threshold: NUMBER,
    thresholdRange: object({ min: NUMBER, max: NUMBER }),
    query: STRING,
    templateRef: object({ name: STRING, namespace: STRING }, ['name']),
    templateVariables: mapOf(STRING),
  },
  ['name'],
);
const WEBHOOK = object(
  {
    name: STRING,
    type: oneOf('', ...HOOK_KINDS),
    muteAlert: BOOLEAN,
    url: STRING,
    timeout: INTERVAL,
    retries: NUMBER,
    disableTLS: BOOLEAN,
    metadata: mapOf(STRING),
  },
  ['name', 'url'],
);
const ALERT = object(
  {
    name: STRING,
    severity: oneOf('', 'info', 'warn', 'error'),
    providerRef: object({ name: STRING, namespace: STRING }, ['name']),
  },
  ['providerRef', 'name'],
);

/** https://docs.flagger.app/usage/how-it-works#canary-analysis */
const ANALYSIS: FieldSchema = object(
  {
    interval: INTERVAL,
    iterations: NUMBER,
    threshold: NUMBER,
    maxWeight: NUMBER,
    stepWeight: NUMBER,
    stepWeights: listOf(NUMBER),
    stepWeightPromotion: NUMBER,
    mirror: BOOLEAN,
    mirrorWeight: NUMBER,
    primaryReadyThreshold: NUMBER,
    canaryReadyThreshold: NUMBER,
    match: passedOn,
    metrics: listOf(METRIC),
    alerts: listOf(ALERT),
    webhooks: listOf(WEBHOOK),
    sessionAffinity: openObject({ cookieName: STRING }, ['cookieName']),
  },
  ['interval', 'threshold'],
);

const SERVICE: FieldSchema = openObject(
  {
    name: STRING,
    port: NUMBER,
    portName: STRING,
    appProtocol: STRING,
    targetPort: INT_OR_STRING,
    portDiscovery: BOOLEAN,
    headless: BOOLEAN,
    timeout: STRING,
    hosts: listOf(STRING),
    gateways: listOf(STRING),
    gatewayRefs: listOf(openObject({ name: STRING, namespace: STRING }, ['name'])),
    match: passedOn,
    apex: ownMetadata,
    primary: ownMetadata,
    canary: ownMetadata,
    unmanagedMetadata: object({ annotations: listOf(STRING), labels: listOf(STRING) }),
  },
  ['port'],
);

const CANARY: FieldSchema = object(
  {
    provider: STRING,
    metricsServer: STRING,
    progressDeadlineSeconds: NUMBER,
    targetRef: objectRef('DaemonSet', 'Deployment', 'Service'),
    autoscalerRef: openObject(
      {
        apiVersion: STRING,
        kind: oneOf('HorizontalPodAutoscaler', 'ScaledObject'),
        name: STRING,
        primaryScalerReplicas: object({ minReplicas: INTEGER, maxReplicas: INTEGER }),
      },
      ['apiVersion', 'kind', 'name'],
    ),
    ingressRef: objectRef('Ingress'),
    routeRef: objectRef('ApisixRoute'),
    upstreamRef: openObject({ name: STRING }, ['name']),
    service: SERVICE,
    skipAnalysis: BOOLEAN,
    revertOnDeletion: BOOLEAN,
    suspend: BOOLEAN,
    analysis: ANALYSIS,
  },
  ['targetRef', 'analysis'],
);

const TEMPLATE_PROVIDERS = [
  'prometheus',
  'influxdb',
  'datadog',
  'externalmetrics',
  'stackdriver',
  'cloudwatch',
  'newrelic',
  'graphite',
  'dynatrace',
  'keptn',
  'splunk',
];
const secretRef = object({ name: STRING }, ['name']);
const METRIC_TEMPLATE: FieldSchema = object(
  {
    provider: object(
      {
        type: oneOf(...TEMPLATE_PROVIDERS),
        address: STRING,
        headers: mapOf(listOf(STRING)),
        secretRef,
        region: STRING,
        insecureSkipVerify: BOOLEAN,
      },
      ['type'],
    ),
    query: STRING,
  },
  ['provider', 'query'],
);

const ALERT_PROVIDER: FieldSchema = object(
  {
    type: oneOf('slack', 'msteams', 'discord', 'rocket', 'gchat'),
    channel: STRING,
    username: STRING,
    address: STRING,
    proxy: STRING,
    secretRef,
  },
  ['type'],
);

const definition = (kind: string, { group, plural }: ResourceType, spec: FieldSchema) =>
  customDefinition({
    group,
    kind,
    plural,
    version: VERSION,
    categories: ['all'],
    spec,
    hasStatusSubresource: true,
  });

/** The kinds of Flagger. Its alerts are accepted and not sent: nobody waits for those of a cluster to try things on. */
export const FLAGGER_DEFINITIONS = [
  definition('Canary', CANARIES, CANARY),
  definition('MetricTemplate', METRIC_TEMPLATES, METRIC_TEMPLATE),
  definition('AlertProvider', ALERT_PROVIDERS, ALERT_PROVIDER),
];
