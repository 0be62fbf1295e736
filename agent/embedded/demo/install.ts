import type { Clock } from '../../clock';
import type { ObjectStore } from '../objectStore';
import { litmusExperiments } from '../runtime/litmus/catalogue';
import { CHAOS_EXPERIMENTS } from '../runtime/litmus/definitions';
import { GATEWAY_CONTROLLER } from '../runtime/traffic/routeStatus';
import {
  DEPLOYMENTS,
  GATEWAY_CLASSES,
  HORIZONTAL_POD_AUTOSCALERS,
  INGRESS_CLASSES,
  NAMESPACES,
  NODES,
  POD_DISRUPTION_BUDGETS,
  SERVICES,
} from '../store/resourceTypes';
import { rfc3339 } from '../store/timestamp';
import { DEMO_NAMESPACE, DEMO_WORKLOADS, type DemoWorkload, demoObjects } from './app';
import { namespace, node, prometheusService } from './cluster';
import { GATEWAY_CLASS, INGRESS_CLASS, RELEASE_NAMESPACE, releaseObjects } from './releaseApp';
import { SCALED_NAMESPACE, SCALED_WORKLOAD } from './scaledApp';

const NODE_COUNT = 3;

/** What every embedded cluster has: the system's namespaces, its nodes, Prometheus, the classes of its gateway. */
export function installBase(store: ObjectStore, clock: Clock): void {
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease', 'monitoring']) {
    store.create(NAMESPACES, namespace(name));
  }
  const createdAt = rfc3339(clock.nowMs());
  for (let index = 1; index <= NODE_COUNT; index++) store.create(NODES, node(index, createdAt));
  store.create(SERVICES, prometheusService());
  installRouters(store);
}

/** What Gateways and Ingresses name as the one that serves them. Istio's Gateways need nothing. */
export function installRouters(store: ObjectStore): void {
  store.create(GATEWAY_CLASSES, {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: GATEWAY_CLASS },
    spec: { controllerName: GATEWAY_CONTROLLER },
  });
  store.create(INGRESS_CLASSES, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: {
      name: INGRESS_CLASS,
      annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' },
    },
    spec: { controller: 'k8s.io/ingress-nginx' },
  });
}

/** The demo shop under load, and the experiments with which Litmus can trouble it. */
export function installDemo(store: ObjectStore): void {
  store.create(NAMESPACES, namespace(DEMO_NAMESPACE));
  for (const experiment of litmusExperiments(DEMO_NAMESPACE)) store.create(CHAOS_EXPERIMENTS, experiment);
  for (const workload of DEMO_WORKLOADS) installApp(store, workload, DEMO_NAMESPACE);
}

/** A workload beside the shop whose load comes and goes, and whose HPA follows it. */
export function installScaledDemo(store: ObjectStore): void {
  store.create(NAMESPACES, namespace(SCALED_NAMESPACE));
  installApp(store, SCALED_WORKLOAD, SCALED_NAMESPACE);
}

/** An app behind a host, to be released step by step. */
export function installReleaseDemo(store: ObjectStore): void {
  store.create(NAMESPACES, namespace(RELEASE_NAMESPACE));
  for (const { type, object } of releaseObjects('gateway-api')) store.create(type, object);
}

/** Its objects, into a namespace that is there. */
export function installApp(store: ObjectStore, workload: DemoWorkload, inNamespace: string): void {
  const { deployment, service, budget, hpa } = demoObjects(workload, inNamespace);
  store.create(SERVICES, service);
  store.create(POD_DISRUPTION_BUDGETS, budget);
  store.create(DEPLOYMENTS, deployment);
  if (hpa) store.create(HORIZONTAL_POD_AUTOSCALERS, hpa);
}
