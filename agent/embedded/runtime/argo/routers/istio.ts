import * as z from 'zod';
import type { KubeObject } from '../../../objectStore';
import { DESTINATION_RULES, VIRTUAL_SERVICES } from '../../../store/resourceTypes';
import { sameJson } from '../../../store/sameJson';
import type { Canary, HeaderRoute, MirrorRoute, TrafficRouting, VirtualServiceRef } from '../rolloutSpec';
import { MANAGED_BY } from '../services';
import type { Sync } from '../sync';
import { HASH_LABEL, isAvailable } from '../version';
import {
  checkDestinations,
  type HttpRoute,
  httpRoutes,
  istioMatch,
  weightedRoutes,
  withWeight,
} from './istioRoutes';
import type { Router } from './router';

type Istio = NonNullable<TrafficRouting['istio']>;

const Subset = z.looseObject({ name: z.string(), labels: z.record(z.string(), z.string()).default({}) });
const RuleSpec = z.looseObject({ host: z.string().default(''), subsets: z.array(Subset).default([]) });

/** Istio: weights of a VirtualService's destinations, by Service or by subset of a DestinationRule. */
export class IstioRouter implements Router {
  readonly type = 'Istio';
  readonly #sync: Sync;
  readonly #canary: Canary;
  readonly #istio: Istio;

  constructor(sync: Sync, canary: Canary, istio: Istio) {
    this.#sync = sync;
    this.#canary = canary;
    this.#istio = istio;
  }

  setHashes(canaryHash: string, stableHash: string): void {
    const { destinationRule } = this.#istio;
    this.#checkPods(canaryHash, stableHash);
    if (!destinationRule) return;
    const { name, canarySubsetName, stableSubsetName } = destinationRule;
    const { cluster, namespace } = this.#sync;
    const rule = this.#destinationRule();
    const spec = RuleSpec.parse(rule.spec);
    const hashes = new Map([
      [canarySubsetName, canaryHash],
      [stableSubsetName, stableHash],
    ]);
    const subsets = spec.subsets
      .filter((subset) => hashes.has(subset.name))
      .map((subset) => {
        const { [HASH_LABEL]: _, ...labels } = subset.labels;
        const hash = hashes.get(subset.name);
        return { ...subset, labels: { ...labels, ...(hash && { [HASH_LABEL]: hash }) } };
      });
    if (sameJson(subsets, spec.subsets) && rule.metadata.annotations?.[MANAGED_BY] !== undefined) return;
    cluster.store.update(DESTINATION_RULES, namespace, name, (draft) => {
      draft.spec = { ...draft.spec, subsets };
      draft.metadata.annotations = { ...draft.metadata.annotations, [MANAGED_BY]: this.#sync.name };
    });
    this.#sync.record(
      'UpdatedDestinationRule',
      `DestinationRule ${name} subset updated (${canarySubsetName}: ${canaryHash}, ${stableSubsetName}: ${stableHash})`,
    );
  }

  setWeight(weight: number): void {
    for (const reference of virtualServices(this.#istio)) {
      const routes = httpRoutes(this.#virtualService(reference));
      const weighted = new Set([
        ...weightedRoutes(routes, reference, this.#managed),
        // A mirrored route splits what it does not mirror.
        ...routes.filter(({ name, mirror }) => mirror !== undefined && this.#managed.has(name ?? '')),
      ]);
      for (const route of weighted) checkDestinations(route, this.#canary, this.#istio.destinationRule);
      const next = routes.map((route) =>
        weighted.has(route) ? withWeight(route, weight, this.#canary, this.#istio.destinationRule) : route,
      );
      this.#write(reference, routes, next, `set to desiredWeight '${weight}'`);
    }
  }

  setHeaderRoute({ name, match }: HeaderRoute): void {
    for (const reference of virtualServices(this.#istio)) {
      const routes = httpRoutes(this.#virtualService(reference));
      const others = routes.filter((route) => route.name !== name);
      const added = match && {
        name,
        match: match.map(({ headerName, headerValue }) => ({
          headers: { [headerName]: istioMatch(headerValue) },
        })),
        route: [{ ...this.#canaryDestination(reference, others), weight: 100 }],
      };
      this.#write(reference, routes, added ? [...others, added] : others, `set headerRoute '${name}'`);
    }
  }

  setMirrorRoute({ name, match, percentage }: MirrorRoute): void {
    for (const reference of virtualServices(this.#istio)) {
      const routes = httpRoutes(this.#virtualService(reference));
      const others = routes.filter((route) => route.name !== name);
      const added = match && {
        name,
        match: match.map(({ method, path, headers }) => ({
          ...(method && { method: istioMatch(method) }),
          ...(path && { uri: istioMatch(path) }),
          ...(headers && {
            headers: Object.fromEntries(
              Object.entries(headers).map(([key, value]) => [key, istioMatch(value)]),
            ),
          }),
        })),
        route: weightedRoutes(others, reference, this.#managed)[0]?.route ?? [],
        mirror: this.#canaryDestination(reference, others).destination,
        mirrorPercentage: { value: percentage },
      };
      this.#write(reference, routes, added ? [added, ...others] : others, `set mirrorRoute '${name}'`);
    }
  }

  removeManagedRoutes(): void {
    const made = new Set([
      ...this.#managed,
      ...this.#canary.steps.flatMap(
        ({ setHeaderRoute, setMirrorRoute }) => setHeaderRoute?.name ?? setMirrorRoute?.name ?? [],
      ),
    ]);
    for (const reference of virtualServices(this.#istio)) {
      const routes = httpRoutes(this.#virtualService(reference));
      const left = routes.filter(({ name }) => !made.has(name ?? ''));
      this.#write(reference, routes, left, 'removed managed routes');
    }
  }

  get #managed(): ReadonlySet<string> {
    return new Set(this.#sync.spec.strategy.canary?.trafficRouting?.managedRoutes?.map(({ name }) => name));
  }

  /** Where subsets alone pick the pods, they have to be there before the subset points to them. */
  #checkPods(canaryHash: string, stableHash: string): void {
    const { canaryService, stableService } = this.#canary;
    if (canaryService !== '' || stableService !== '') return;
    const isEnding = this.#sync.status.abort;
    for (const version of this.#sync.versions) {
      const isMeant = version.hash === stableHash || (version.hash === canaryHash && !isEnding);
      if (isMeant && version.wanted > 0 && !isAvailable(version)) {
        throw new Error(`delaying destination rule switch: ReplicaSet ${version.name} not fully available`);
      }
    }
  }

  #canaryDestination(reference: VirtualServiceRef, routes: readonly HttpRoute[]) {
    const { destinationRule } = this.#istio;
    const [weighted] = weightedRoutes(routes, reference, this.#managed);
    const port = weighted?.route?.[0]?.destination.port;
    const host = destinationRule
      ? RuleSpec.parse(this.#destinationRule().spec).host
      : this.#canary.canaryService;
    return {
      destination: {
        host,
        ...(port && { port }),
        ...(destinationRule && { subset: destinationRule.canarySubsetName }),
      },
    };
  }

  #destinationRule(): KubeObject {
    const { cluster, namespace } = this.#sync;
    const name = this.#istio.destinationRule?.name ?? '';
    const rule = cluster.store.get(DESTINATION_RULES, namespace, name);
    if (rule) return rule;
    this.#sync.record('DestinationRuleNotFound', `DestinationRule \`${name}\` not found`, 'Warning');
    throw new Error(`destinationrules.networking.istio.io "${name}" not found`);
  }

  #virtualService(reference: VirtualServiceRef): KubeObject {
    const { name, namespace } = virtualServiceName(reference, this.#sync.namespace);
    const found = this.#sync.cluster.store.get(VIRTUAL_SERVICES, namespace, name);
    if (found) return found;
    this.#sync.record('VirtualServiceNotFound', `VirtualService \`${name}\` not found`, 'Warning');
    throw new Error(`virtualservices.networking.istio.io "${name}" not found`);
  }

  /** Managed routes stand first, in their own order: the first that matches counts. */
  #write(
    reference: VirtualServiceRef,
    before: readonly HttpRoute[],
    after: readonly HttpRoute[],
    what: string,
  ): void {
    const order = [...this.#managed];
    const rank = ({ name }: HttpRoute) =>
      this.#managed.has(name ?? '') ? order.indexOf(name ?? '') : order.length;
    const http = after.toSorted((a, b) => rank(a) - rank(b));
    if (sameJson(http, before)) return;
    const { name, namespace } = virtualServiceName(reference, this.#sync.namespace);
    this.#sync.cluster.store.update(VIRTUAL_SERVICES, namespace, name, (draft) => {
      draft.spec = { ...draft.spec, http };
    });
    this.#sync.record('Updated VirtualService', `VirtualService \`${name}\` ${what}`);
  }
}

export function virtualServices({ virtualService, virtualServices }: Istio): VirtualServiceRef[] {
  return virtualServices ?? (virtualService ? [virtualService] : []);
}

/** Argo also takes `name.namespace`. */
export function virtualServiceName(
  reference: VirtualServiceRef,
  own: string | undefined,
): { name: string; namespace: string | undefined } {
  const [name = '', namespace = own] = reference.name.split('.');
  return { name, namespace };
}
