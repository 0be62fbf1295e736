import type { KubeObject, ObjectStore } from '../../objectStore';
import { PODS, SERVICES } from '../../store/resourceTypes';
import { keyOf, serviceSelector } from '../kinds';
import { globMatches } from '../nodes/podHttp';

/**
 * The share of a pod's calls to other Services that goes to those pods, given as `namespace/name`: its app calls every
 * other Service of its namespace as often, and each spreads the calls over its pods. Pods that are behind none of them
 * are taken to be all that it calls.
 */
export function shareToPods(
  store: Pick<ObjectStore, 'list'>,
  caller: KubeObject,
  targets: readonly string[],
): number {
  const services = calledBy(store, caller).map((service) => podsOf(store, service).map(keyOfPod));
  const called = services.filter((pods) => pods.length > 0);
  if (!called.some((pods) => pods.some((pod) => targets.includes(pod)))) return targets.length > 0 ? 1 : 0;
  const shares = called.map((pods) => pods.filter((pod) => targets.includes(pod)).length / pods.length);
  return shares.reduce((sum, share) => sum + share, 0) / called.length;
}

/** The share of a pod's calls to other Services whose names match any of the patterns; all without patterns. */
export function shareToNames(
  store: Pick<ObjectStore, 'list'>,
  caller: KubeObject,
  patterns: readonly string[],
): number {
  if (patterns.length === 0) return 1;
  const names = calledBy(store, caller).map(domainNames);
  if (names.length === 0) return 0;
  const matching = names.filter((forms) =>
    patterns.some((pattern) => forms.some((form) => globMatches(pattern, form))),
  );
  return matching.length / names.length;
}

function calledBy(store: Pick<ObjectStore, 'list'>, caller: KubeObject): KubeObject[] {
  return store
    .list(SERVICES, caller.metadata.namespace)
    .filter((service) => Object.keys(serviceSelector(service)).length > 0 && !selects(service, caller));
}

function podsOf(store: Pick<ObjectStore, 'list'>, service: KubeObject): KubeObject[] {
  return store.list(PODS, service.metadata.namespace).filter((pod) => selects(service, pod));
}

function selects(service: KubeObject, { metadata }: KubeObject): boolean {
  return Object.entries(serviceSelector(service)).every(
    ([label, value]) => metadata.labels?.[label] === value,
  );
}

function keyOfPod({ metadata }: KubeObject): string {
  return keyOf(metadata);
}

/** The names by which a pod may look a Service up. */
function domainNames({ metadata: { name, namespace } }: KubeObject): string[] {
  const inNamespace = `${name}.${namespace}`;
  return [name, inNamespace, `${inNamespace}.svc`, `${inNamespace}.svc.cluster.local`];
}
