import { canaryNames } from '../../../cluster/model/releaseNames';
import { readRouteMark } from '../../../cluster/model/releaseNote';
import type { ManagedRelease, ManagedSettings } from '../../../cluster/releases';
import type { RouterKind } from '../../../protocol';
import { gatewayApi } from './gatewayApi';
import { istio } from './istio';
import { subsetOf } from './istioSubset';
import { nginx } from './nginx';
import type { Router, Routing } from './router';

const ROUTERS: Record<RouterKind, Router> = { 'gateway-api': gatewayApi, istio, nginx };

export function routerFor(kind: RouterKind): Router {
  return ROUTERS[kind];
}

/** A router as people call it, with its object: `Gateway API HTTPRoute checkout`. */
export function routerText({ router, route }: Pick<ManagedSettings, 'router' | 'route'>): string {
  return `${WORDS[router]} ${route}`;
}

const WORDS: Record<RouterKind, string> = {
  'gateway-api': 'Gateway API HTTPRoute',
  istio: 'Istio VirtualService',
  nginx: 'NGINX Ingress',
};

type Parts = Omit<ManagedRelease, 'weight' | 'problems'>;

/** What its router needs to know of a release; null where its settings cannot be read or the route is missing. */
export function routingOf(release: Parts): Routing | null {
  const { settings, note, route, canaryIngress, destinationRule, ref } = release;
  if (settings === 'broken' || route === null) return null;
  const readable = note === 'broken' ? null : note;
  return {
    namespace: ref.namespace,
    name: ref.name,
    route,
    destinationRule,
    canaryIngress,
    subset: subsetOf(release),
    stableService: settings.service,
    canaryService: canaryNames(ref.name, settings).service,
    original: readable?.route ?? null,
    releaseId: readable?.id ?? '',
  };
}

/** Which weight of a release somebody else has changed, percent; null while it is as it was set. */
export function interferenceIn(release: ManagedRelease): { set: number; seen: number | null } | null {
  const { settings, note, weight: seen } = release;
  const routing = routingOf(release);
  if (!routing || settings === 'broken' || note === null || note === 'broken') return null;
  const marked = routerFor(settings.router).marked(routing);
  const mark = marked ? readRouteMark(marked.annotations) : null;
  // Without a mark it was never split, or somebody has put it back.
  if (mark === null) {
    const isUntouched = seen === null && (note.weight === 0 || note.goal !== 'progress');
    return isUntouched ? null : { set: note.weight, seen };
  }
  if (mark.id !== note.id) return { set: note.weight, seen };
  const others = [seen, ...routerFor(settings.router).readRules(routing)];
  const other = others.find((each) => each === null || Math.abs(mark.weight - each) >= 0.5);
  return other === undefined ? null : { set: mark.weight, seen: other };
}
