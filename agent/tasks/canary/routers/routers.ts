import { canaryNames, hasBaseline } from '../../../cluster/model/releaseNames';
import { readRouteMark } from '../../../cluster/model/releaseNote';
import type { ManagedRelease, ManagedSettings } from '../../../cluster/releases';
import type { RouterKind } from '../../../protocol';
import { gatewayApi } from './gatewayApi';
import { istio } from './istio';
import { subsetOf } from './istioSubset';
import { nginx } from './nginx';
import type { Router, Routing, RuleShare } from './router';

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

type Parts = Omit<ManagedRelease, 'weight' | 'baselineWeight' | 'mirrorPercent' | 'problems'>;

/** What its router needs to know of a release; null where its settings cannot be read or the route is missing. */
export function routingOf(release: Parts): Routing | null {
  const { settings, note, route, canaryIngress, destinationRule, ref } = release;
  if (settings === 'broken' || route === null) return null;
  const readable = note === 'broken' ? null : note;
  const names = canaryNames(ref.name, settings);
  // Without a note that can be read the mark tells what was split.
  const isBaselined = readable
    ? hasBaseline(readable.made, names)
    : readRouteMark(route.annotations)?.baseline !== undefined;
  return {
    namespace: ref.namespace,
    name: ref.name,
    route,
    destinationRule,
    canaryIngress,
    subset: subsetOf(release),
    stableService: settings.service,
    canaryService: names.service,
    baselineService: isBaselined ? names.baselineService : null,
    original: readable?.route ?? null,
    releaseId: readable?.id ?? '',
  };
}

/** A weight, or the copies, that somebody else has changed: what was set, and what is seen, percent. */
export interface Interference {
  of: 'canary' | 'baseline' | 'mirror';
  set: number;
  seen: number | null;
}

/** Which weight of a release somebody else has changed; null while all are as they were set. */
export function interferenceIn(release: ManagedRelease): Interference | null {
  const { settings, note, weight: seen } = release;
  const routing = routingOf(release);
  if (!routing || settings === 'broken' || note === null || note === 'broken') return null;
  const marked = routerFor(settings.router).marked(routing);
  const mark = marked ? readRouteMark(marked.annotations) : null;
  const rules = routerFor(settings.router).readRules(routing);
  // Without a mark it was never split, or somebody has put it back.
  if (mark === null) {
    const isUntouched = seen === null && (note.weight === 0 || note.goal !== 'progress');
    return isUntouched ? otherCopies(rules, 0) : { of: 'canary', set: note.weight, seen };
  }
  if (mark.id !== note.id) return { of: 'canary', set: note.weight, seen };
  const canary = [seen, ...rules.map((rule) => rule.canary)].find(isOther(mark.weight));
  if (canary !== undefined) return { of: 'canary', set: mark.weight, seen: canary };
  const set = mark.baseline ?? 0;
  const baseline = rules.map((rule) => rule.baseline ?? 0).find(isOther(set));
  return baseline === undefined
    ? otherCopies(rules, mark.mirror ?? 0)
    : { of: 'baseline', set, seen: baseline };
}

function otherCopies(rules: readonly RuleShare[], set: number): Interference | null {
  const seen = rules.map(({ mirror }) => mirror ?? 0).find(isOther(set));
  return seen === undefined ? null : { of: 'mirror', set, seen };
}

function isOther(set: number): (seen: number | null) => boolean {
  return (seen) => seen === null || Math.abs(set - seen) >= 0.5;
}

/** How somebody else has changed a weight, in words. */
export function interferenceText({ of, set, seen }: Interference): string {
  const sight = seen === null ? `the route says nothing of the ${of}` : `the route says ${seen} %`;
  return `somebody else has changed ${CHANGED[of]}: ${set} % was set, and ${sight}`;
}

const CHANGED: Readonly<Record<Interference['of'], string>> = {
  canary: 'the weight',
  baseline: 'the baseline’s weight',
  mirror: 'what is copied to the canary',
};
