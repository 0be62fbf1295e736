import type { KubeObject, ObjectStore } from '../../objectStore';
import { DESTINATION_RULES, SERVICES } from '../../store/resourceTypes';
import { serviceSelector } from '../kinds';
import { ROLLOUTS } from './definitions';
import type { Sync } from './sync';
import { HASH_LABEL, isAvailable, type Version } from './version';

export const MANAGED_BY = 'argo-rollouts.argoproj.io/managed-by-rollouts';

/** Points a Service to a version, by the hash in its selector. One that is not yet ours waits until all pods are there. */
export function pointService(sync: Sync, name: string, version: Version | undefined, waits: boolean): void {
  if (name === '' || !version) return;
  const service = sync.cluster.store.get(SERVICES, sync.namespace, name);
  if (!service || serviceSelector(service)[HASH_LABEL] === version.hash) return;
  const isOurs = service.metadata.annotations?.[MANAGED_BY] !== undefined;
  if (waits && !isOurs && !isAvailable(version)) return;
  if (waits && version.available === 0) return;
  switchService(sync, service, version.hash);
}

export function switchService(sync: Sync, service: KubeObject, hash: string): void {
  const { name } = service.metadata;
  const before = serviceSelector(service)[HASH_LABEL] ?? '';
  if (before === hash && service.metadata.annotations?.[MANAGED_BY] !== undefined) return;
  sync.cluster.store.update(SERVICES, sync.namespace, name, (draft) => {
    draft.spec = { ...draft.spec, selector: { ...serviceSelector(service), [HASH_LABEL]: hash } };
    draft.metadata.annotations = { [MANAGED_BY]: sync.name, ...draft.metadata.annotations };
  });
  sync.record('SwitchService', `Switched selector for service '${name}' from '${before}' to '${hash}'`);
}

export function serviceHash(sync: Sync, name: string): string {
  const service = name === '' ? undefined : sync.cluster.store.get(SERVICES, sync.namespace, name);
  return (service && serviceSelector(service)[HASH_LABEL]) ?? '';
}

/** Whether traffic may go to the version of a hash: it must not be scaled down then. */
export function isReferenced(sync: Sync, hash: string): boolean {
  const { status, spec } = sync;
  const { canary, blueGreen } = spec.strategy;
  const services = canary
    ? [canary.canaryService, canary.stableService]
    : [blueGreen?.activeService ?? '', blueGreen?.previewService ?? ''];
  const references = [
    status.stableRS,
    status.currentPodHash,
    status.blueGreen.activeSelector,
    status.blueGreen.previewSelector,
    status.canary.weights?.canary.podTemplateHash,
    status.canary.weights?.stable.podTemplateHash,
    ...services.map((name) => serviceHash(sync, name)),
  ];
  return references.includes(hash);
}

/** What Rollouts that are gone have put into Services and DestinationRules is taken out again. */
export function releaseServices(store: ObjectStore, namespace: string | undefined): void {
  const isOrphan = ({ metadata }: KubeObject) => {
    const owner = metadata.annotations?.[MANAGED_BY];
    return owner !== undefined && !store.get(ROLLOUTS, namespace, owner);
  };
  for (const { metadata } of store.list(SERVICES, namespace).filter(isOrphan)) {
    store.update(SERVICES, namespace, metadata.name, (draft) => {
      const { [HASH_LABEL]: _, ...selector } = serviceSelector(draft);
      draft.spec = { ...draft.spec, selector };
      forgetOwner(draft);
    });
  }
  for (const { metadata } of store.list(DESTINATION_RULES, namespace).filter(isOrphan)) {
    store.update(DESTINATION_RULES, namespace, metadata.name, (draft) => {
      const subsets = Array.isArray(draft.spec?.subsets) ? draft.spec.subsets : [];
      draft.spec = { ...draft.spec, subsets: subsets.map(withoutHash) };
      forgetOwner(draft);
    });
  }
}

function forgetOwner({ metadata }: KubeObject): void {
  const { [MANAGED_BY]: _, ...annotations } = metadata.annotations ?? {};
  delete metadata.annotations;
  if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
}

function withoutHash(subset: { labels?: Record<string, string> }): Record<string, unknown> {
  const { [HASH_LABEL]: _, ...labels } = subset.labels ?? {};
  return { ...subset, labels };
}
