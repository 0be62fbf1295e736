import * as z from 'zod';
import type { KubeObject } from '../../../objectStore';
import type { Canary, TextMatch, TrafficRouting, VirtualServiceRef } from '../rolloutSpec';

const Destination = z.looseObject({
  weight: z.number().optional(),
  destination: z.looseObject({
    host: z.string().default(''),
    subset: z.string().optional(),
    port: z.looseObject({ number: z.number() }).optional(),
  }),
});
export type Destination = z.infer<typeof Destination>;
const HttpRoute = z.looseObject({
  name: z.string().optional(),
  route: z.array(Destination).optional(),
  mirror: z.unknown().optional(),
});
export type HttpRoute = z.infer<typeof HttpRoute>;
const VirtualServiceSpec = z.looseObject({ http: z.array(HttpRoute).default([]) });

export function httpRoutes({ spec }: KubeObject): HttpRoute[] {
  return VirtualServiceSpec.parse(spec ?? {}).http;
}

/** The routes whose weights a Rollout moves: those that it names, or the only one that is not its own. */
export function weightedRoutes(
  routes: readonly HttpRoute[],
  { routes: names }: VirtualServiceRef,
  managed: ReadonlySet<string>,
): HttpRoute[] {
  if (names.length === 0) {
    const others = routes.filter(({ name }) => !managed.has(name ?? ''));
    if (others.length > 1) {
      throw new Error(
        'spec.http[] should be set in VirtualService and it must have exactly one route when omitting spec.strategy.canary.trafficRouting.istio.virtualService.routes',
      );
    }
    return others;
  }
  return names.map((wanted) => {
    const found = routes.find(({ name }) => name === wanted);
    if (!found) throw new Error(`HTTP Route '${wanted}' is not found in the defined Virtual Service.`);
    return found;
  });
}

/** Throws Error where a route does not go to both versions. */
export function checkDestinations(
  route: HttpRoute,
  canary: Canary,
  rule: DestinationRuleRef | undefined,
): void {
  const has = (is: (destination: Destination) => boolean) => route.route?.some(is) ?? false;
  if (rule) {
    const { canarySubsetName, stableSubsetName } = rule;
    if (!has(({ destination }) => destination.subset === canarySubsetName)) {
      throw new Error(`Canary DestinationRule subset '${canarySubsetName}' not found in route`);
    }
    if (!has(({ destination }) => destination.subset === stableSubsetName)) {
      throw new Error(`Stable DestinationRule subset '${stableSubsetName}' not found in route`);
    }
    return;
  }
  if (!has((each) => hostOf(each) === canary.canaryService)) {
    throw new Error(`Canary Service '${canary.canaryService}' not found in route`);
  }
  if (!has((each) => hostOf(each) === canary.stableService)) {
    throw new Error(`Stable Service '${canary.stableService}' not found in route`);
  }
}

export type DestinationRuleRef = NonNullable<NonNullable<TrafficRouting['istio']>['destinationRule']>;

/** Short name of a destination's Service. */
function hostOf({ destination }: Destination): string {
  return destination.host.split('.')[0] ?? '';
}

/** The route with the weight on the canary and the rest on stable; destinations that are neither are taken out. */
export function withWeight(
  route: HttpRoute,
  weight: number,
  canary: Canary,
  rule: DestinationRuleRef | undefined,
): HttpRoute {
  const destinations = (route.route ?? []).flatMap((each): Destination[] => {
    const { subset } = each.destination;
    if (is(each, canary.canaryService, subset, rule?.canarySubsetName)) return [{ ...each, weight }];
    if (is(each, canary.stableService, subset, rule?.stableSubsetName))
      return [{ ...each, weight: 100 - weight }];
    return [];
  });
  return { ...route, route: destinations };
}

function is(
  each: Destination,
  service: string,
  subset: string | undefined,
  wanted: string | undefined,
): boolean {
  return (service !== '' && hostOf(each) === service) || (subset !== undefined && subset === wanted);
}

/** A text match as Istio has it: the one kind that is set. */
export function istioMatch({ exact, prefix, regex }: TextMatch): Record<string, string> {
  if (exact) return { exact };
  return prefix ? { prefix } : { regex: regex ?? '' };
}
