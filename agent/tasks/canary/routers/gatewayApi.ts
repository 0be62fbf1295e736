import * as z from 'zod';
import { asJson } from '../../../safety/handover/json';
import { finalChange, markDifference, markOf, routeChange, splitText } from './routeChange';
import type { Router, Routing } from './router';
import {
  canaryPercent,
  goesToStable,
  isObject,
  type JsonObject,
  objectsIn,
  type RuleKind,
  ruleShares,
  splitRules,
  unsplitRules,
} from './rules';
import { sharePercent, summed, wholePercent } from './weights';

/**
 * HTTPRoute of the Gateway API: a second backend with a weight in each rule that goes to the stable Service, and a rule
 * before it for requests with the header. https://gateway-api.sigs.k8s.io/guides/traffic-splitting/
 */
export const gatewayApi: Router = {
  canSplitInThree: true,

  noteOf: ({ route }) => ({ rules: asJson(rulesOf(route.spec)) }),

  split(routing, split) {
    const { route, namespace } = routing;
    const after = splitRules(kindOf(routing), withoutSplit(routing), split);
    return routeChange(
      route,
      namespace,
      [rulesDifference(routing, after), markDifference(route, markOf(routing, split))],
      splitText(routing, split, `HTTPRoute ${route.name}`),
    );
  },

  finalize(routing) {
    const { route, namespace } = routing;
    return finalChange(
      route,
      namespace,
      [rulesDifference(routing, withoutSplit(routing)), markDifference(route, null)],
      `send all of HTTPRoute ${route.name} to ${routing.stableService}`,
    );
  },

  bare: (routing) => asJson(withoutSplit(routing)),

  marked: ({ route }) => route,

  read: (routing) => canaryPercent(kindOf(routing), rulesOf(routing.route.spec)),

  readRules: (routing) => ruleShares(kindOf(routing), rulesOf(routing.route.spec)),

  problems(routing) {
    const rules = rulesOf(routing.route.spec);
    return rules.some((rule) => goesToStable(kindOf(routing), rule))
      ? []
      : [`No rule of HTTPRoute ${routing.route.name} goes to Service ${routing.stableService}.`];
  },

  whyNoMirror(routing) {
    const rules = rulesOf(routing.route.spec).filter((rule) => goesToStable(kindOf(routing), rule));
    return rules.some(({ filters }) => objectsIn(filters).length >= MOST.filters)
      ? `a rule of HTTPRoute ${routing.route.name} has ${MOST.filters} filters already, as many as it may have: take one away`
      : null;
  },
};

function withoutSplit(routing: Routing): JsonObject[] {
  const original = Note.safeParse(routing.original).data?.rules ?? null;
  return unsplitRules(kindOf(routing), rulesOf(routing.route.spec), original);
}

const Note = z.object({ rules: z.unknown().transform(objectsIn) });

function rulesDifference({ route }: Routing, after: readonly JsonObject[]) {
  return { path: '/spec/rules', before: asJson(rulesOf(route.spec)), after: asJson(after) };
}

function rulesOf(spec: unknown): JsonObject[] {
  return isObject(spec) ? objectsIn(spec.rules) : [];
}

/** So many rules, matches in a rule, and matches in all the API server takes. */
const MOST = { rules: 16, matches: 64, allMatches: 128, headers: 16, filters: 16 };

function kindOf({ namespace, stableService, canaryService, baselineService }: Routing): RuleKind {
  const named = (backend: JsonObject, name: string) =>
    backend.name === name &&
    (backend.kind ?? 'Service') === 'Service' &&
    (backend.group ?? '') === '' &&
    (backend.namespace ?? namespace) === namespace;
  const mirrorsToCanary = (filter: JsonObject) =>
    filter.type === 'RequestMirror' &&
    isObject(filter.requestMirror) &&
    isObject(filter.requestMirror.backendRef) &&
    named(filter.requestMirror.backendRef, canaryService);
  return {
    backendsOf: ({ backendRefs }) => objectsIn(backendRefs),
    withBackends: (rule, backends) => ({ ...rule, backendRefs: [...backends] }),
    roleOf(backend) {
      if (named(backend, stableService)) return 'stable';
      if (named(backend, canaryService)) return 'canary';
      return baselineService !== null && named(backend, baselineService) ? 'baseline' : 'other';
    },
    besideOf: (backend, role) => ({
      ...backend,
      name: role === 'baseline' && baselineService !== null ? baselineService : canaryService,
    }),
    stableOf: (backend) => ({ ...backend, name: stableService }),
    defaultWeight: () => 1,
    headerRule: ({ name: _, ...rule }, canary, header) => ({
      ...rule,
      matches: matchesOf(rule).map((match) => ({
        // What the API server fills in.
        path: { type: 'PathPrefix', value: '/' },
        ...match,
        headers: [...objectsIn(match.headers), { type: 'Exact', name: header, value: 'true' }],
      })),
      backendRefs: [{ ...canary, weight: 1 }],
    }),
    asksByHeader: (rule) => matchesOf(rule).every(({ headers }) => objectsIn(headers).length > 0),
    withMirror: (rule, canary, percent) => ({
      ...rule,
      filters: [...objectsIn(rule.filters), mirrorFilter(canary, percent)],
    }),
    withoutMirror(rule) {
      const filters = objectsIn(rule.filters);
      if (!filters.some(mirrorsToCanary)) return rule;
      const { filters: _, ...others } = rule;
      const kept = filters.filter((filter) => !mirrorsToCanary(filter));
      return kept.length === 0 ? others : { ...others, filters: kept };
    },
    mirrorOf: ({ filters }) => summed(objectsIn(filters).filter(mirrorsToCanary).map(mirroredPercent)),
    fits(rules) {
      const matches = rules.map((rule) => matchesOf(rule));
      return (
        rules.length <= MOST.rules &&
        matches.every((each) => each.length <= MOST.matches) &&
        matches.flat().length <= MOST.allMatches &&
        matches.flat().every(({ headers }) => objectsIn(headers).length <= MOST.headers)
      );
    },
  };
}

/** A rule without matches matches all. */
function matchesOf({ matches }: JsonObject): JsonObject[] {
  const all = objectsIn(matches);
  return all.length === 0 ? [{}] : all;
}

/** Of all requests, where it says neither percent nor fraction. */
function mirroredPercent({ requestMirror }: JsonObject): number {
  const { percent, fraction } = isObject(requestMirror) ? requestMirror : {};
  if (typeof percent === 'number') return percent;
  if (!isObject(fraction)) return 100;
  return sharePercent(Number(fraction.numerator), Number(fraction.denominator ?? 100));
}

function mirrorFilter({ weight: _, filters: _filters, ...canary }: JsonObject, percent: number): JsonObject {
  const backendRef = { group: '', kind: 'Service', ...canary };
  return {
    type: 'RequestMirror',
    requestMirror: percent >= 100 ? { backendRef } : { backendRef, percent: wholePercent(percent) },
  };
}
