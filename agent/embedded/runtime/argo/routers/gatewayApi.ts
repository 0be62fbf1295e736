import * as z from 'zod';
import { HTTP_ROUTES } from '../../../store/resourceTypes';
import { sameJson } from '../../../store/sameJson';
import type { Canary, HeaderRoute, TextMatch } from '../rolloutSpec';
import type { Sync } from '../sync';
import type { Router } from './router';

export const GATEWAY_API_PLUGIN = 'argoproj-labs/gatewayAPI';

/** The plugin's settings in `trafficRouting.plugins`. */
export const GatewayApiSettings = z.looseObject({
  namespace: z.string().optional(),
  httpRoute: z.string().optional(),
  httpRoutes: z
    .array(z.looseObject({ name: z.string(), useHeaderRoutes: z.boolean().default(false) }))
    .default([]),
  disableInProgressLabel: z.boolean().default(false),
  inProgressLabelKey: z.string().default('rollouts.argoproj.io/gatewayapi-canary'),
  inProgressLabelValue: z.string().default('in-progress'),
});
type Settings = z.infer<typeof GatewayApiSettings>;

const Backend = z.looseObject({
  name: z.string(),
  port: z.number().optional(),
  weight: z.number().optional(),
});
const Rule = z.looseObject({
  name: z.string().optional(),
  backendRefs: z.array(Backend).optional(),
  matches: z.array(z.looseObject({ headers: z.array(z.unknown()).optional() })).optional(),
  filters: z.array(z.unknown()).optional(),
});
type Rule = z.infer<typeof Rule>;
/** Nothing is defaulted, so that nothing is written that was not there. */
const RouteSpec = z.looseObject({ rules: z.array(Rule).default([]) });

/**
 * The plugin for the Gateway API: weights of a HTTPRoute's backends.
 * Source: https://github.com/argoproj-labs/rollouts-plugin-trafficrouter-gatewayapi
 */
export class GatewayApiRouter implements Router {
  readonly type = 'GatewayAPI';
  readonly #sync: Sync;
  readonly #canary: Canary;
  readonly #settings: Settings;

  constructor(sync: Sync, canary: Canary, settings: Settings) {
    this.#sync = sync;
    this.#canary = canary;
    this.#settings = settings;
  }

  setHashes(): void {}

  setMirrorRoute(): void {}

  setWeight(weight: number): void {
    const { canaryService, stableService } = this.#canary;
    const most = this.#sync.spec.strategy.canary?.trafficRouting?.maxTrafficWeight ?? 100;
    const weights = new Map([
      [canaryService, weight],
      [stableService, most - weight],
    ]);
    for (const { name } of routesOf(this.#settings)) {
      this.#change(name, weight, (rules) => {
        const split = rules
          .filter((rule) => !this.#isManaged(rule))
          .flatMap(({ backendRefs = [] }) => backendRefs);
        if ([...weights.keys()].some((service) => !split.some((backend) => backend.name === service))) {
          throw new Error('backendRef was not found in httpRoute');
        }
        return rules.map((rule) => (this.#isManaged(rule) ? rule : withWeights(rule, weights)));
      });
    }
  }

  setHeaderRoute({ name, match }: HeaderRoute): void {
    if (!match) {
      this.removeManagedRoutes();
      return;
    }
    const headers = match.map(({ headerName, headerValue }) => ({
      name: headerName,
      ...headerMatch(headerValue),
    }));
    for (const route of routesOf(this.#settings)) {
      if (!route.useHeaderRoutes) continue;
      this.#change(route.name, null, (rules) => {
        const others = rules.filter((rule) => rule.name === undefined || !isNamed(rule.name, name));
        const sources = others.filter((rule) => this.#goesToBoth(rule));
        const added = sources.map((rule, index) => ({
          ...this.#headerRule(rule, headers),
          name: index === 0 ? name : `${name}-${index}`,
        }));
        return [...others, ...added];
      });
    }
  }

  removeManagedRoutes(): void {
    for (const { name } of routesOf(this.#settings)) {
      this.#change(name, null, (rules) => rules.filter((rule) => !this.#isManaged(rule)));
    }
  }

  #goesToBoth({ backendRefs = [] }: Rule): boolean {
    const { canaryService, stableService } = this.#canary;
    return [canaryService, stableService].every((service) =>
      backendRefs.some(({ name }) => name === service),
    );
  }

  /** As the rule, for requests with these headers, all to the canary. */
  #headerRule(rule: Rule, headers: readonly unknown[]): Rule {
    const { canaryService: name } = this.#canary;
    const port = rule.backendRefs?.find((backend) => backend.name === name)?.port;
    const matches = rule.matches && rule.matches.length > 0 ? rule.matches : [{}];
    return {
      matches: matches.map((each) => ({ ...each, headers: [...(each.headers ?? []), ...headers] })),
      ...(rule.filters && { filters: rule.filters }),
      backendRefs: [{ group: '', kind: 'Service', name, ...(port !== undefined && { port }) }],
    };
  }

  /** A rule that a step has made. */
  #isManaged({ name, backendRefs = [] }: Rule): boolean {
    const managed = this.#sync.spec.strategy.canary?.trafficRouting?.managedRoutes ?? [];
    const isByName = name !== undefined && managed.some((route) => isNamed(name, route.name));
    return isByName || (backendRefs.length === 1 && backendRefs[0]?.name === this.#canary.canaryService);
  }

  #change(name: string, weight: number | null, change: (rules: readonly Rule[]) => readonly Rule[]): void {
    const { store } = this.#sync.cluster;
    const namespace = this.#settings.namespace ?? this.#sync.namespace;
    const route = store.get(HTTP_ROUTES, namespace, name);
    if (!route) throw new Error(`httproutes.gateway.networking.k8s.io "${name}" not found`);
    const { rules: before } = RouteSpec.parse(route.spec);
    const rules = change(before);
    const { disableInProgressLabel, inProgressLabelKey: key, inProgressLabelValue: value } = this.#settings;
    store.update(HTTP_ROUTES, namespace, name, (draft) => {
      if (!sameJson(before, rules)) draft.spec = { ...draft.spec, rules };
      if (weight === null || disableInProgressLabel) return;
      const { [key]: _, ...labels } = draft.metadata.labels ?? {};
      const next = weight > 0 ? { ...labels, [key]: value } : labels;
      delete draft.metadata.labels;
      if (Object.keys(next).length > 0) draft.metadata.labels = next;
    });
  }
}

function withWeights(rule: Rule, weights: ReadonlyMap<string, number>): Rule {
  const backendRefs = rule.backendRefs?.map((backend) => {
    const weight = weights.get(backend.name);
    return weight === undefined ? backend : { ...backend, weight };
  });
  return { ...rule, ...(backendRefs && { backendRefs }) };
}

/** The only route of the setting takes header routes, of several those that say so. */
function routesOf({ httpRoute, httpRoutes }: Settings): Settings['httpRoutes'] {
  if (httpRoute !== undefined) return [{ name: httpRoute, useHeaderRoutes: true }, ...httpRoutes];
  if (httpRoutes.length > 0) return httpRoutes;
  throw new Error(
    "No routes configured. At least one of 'httpRoutes', 'grpcRoutes', 'tcpRoutes', 'tlsRoutes', 'httpRoute', 'grpcRoute', 'tcpRoute' or 'tlsRoute' must be set",
  );
}

/** Of several rules the further ones have a number. */
function isNamed(rule: string, name: string): boolean {
  return rule === name || (rule.startsWith(`${name}-`) && /^\d+$/.test(rule.slice(name.length + 1)));
}

function headerMatch({ exact, prefix, regex }: TextMatch): { type: string; value: string } {
  if (exact) return { type: 'Exact', value: exact };
  if (prefix) return { type: 'RegularExpression', value: `${prefix}.*` };
  if (regex) return { type: 'RegularExpression', value: regex };
  throw new Error('invalid header match type');
}
