import type { KubeObject } from '../../objectStore';
import { SERVICES } from '../../store/resourceTypes';
import { controlledBy, controllerOf, deploymentSpec } from '../kinds';
import type { CanaryView } from './canaryView';
import { selectorLabel, targetOf } from './target';

/** What only the embedded cluster knows stays where it is: people set the load there. */
const SIMULATION_MARK = 'sim.coxswain.dev/';
const SIDECARS = new Set(['istio-proxy', 'envoy']);

/** The Services of the primary's and of the canary's pods. */
export function keepVersionServices(view: CanaryView): void {
  const { value } = selectorLabel(view);
  const { primaryService, canaryService } = view.names;
  keepService(view, canaryService, value, view.spec.service.canary);
  keepService(view, primaryService, `${value}-primary`, view.spec.service.primary);
}

/** The Service of the clients: it leads to the primary. */
export function keepApexService(view: CanaryView): void {
  const { value } = selectorLabel(view);
  const { apex } = view.spec.service;
  const isRouted = view.spec.provider !== 'kubernetes';
  // The load of a Canary is that of its route, where it has one.
  const wanted = isRouted ? { ...apex, annotations: unsimulated(apex.annotations) } : apex;
  keepService(view, view.names.apex, `${value}-primary`, wanted);
}

/** Gives the Service of the clients back to the target, where it was there before the Canary. */
export function revertApexService(view: CanaryView): void {
  const { cluster, namespace, names } = view;
  const service = cluster.store.get(SERVICES, namespace, names.apex);
  if (!service) throw new Error(`service ${names.apex}.${namespace} get query error: not found`);
  if (isOwned(view, service)) return;
  const { label, value } = selectorLabel(view);
  cluster.store.update(SERVICES, namespace, names.apex, (draft) => {
    draft.spec = { ...draft.spec, selector: { [label]: value } };
  });
}

/** Of annotations, those by which the simulation is set. */
export function simulated(annotations: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return kept(annotations, (key) => key.startsWith(SIMULATION_MARK));
}

/** All others. */
export function unsimulated(
  annotations: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  return kept(annotations, (key) => !key.startsWith(SIMULATION_MARK));
}

interface OwnMetadata {
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
}

function keepService(view: CanaryView, name: string, pods: string, wanted: OwnMetadata): void {
  const { cluster, namespace, canary, spec } = view;
  const { label } = selectorLabel(view);
  const selector = { [label]: pods };
  const labels = { ...wanted.labels, [label]: name };
  const ports = portsOf(view);
  if (!cluster.store.get(SERVICES, namespace, name)) {
    cluster.store.create(SERVICES, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name,
        namespace,
        labels,
        annotations: { ...wanted.annotations },
        ownerReferences: [controlledBy(canary)],
      },
      spec: { type: 'ClusterIP', selector, ports, ...(spec.service.headless && { clusterIP: 'None' }) },
    });
    return;
  }
  cluster.store.update(SERVICES, namespace, name, (draft) => {
    draft.spec = { ...draft.spec, selector, ports: withNodePorts(ports, draft) };
    if (!isOwned(view, draft)) return;
    const { annotations, labels: unmanaged } = spec.service.unmanagedMetadata;
    draft.metadata.annotations = {
      ...wanted.annotations,
      ...simulated(draft.metadata.annotations),
      ...kept(draft.metadata.annotations, (key) => annotations.includes(key)),
    };
    draft.metadata.labels = { ...labels, ...kept(draft.metadata.labels, (key) => unmanaged.includes(key)) };
  });
}

function isOwned({ name }: CanaryView, service: KubeObject): boolean {
  const owner = controllerOf(service);
  return owner?.kind === 'Canary' && owner.name === name;
}

function kept(
  entries: Readonly<Record<string, string>> = {},
  isKept: (key: string) => boolean,
): Record<string, string> {
  return Object.fromEntries(Object.entries(entries).filter(([key]) => isKept(key)));
}

interface ServicePort {
  name: string;
  protocol: string;
  port: number;
  targetPort: number | string;
  appProtocol?: string;
}

/** The port of the spec, and with `portDiscovery` all others of the target's containers. */
function portsOf(view: CanaryView): ServicePort[] {
  const { port, portName, targetPort = port, appProtocol, portDiscovery } = view.spec.service;
  const own: ServicePort = {
    name: portName,
    protocol: 'TCP',
    port,
    targetPort,
    ...(appProtocol !== undefined && { appProtocol }),
  };
  return portDiscovery ? [own, ...discoveredPorts(view, targetPort)] : [own];
}

function discoveredPorts(view: CanaryView, targetPort: number | string): ServicePort[] {
  const { spec } = deploymentSpec(targetOf(view)).template;
  const containers = (spec.containers ?? []) as {
    name: string;
    ports?: { name?: string; containerPort: number }[];
  }[];
  return containers
    .filter(({ name }) => !SIDECARS.has(name))
    .flatMap(({ name: container, ports = [] }) =>
      ports.map(({ name, containerPort }, index) => ({
        name: name ?? `tcp-${container}-${index}`,
        protocol: 'TCP',
        port: containerPort,
        targetPort: containerPort,
      })),
    )
    .filter(({ name, port }) => port !== targetPort && name !== targetPort);
}

/** The API server has given them; they stay. */
function withNodePorts(ports: readonly ServicePort[], { spec }: KubeObject): Record<string, unknown>[] {
  const known = (spec?.ports ?? []) as { name?: string; nodePort?: number }[];
  return ports.map((port) => {
    const nodePort = known.find(({ name }) => name === port.name)?.nodePort;
    return { ...port, ...(nodePort !== undefined && { nodePort }) };
  });
}
