import type { KubeObject, ResourceType } from '../../objectStore';
import { GATEWAY_CLASSES, GATEWAYS, HTTP_ROUTES, INGRESSES } from '../../store/resourceTypes';
import { rfc3339 } from '../../store/timestamp';
import type { Cluster, Controller } from '../controller';
import { keyOf } from '../kinds';
import { WorkQueue } from '../workQueue';
import { backendDestination } from './gatewayApi';
import { attachmentsOf, isOurs } from './gatewayAttachment';
import { isOurs as isOurIngress } from './nginx';
import { type BackendRef, gatewaySpec, httpRouteSpec, type ParentRef } from './routeObjects';
import { RouteTable } from './routeTable';

/** As which the embedded cluster's gateway serves every GatewayClass. */
export const GATEWAY_CONTROLLER = 'coxswain.dev/gateway';
/** Type of the address of a Gateway that has its port too. */
export const ENDPOINT_ADDRESS = 'coxswain.dev/endpoint';

const ALL = 'all';

interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
}

/** Where clients reach the gateway. */
export interface GatewayAddress {
  host: string;
  port: number;
}

/** Says in the status of route objects what becomes of them. VirtualServices have none, as Istio writes none. */
export class RouteStatusController implements Controller {
  readonly name = 'gateway-controller';
  readonly queue = new WorkQueue();
  readonly table: RouteTable;
  readonly #cluster: Cluster;
  #address: GatewayAddress | null = null;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.table = new RouteTable(cluster.store, () => this.queue.add(ALL));
  }

  /** The gateway listens there from now on. */
  announce(address: GatewayAddress): void {
    this.#address = address;
    this.queue.add(ALL);
  }

  reconcile(): void {
    const { objects } = this.table;
    for (const gatewayClass of objects.gatewayClasses) this.#acceptClass(gatewayClass);
    for (const gateway of objects.gateways) this.#programGateway(gateway);
    for (const route of objects.httpRoutes) this.#acceptRoute(route);
    for (const ingress of objects.ingresses) this.#balance(ingress);
  }

  #acceptClass(gatewayClass: KubeObject): void {
    const accepted = { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'Accepted' } as const;
    this.#write(GATEWAY_CLASSES, gatewayClass, {
      conditions: this.#conditions(gatewayClass, gatewayClass.status, [accepted]),
    });
  }

  #programGateway(gateway: KubeObject): void {
    const { objects } = this.table;
    const isServed = isOurs(objects, gateway);
    const attached = objects.httpRoutes.flatMap((route) =>
      attachmentsOf(objects, route).filter(
        (attachment) => keyOf(attachment.gateway.metadata) === keyOf(gateway.metadata),
      ),
    );
    const listeners = gatewaySpec(gateway).listeners.map(({ name }) => ({
      name,
      attachedRoutes: attached.filter((attachment) => attachment.listeners.includes(name)).length,
      supportedKinds: [{ group: GATEWAYS.group, kind: 'HTTPRoute' }],
      conditions: this.#conditions(gateway, listenerStatus(gateway, name), LISTENER),
    }));
    this.#write(GATEWAYS, gateway, {
      ...(isServed && { addresses: this.#addresses(), listeners }),
      conditions: this.#conditions(gateway, gateway.status, isServed ? PROGRAMMED : WAITING),
    });
  }

  #acceptRoute(route: KubeObject): void {
    const { objects } = this.table;
    const parents = attachmentsOf(objects, route).map(({ parent, reason, message }) => ({
      parentRef: parent,
      controllerName: GATEWAY_CONTROLLER,
      conditions: this.#conditions(route, parentStatus(route, parent), [
        { type: 'Accepted', status: reason === 'Accepted' ? 'True' : 'False', reason, message },
        this.#resolvedRefs(route),
      ]),
    }));
    this.#write(HTTP_ROUTES, route, { parents });
  }

  #resolvedRefs(route: KubeObject): Condition {
    const { objects } = this.table;
    const backends = httpRouteSpec(route).rules.flatMap(({ backendRefs, filters }): BackendRef[] => [
      ...backendRefs,
      ...filters.flatMap(({ requestMirror }) => requestMirror?.backendRef ?? []),
    ]);
    for (const backend of backends) {
      const { problem } = backendDestination(objects, route, backend);
      if (!problem) continue;
      return {
        type: 'ResolvedRefs',
        status: 'False',
        reason: reasonOf(route, backend),
        message: problem.text,
      };
    }
    return {
      type: 'ResolvedRefs',
      status: 'True',
      reason: 'ResolvedRefs',
      message: 'All references are resolved',
    };
  }

  #balance(ingress: KubeObject): void {
    const address = this.#address;
    const isServed = isOurIngress(this.table.objects, ingress);
    const at = address && { ip: address.host, ports: [{ port: address.port, protocol: 'TCP' }] };
    this.#write(INGRESSES, ingress, { loadBalancer: isServed && at ? { ingress: [at] } : {} });
  }

  #addresses() {
    const address = this.#address;
    if (!address) return [];
    return [
      { type: 'IPAddress', value: address.host },
      { type: ENDPOINT_ADDRESS, value: `${address.host}:${address.port}` },
    ];
  }

  /** Those that say what they said before keep their time. */
  #conditions({ metadata }: KubeObject, before: unknown, wanted: readonly Condition[]): object[] {
    const old = conditionsIn(before);
    const now = rfc3339(this.#cluster.clock.nowMs());
    return wanted.map((condition) => {
      const same = old.find(({ type, status }) => type === condition.type && status === condition.status);
      return {
        ...condition,
        observedGeneration: metadata.generation ?? 1,
        lastTransitionTime: same?.lastTransitionTime ?? now,
      };
    });
  }

  #write(type: ResourceType, { metadata }: KubeObject, status: Record<string, unknown>): void {
    this.#cluster.store.update(type, metadata.namespace, metadata.name, (draft) => {
      draft.status = { ...draft.status, ...status };
    });
  }
}

const condition = (type: string, message: string, reason = type): Condition => ({
  type,
  status: 'True',
  reason,
  message,
});
const PROGRAMMED = [
  condition('Accepted', 'The Gateway is accepted'),
  condition('Programmed', 'The Gateway is programmed'),
];
const LISTENER = [
  condition('Accepted', 'The listener is accepted'),
  condition('Programmed', 'The listener is programmed'),
  condition('ResolvedRefs', 'All references are resolved'),
];
/** As the definition's defaults have it, where no class of that name is there. */
const WAITING: readonly Condition[] = ['Accepted', 'Programmed'].map((type) => ({
  type,
  status: 'Unknown',
  reason: 'Pending',
  message: 'Waiting for controller',
}));

/** https://gateway-api.sigs.k8s.io/reference/spec/#routeconditionreason */
function reasonOf({ metadata }: KubeObject, { group, kind, namespace }: BackendRef): string {
  if (group !== '' || kind !== 'Service') return 'InvalidKind';
  return namespace !== undefined && namespace !== metadata.namespace ? 'RefNotPermitted' : 'BackendNotFound';
}

interface Told {
  type?: string;
  status?: string;
  lastTransitionTime?: string;
}

function conditionsIn(status: unknown): Told[] {
  if (typeof status !== 'object' || status === null || !('conditions' in status)) return [];
  return Array.isArray(status.conditions) ? status.conditions : [];
}

function parentStatus({ status }: KubeObject, parent: ParentRef): unknown {
  const parents: unknown = status?.parents;
  if (!Array.isArray(parents)) return undefined;
  return parents.find(
    ({ parentRef }) => parentRef?.name === parent.name && parentRef?.sectionName === parent.sectionName,
  );
}

function listenerStatus({ status }: KubeObject, name: string): unknown {
  const listeners: unknown = status?.listeners;
  return Array.isArray(listeners) ? listeners.find((listener) => listener?.name === name) : undefined;
}
