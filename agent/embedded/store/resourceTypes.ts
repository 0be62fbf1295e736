import type { ResourceType } from '../objectStore';

const core = (plural: string): ResourceType => ({ group: '', version: 'v1', plural });
const apps = (plural: string): ResourceType => ({ group: 'apps', version: 'v1', plural });

export const NAMESPACES = core('namespaces');
export const NODES = core('nodes');
export const PODS = core('pods');
export const SERVICES = core('services');
export const EVENTS = core('events');
export const RESOURCE_QUOTAS = core('resourcequotas');
export const DEPLOYMENTS = apps('deployments');
export const REPLICA_SETS = apps('replicasets');
export const POD_DISRUPTION_BUDGETS: ResourceType = {
  group: 'policy',
  version: 'v1',
  plural: 'poddisruptionbudgets',
};
export const HORIZONTAL_POD_AUTOSCALERS: ResourceType = {
  group: 'autoscaling',
  version: 'v2',
  plural: 'horizontalpodautoscalers',
};
export const INGRESSES: ResourceType = { group: 'networking.k8s.io', version: 'v1', plural: 'ingresses' };
export const INGRESS_CLASSES: ResourceType = { ...INGRESSES, plural: 'ingressclasses' };
export const GATEWAY_CLASSES: ResourceType = {
  group: 'gateway.networking.k8s.io',
  version: 'v1',
  plural: 'gatewayclasses',
};
export const GATEWAYS: ResourceType = { ...GATEWAY_CLASSES, plural: 'gateways' };
export const HTTP_ROUTES: ResourceType = { ...GATEWAY_CLASSES, plural: 'httproutes' };
/** Istio's kinds are served as v1 and v1beta1, and stored as v1. */
export const VIRTUAL_SERVICES: ResourceType = {
  group: 'networking.istio.io',
  version: 'v1',
  plural: 'virtualservices',
};
export const DESTINATION_RULES: ResourceType = { ...VIRTUAL_SERVICES, plural: 'destinationrules' };
export const ISTIO_GATEWAYS: ResourceType = { ...VIRTUAL_SERVICES, plural: 'gateways' };
export const CUSTOM_RESOURCE_DEFINITIONS: ResourceType = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
};

export function sameType(a: ResourceType, b: ResourceType): boolean {
  return a.plural === b.plural && a.group === b.group && a.version === b.version;
}
