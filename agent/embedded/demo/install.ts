import type { Clock } from '../../clock';
import type { ObjectStore } from '../objectStore';
import { litmusExperiments } from '../runtime/litmus/catalogue';
import { CHAOS_EXPERIMENTS } from '../runtime/litmus/definitions';
import {
  DEPLOYMENTS,
  HORIZONTAL_POD_AUTOSCALERS,
  NAMESPACES,
  NODES,
  POD_DISRUPTION_BUDGETS,
  SERVICES,
} from '../store/resourceTypes';
import { rfc3339 } from '../store/timestamp';
import { DEMO_NAMESPACE, DEMO_WORKLOADS, type DemoWorkload, demoObjects } from './app';
import { namespace, node, prometheusService } from './cluster';
import { SCALED_NAMESPACE, SCALED_WORKLOAD } from './scaledApp';

const NODE_COUNT = 3;

/** What every embedded cluster has: the system's namespaces, its nodes, Prometheus. */
export function installBase(store: ObjectStore, clock: Clock): void {
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease', 'monitoring']) {
    store.create(NAMESPACES, namespace(name));
  }
  const createdAt = rfc3339(clock.nowMs());
  for (let index = 1; index <= NODE_COUNT; index++) store.create(NODES, node(index, createdAt));
  store.create(SERVICES, prometheusService());
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

/** Its objects, into a namespace that is there. */
export function installApp(store: ObjectStore, workload: DemoWorkload, inNamespace: string): void {
  const { deployment, service, budget, hpa } = demoObjects(workload, inNamespace);
  store.create(SERVICES, service);
  store.create(POD_DISRUPTION_BUDGETS, budget);
  store.create(DEPLOYMENTS, deployment);
  if (hpa) store.create(HORIZONTAL_POD_AUTOSCALERS, hpa);
}
