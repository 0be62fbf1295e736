import type { LoadShape } from '../../sim/load';
import type { NewObject } from '../objectStore';
import { LOAD_ANNOTATION, MODEL_ANNOTATION } from '../runtime/podSettings';

/** An app of the embedded cluster: a part of the demo shop, or one that is scaled. */
export interface DemoWorkload {
  name: string;
  replicas: number;
  cpuLimit: string;
  memoryLimit: string;
  /** Where it differs from the default model, see `PodSettings`. */
  model: Readonly<Record<string, number | Readonly<Record<string, number>>>>;
  load: LoadShape;
  /** At least so many pods stay up under voluntary disruptions. */
  minAvailable: number;
  /** Scaled by an HPA on CPU; at a number of replicas of its own where absent. */
  hpa?: DemoHpa;
}

export interface DemoHpa {
  minReplicas: number;
  maxReplicas: number;
  /** Percent of the requested CPU. */
  targetUtilisation: number;
}

export const DEMO_NAMESPACE = 'shop';

/** By then all pods are ready and warm, so that the first ones do not drown in the load of all. */
const WARM_UP_SECONDS = 30;

/**
 * Each is sized so that by itself it keeps its objectives (95th percentile below about 100 ms), still does with one
 * pod less, and no longer does with one sick pod in its Service.
 */
export const DEMO_WORKLOADS: readonly DemoWorkload[] = [
  {
    name: 'checkout',
    replicas: 4,
    cpuLimit: '500m',
    memoryLimit: '256Mi',
    model: {},
    load: {
      kind: 'sine',
      mean: 300,
      amplitude: 15,
      periodSeconds: 1800,
      noise: 0.02,
      startAfterSeconds: WARM_UP_SECONDS,
    },
    minAvailable: 3,
  },
  {
    name: 'cart',
    replicas: 3,
    cpuLimit: '250m',
    memoryLimit: '192Mi',
    model: { cpuSecondsPerRequest: 0.002, memoryBaseBytes: 64 * 2 ** 20, startupSeconds: 6 },
    load: { kind: 'constant', requestsPerSecond: 180, noise: 0.03, startAfterSeconds: WARM_UP_SECONDS },
    minAvailable: 2,
  },
  {
    name: 'catalog',
    replicas: 3,
    cpuLimit: '250m',
    memoryLimit: '256Mi',
    model: { cpuSecondsPerRequest: 0.0025, memoryBaseBytes: 110 * 2 ** 20, startupSeconds: 10 },
    load: {
      kind: 'sine',
      mean: 130,
      amplitude: 15,
      periodSeconds: 900,
      noise: 0.03,
      startAfterSeconds: WARM_UP_SECONDS,
    },
    minAvailable: 2,
  },
];

/** The Deployment, Service and PodDisruptionBudget of an app, and its HPA where it has one. */
export function demoObjects(
  workload: DemoWorkload,
  namespace = DEMO_NAMESPACE,
): {
  deployment: NewObject;
  service: NewObject;
  budget: NewObject;
  hpa: NewObject | null;
} {
  const { name } = workload;
  const labels = { app: name };
  const metadata = { name, namespace, labels };
  return {
    deployment: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: workload.replicas,
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        selector: { matchLabels: labels },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        template: podTemplate(workload, labels),
      },
    },
    service: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...metadata, annotations: { [LOAD_ANNOTATION]: JSON.stringify(workload.load) } },
      spec: {
        type: 'ClusterIP',
        selector: labels,
        ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 }],
      },
    },
    budget: {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      spec: { minAvailable: workload.minAvailable, selector: { matchLabels: labels } },
    },
    hpa: workload.hpa ? autoscaler(metadata, workload.hpa) : null,
  };
}

function autoscaler(metadata: NewObject['metadata'] & { name: string }, hpa: DemoHpa): NewObject {
  const { minReplicas, maxReplicas, targetUtilisation } = hpa;
  const target = { type: 'Utilization', averageUtilization: targetUtilisation };
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata,
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: metadata.name },
      minReplicas,
      maxReplicas,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
    },
  };
}

function podTemplate(workload: DemoWorkload, labels: Record<string, string>): Record<string, unknown> {
  const { name, cpuLimit, memoryLimit, model } = workload;
  const resources = { cpu: cpuLimit, memory: memoryLimit };
  return {
    metadata: { labels, annotations: { [MODEL_ANNOTATION]: JSON.stringify(model) } },
    spec: {
      terminationGracePeriodSeconds: 30,
      restartPolicy: 'Always',
      containers: [
        {
          name: 'app',
          image: `coxswain.dev/demo/${name}:1.0.0`,
          imagePullPolicy: 'IfNotPresent',
          ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
          resources: { limits: resources, requests: resources },
          // As patient as its clients: a pod that is slow stays in its Service.
          readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 2, timeoutSeconds: 5 },
        },
      ],
    },
  };
}
