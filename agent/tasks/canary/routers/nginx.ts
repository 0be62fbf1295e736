import * as z from 'zod';
import { MANAGED_BY, MANAGER } from '../../../cluster/labels';
import { CANARY_SUFFIX } from '../../../cluster/model/releaseNames';
import { ROUTE_MARK } from '../../../cluster/model/releaseNote';
import type { RouteObject } from '../../../cluster/releases';
import type { ReversibleChange } from '../../../safety/change';
import { asJson, type Json } from '../../../safety/handover/json';
import { type Difference, escaped, markDifference, routeAddress, routeChange } from './routeChange';
import type { Router, Routing, Split } from './router';
import { isObject, type JsonObject, objectsIn } from './rules';
import { sharePercent, wholePercent } from './weights';

const PREFIX = 'nginx.ingress.kubernetes.io/';
const CANARY = `${PREFIX}canary`;
const WEIGHT = `${PREFIX}canary-weight`;
const TOTAL = `${PREFIX}canary-weight-total`;
const BY_HEADER = `${PREFIX}canary-by-header`;
const BY_HEADER_VALUE = `${PREFIX}canary-by-header-value`;

/**
 * Ingress of ingress-nginx, which is retired: a second Ingress with canary annotations. The first one is never touched.
 * https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary
 */
export const nginx: Router = {
  // A second canary Ingress for one host and path is not heeded.
  canSplitInThree: false,

  noteOf: () => null,

  split(routing, split) {
    const { canaryIngress, namespace } = routing;
    if (canaryIngress === null) return [createIngress(routing, split)];
    const weight = wholePercent(split.weightPercent);
    const wanted = annotationsFor(routing, split);
    const differences = [WEIGHT, CANARY, BY_HEADER, BY_HEADER_VALUE].map((key) =>
      annotation(canaryIngress, key, wanted[key] ?? null),
    );
    return routeChange(
      canaryIngress,
      namespace,
      [...differences, markDifference(canaryIngress, { id: routing.releaseId, weight })],
      `send ${weight} % of Ingress ${routing.route.name} to ${routing.canaryService}`,
    );
  },

  finalize({ canaryIngress, namespace, route, stableService }) {
    if (canaryIngress === null) return [];
    return [
      {
        description: `send all of Ingress ${route.name} to ${stableService}: delete Ingress ${canaryIngress.name}`,
        write: {
          verb: 'delete',
          resource: routeAddress(canaryIngress, namespace),
          uid: canaryIngress.uid,
        },
        inverse: { kind: 'none', why: 'traffic is given to a canary by evidence only' },
      },
    ];
  },

  bare: ({ route }) => asJson(route.spec),

  marked: ({ canaryIngress }) => canaryIngress,

  read({ canaryIngress }) {
    const { [CANARY]: isCanary, [WEIGHT]: weight, [TOTAL]: total } = canaryIngress?.annotations ?? {};
    if (isCanary !== 'true') return null;
    return sharePercent(Number(weight ?? 0) || 0, Number(total ?? 100) || 100);
  },

  readRules: () => [],

  problems(routing) {
    const { route, stableService } = routing;
    return canaryRules(routing).length > 0
      ? []
      : [`No rule of Ingress ${route.name} goes to Service ${stableService}.`];
  },

  // Its mirror annotations stand on the main Ingress, which is never touched, and copy every request.
  whyNoMirror: ({ route }) =>
    `NGINX Ingress ${route.name} cannot copy a share of them: release it over the Gateway API or Istio`,
};

function createIngress(routing: Routing, split: Split): ReversibleChange {
  const { namespace, name, route } = routing;
  const ingress = { apiVersion: route.apiVersion, kind: 'Ingress', name: `${name}${CANARY_SUFFIX}` };
  const resource = routeAddress(ingress, namespace);
  const weight = wholePercent(split.weightPercent);
  return {
    description: `make Ingress ${ingress.name}, which sends ${weight} % of Ingress ${route.name} to ${routing.canaryService}`,
    write: { verb: 'create', resource, object: canaryIngress(routing, split, ingress) },
    inverse: { kind: 'write', write: { verb: 'delete', resource }, safe: true },
  };
}

function canaryIngress(
  routing: Routing,
  split: Split,
  { apiVersion, kind, name }: Pick<RouteObject, 'apiVersion' | 'kind' | 'name'>,
): Json {
  const { route, namespace, releaseId } = routing;
  const spec = IngressSpec.parse(route.spec);
  const ingressClass = route.annotations['kubernetes.io/ingress.class'];
  const mark = JSON.stringify({ id: releaseId, weight: wholePercent(split.weightPercent) });
  return asJson({
    apiVersion,
    kind,
    metadata: {
      name,
      namespace,
      labels: { [MANAGED_BY]: MANAGER },
      annotations: {
        ...(ingressClass === undefined ? {} : { 'kubernetes.io/ingress.class': ingressClass }),
        ...annotationsFor(routing, split),
        [ROUTE_MARK]: mark,
      },
    },
    spec: {
      ...(spec.ingressClassName ? { ingressClassName: spec.ingressClassName } : {}),
      rules: canaryRules(routing),
    },
  });
}

const IngressSpec = z.object({ ingressClassName: z.string().nullish() }).catch({});

function annotationsFor(
  { canaryIngress }: Routing,
  { weightPercent, header }: Split,
): Record<string, string> {
  const total = Number(canaryIngress?.annotations[TOTAL] ?? 100) || 100;
  const weight = Math.round((wholePercent(weightPercent) * total) / 100);
  return {
    [CANARY]: 'true',
    [WEIGHT]: String(weight),
    ...(header === null ? {} : { [BY_HEADER]: header, [BY_HEADER_VALUE]: 'true' }),
  };
}

function annotation({ annotations }: RouteObject, key: string, after: string | null): Difference {
  return { path: `/metadata/annotations/${escaped(key)}`, before: annotations[key] ?? null, after };
}

/** Those paths of the Ingress that go to the stable Service, with the canary's in its place. */
function canaryRules({ route, stableService, canaryService }: Routing): JsonObject[] {
  const rules = isObject(route.spec) ? objectsIn(route.spec.rules) : [];
  return rules.flatMap((rule) => {
    const http = isObject(rule.http) ? rule.http : {};
    const paths = objectsIn(http.paths).flatMap((path) => {
      const backend = isObject(path.backend) ? path.backend : {};
      const service = isObject(backend.service) ? backend.service : {};
      if (service.name !== stableService) return [];
      return [{ ...path, backend: { ...backend, service: { ...service, name: canaryService } } }];
    });
    return paths.length === 0 ? [] : [{ ...rule, http: { ...http, paths } }];
  });
}
