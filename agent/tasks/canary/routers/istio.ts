import * as z from 'zod';
import { BASELINE_SUFFIX, CANARY_SUFFIX } from '../../../cluster/model/releaseNames';
import type { RouteObject } from '../../../cluster/releases';
import type { ReversibleChange } from '../../../safety/change';
import { asJson, isSame, type Json } from '../../../safety/handover/json';
import { isHostOf, withService } from './istioHosts';
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
import { summed } from './weights';

/**
 * VirtualService of Istio: a second destination with a weight in each HTTP route that goes to the stable version, by
 * its own host, or by a subset of its own where the route goes by subsets; and a route before it for requests with the
 * header. https://istio.io/latest/docs/reference/config/networking/virtual-service/
 */
export const istio: Router = {
  canSplitInThree: true,

  noteOf: ({ route, destinationRule, subset }) => ({
    http: asJson(httpOf(route)),
    subsets: subset && destinationRule ? asJson(subsetsOf(destinationRule)) : null,
  }),

  // The subset has to be there before anything is sent to it.
  split: (routing, split) => {
    const { route, namespace } = routing;
    const after = splitRules(kindOf(routing), withoutSplit(routing), split);
    return [
      ...subsetChange(routing, true),
      ...routeChange(
        route,
        namespace,
        [httpDifference(routing, after), markDifference(route, markOf(routing, split))],
        splitText(routing, split, `VirtualService ${route.name}`),
      ),
    ];
  },

  finalize: (routing) => {
    const { route, namespace } = routing;
    return [
      ...finalChange(
        route,
        namespace,
        [httpDifference(routing, withoutSplit(routing)), markDifference(route, null)],
        `send all of VirtualService ${route.name} to ${routing.stableService}`,
      ),
      ...subsetChange(routing, false),
    ];
  },

  bare: (routing) => asJson(withoutSplit(routing)),

  marked: ({ route }) => route,

  read: (routing) => canaryPercent(kindOf(routing), httpOf(routing.route)),

  readRules: (routing) => ruleShares(kindOf(routing), httpOf(routing.route)),

  problems(routing) {
    const { route, stableService } = routing;
    const rules = httpOf(route).filter((rule) => goesToStable(kindOf(routing), rule));
    if (rules.length === 0)
      return [`No HTTP route of VirtualService ${route.name} goes to Service ${stableService}.`];
    const subsets = new Set(
      rules.flatMap((rule) => objectsIn(rule.route).flatMap((each) => subsetName(each) ?? [])),
    );
    const stable = [...subsets].filter(
      (name) => !name.endsWith(CANARY_SUFFIX) && !name.endsWith(BASELINE_SUFFIX),
    );
    return routing.subset === null && stable.length > 1
      ? [
          `VirtualService ${route.name} goes to several subsets of ${stableService} (${stable.join(', ')}), and none of them is this Deployment’s alone.`,
        ]
      : [];
  },

  whyNoMirror(routing) {
    const rules = httpOf(routing.route).filter((rule) => goesToStable(kindOf(routing), rule));
    return rules.some(({ mirror }) => isObject(mirror))
      ? `VirtualService ${routing.route.name} has \`mirror\`, beside which Istio takes no \`mirrors\`: write it as one of \`mirrors\``
      : null;
  },
};

function withoutSplit(routing: Routing): JsonObject[] {
  const original = Note.safeParse(routing.original).data?.http ?? null;
  return unsplitRules(kindOf(routing), httpOf(routing.route), original);
}

const Note = z.object({ http: z.unknown().transform(objectsIn) });

function httpDifference({ route }: Routing, after: readonly JsonObject[]) {
  return { path: '/spec/http', before: asJson(httpOf(route)), after: asJson(after) };
}

/** Adds the subsets beside the stable one to the DestinationRule, or takes them away; the others stay as they are. */
function subsetChange(
  { destinationRule, subset, baselineService, namespace }: Routing,
  isThere: boolean,
): readonly ReversibleChange[] {
  if (!destinationRule || !subset) return [];
  const before = subsetsOf(destinationRule);
  const stable = before.find(({ name }) => name === subset.name) ?? {};
  const canary = { ...stable, name: canarySubset(subset.name), labels: { ...subset.canaryLabels } };
  const baseline = { ...stable, name: baselineSubset(subset.name), labels: { ...subset.baselineLabels } };
  const own: JsonObject[] = baselineService === null ? [canary] : [canary, baseline];
  const others = before.filter((each) => own.every(({ name }) => name !== each.name));
  const isSet = own.every((each) => before.some((found) => isSame(found, each)));
  if (isThere && isSet) return [];
  const names = own.map(({ name }) => name).join(' and ');
  const after = isThere ? [...others, ...own] : others;
  return routeChange(
    destinationRule,
    namespace,
    [{ path: '/spec/subsets', before: asJson(before), after: asJson(after) }],
    `${isThere ? 'add' : 'remove'} subset ${names} of DestinationRule ${destinationRule.name}`,
  );
}

export function httpOf({ spec }: Pick<RouteObject, 'spec'>): JsonObject[] {
  return isObject(spec) ? objectsIn(spec.http) : [];
}

export function subsetsOf({ spec }: Pick<RouteObject, 'spec'>): JsonObject[] {
  return isObject(spec) ? objectsIn(spec.subsets) : [];
}

export function subsetName({ destination }: JsonObject): string | null {
  return isObject(destination) && typeof destination.subset === 'string' ? destination.subset : null;
}

export function canarySubset(stable: string): string {
  return `${stable}${CANARY_SUFFIX}`;
}

export function baselineSubset(stable: string): string {
  return `${stable}${BASELINE_SUFFIX}`;
}

function kindOf(routing: Routing): RuleKind {
  const { namespace, stableService, canaryService, baselineService, subset } = routing;
  const hostOf = ({ destination }: JsonObject) =>
    isObject(destination) && typeof destination.host === 'string' ? destination.host : '';
  const moved = (backend: JsonObject, to: string, toSubset: string | null): JsonObject => {
    const destination = isObject(backend.destination) ? backend.destination : {};
    const { subset: _, ...others } = destination;
    const host = withService(hostOf(backend), to);
    return {
      ...backend,
      destination: { ...others, host, ...(toSubset === null ? {} : { subset: toSubset }) },
    };
  };
  const besideOf: RuleKind['besideOf'] = (backend, role) => {
    const isBaseline = role === 'baseline' && baselineService !== null;
    if (subset === null) return moved(backend, isBaseline ? baselineService : canaryService, null);
    return moved(backend, stableService, (isBaseline ? baselineSubset : canarySubset)(subset.name));
  };
  const asked = (match: JsonObject) => isObject(match.headers) && Object.keys(match.headers).length > 0;
  const isCanaryMirror = (destination: Json | undefined) => {
    if (!isObject(destination)) return false;
    const is = (service: string) => isHostOf(hostOf({ destination }), service, namespace);
    return subset === null
      ? is(canaryService)
      : is(stableService) && destination.subset === canarySubset(subset.name);
  };
  return {
    backendsOf: ({ route }) => objectsIn(route),
    withBackends: (rule, backends) => ({ ...rule, route: [...backends] }),
    roleOf(backend) {
      const is = (service: string) => isHostOf(hostOf(backend), service, namespace);
      if (is(canaryService)) return 'canary';
      if (baselineService !== null && is(baselineService)) return 'baseline';
      if (!is(stableService)) return 'other';
      const name = subsetName(backend);
      if (subset === null || name === subset.name) return 'stable';
      if (name === canarySubset(subset.name)) return 'canary';
      return baselineService !== null && name === baselineSubset(subset.name) ? 'baseline' : 'other';
    },
    besideOf,
    stableOf: (backend) => moved(backend, stableService, subset?.name ?? null),
    // Alone it gets all; among others it has to say.
    defaultWeight: (backends) => (backends === 1 ? 1 : 0),
    headerRule: ({ name: _, mirror: _mirror, mirrors: _mirrors, ...rule }, canary, header) => ({
      ...rule,
      match: matchesOf(rule).map((match) => ({
        ...match,
        headers: { ...(isObject(match.headers) ? match.headers : {}), [header]: { exact: 'true' } },
      })),
      route: [{ ...canary, weight: 100 }],
    }),
    asksByHeader: (rule) => matchesOf(rule).every(asked),
    withMirror: (rule, { destination = {} }, percent) => ({
      ...rule,
      mirrors: [...objectsIn(rule.mirrors), { destination, percentage: { value: percent } }],
    }),
    withoutMirror(rule) {
      const { mirror, mirrorPercentage, mirrors, ...rest } = rule;
      const found = objectsIn(mirrors);
      const others = found.filter(({ destination }) => !isCanaryMirror(destination));
      const isOld = isCanaryMirror(mirror);
      if (others.length === found.length && !isOld) return rule;
      return {
        ...rest,
        ...(mirror === undefined || isOld ? {} : { mirror }),
        ...(mirrorPercentage === undefined || isOld ? {} : { mirrorPercentage }),
        ...(others.length === 0 ? {} : { mirrors: others }),
      };
    },
    mirrorOf: ({ mirror, mirrorPercentage, mirrors }) =>
      summed([
        ...(isCanaryMirror(mirror) ? [percentOf(mirrorPercentage)] : []),
        ...objectsIn(mirrors)
          .filter(({ destination }) => isCanaryMirror(destination))
          .map(({ percentage }) => percentOf(percentage)),
      ]),
    fits: () => true,
  };
}

/** Of all requests, where it does not say. */
function percentOf(percentage: Json | undefined): number {
  return isObject(percentage) && typeof percentage.value === 'number' ? percentage.value : 100;
}

/** A route without matches matches all. */
function matchesOf({ match }: JsonObject): JsonObject[] {
  const all = objectsIn(match);
  return all.length === 0 ? [{}] : all;
}
