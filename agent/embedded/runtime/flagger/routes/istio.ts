import type { KubeObject } from '../../../objectStore';
import { DESTINATION_RULES, VIRTUAL_SERVICES } from '../../../store/resourceTypes';
import { sameJson } from '../../../store/sameJson';
import { controlledBy } from '../../kinds';
import type { CanaryView } from '../canaryView';
import { simulated } from '../services';
import type { Route, Weights } from './route';

const API_VERSION = 'networking.istio.io/v1';
/** What the route was before the Canary took it over. */
const BEFORE = 'flagger.kubernetes.app/original-configuration';
const KUBECTL = 'kubectl.kubernetes.io/last-applied-configuration';

interface Destination {
  destination: { host: string };
  weight?: number;
}
/** One entry of `spec.http`. */
type HttpRule = Record<string, unknown> & { route?: Destination[]; mirror?: unknown };

/** A VirtualService and two DestinationRules. */
export function istioRoute(view: CanaryView): Route {
  const { cluster, namespace, names } = view;
  const find = () => cluster.store.get(VIRTUAL_SERVICES, namespace, names.apex);
  const existing = (): KubeObject => {
    const found = find();
    if (found) return found;
    throw new Error(
      `VirtualService ${names.apex}.${namespace} get query error virtualservices.networking.istio.io "${names.apex}" not found`,
    );
  };
  return {
    reconcile() {
      keepDestinationRule(view, names.canaryService);
      keepDestinationRule(view, names.primaryService);
      keepVirtualService(view, find());
    },
    weights: () => weightsOf(view, existing()),
    set(weights) {
      existing();
      cluster.store.update(VIRTUAL_SERVICES, namespace, names.apex, (draft) => {
        draft.spec = { ...draft.spec, http: httpRules(view, weights) };
      });
    },
    finalize: () => restore(view, existing()),
  };
}

function keepDestinationRule({ cluster, namespace, spec, canary }: CanaryView, host: string): void {
  const { trafficPolicy } = spec.service;
  const wanted = { host, ...(trafficPolicy && { trafficPolicy }) };
  if (cluster.store.get(DESTINATION_RULES, namespace, host)) {
    cluster.store.update(DESTINATION_RULES, namespace, host, (draft) => {
      draft.spec = wanted;
    });
    return;
  }
  cluster.store.create(DESTINATION_RULES, {
    apiVersion: API_VERSION,
    kind: 'DestinationRule',
    metadata: { name: host, namespace, ownerReferences: [controlledBy(canary)] },
    spec: wanted,
  });
}

function keepVirtualService(view: CanaryView, found: KubeObject | undefined): void {
  const { cluster, namespace, names, canary } = view;
  const spec = {
    ...hostsOf(view),
    http: httpRules(view, { primary: 100, canary: 0, mirrored: false }),
  };
  const { labels, annotations } = view.spec.service.apex;
  if (!found) {
    cluster.store.create(VIRTUAL_SERVICES, {
      apiVersion: API_VERSION,
      kind: 'VirtualService',
      metadata: {
        name: names.apex,
        namespace,
        labels: { ...labels },
        annotations: { ...annotations },
        ownerReferences: [controlledBy(canary)],
      },
      spec,
    });
    return;
  }
  if (sameJson(withoutWeights(found.spec), withoutWeights(spec))) return;
  const before = found.metadata.annotations ?? {};
  cluster.store.update(VIRTUAL_SERVICES, namespace, names.apex, (draft) => {
    draft.spec = spec;
    draft.metadata.annotations = {
      ...annotations,
      ...simulated(before),
      ...(before[KUBECTL] === undefined
        ? { [BEFORE]: before[BEFORE] ?? JSON.stringify(found.spec) }
        : { [KUBECTL]: before[KUBECTL] }),
    };
  });
}

function hostsOf({ spec, names, namespace }: CanaryView): { hosts: string[]; gateways: string[] } {
  const { hosts, gateways, delegation } = spec.service;
  if (delegation) {
    if (hosts.length === 0 && gateways.length === 0) return { hosts: [], gateways: [] };
    throw new Error(
      `VirtualService ${names.apex}.${namespace} cannot have hosts and gateways when delegation enabled`,
    );
  }
  const own = hosts.includes(names.apex) || hosts.includes('*') ? [] : [names.apex];
  return { hosts: [...hosts, ...own], gateways: gateways.length > 0 ? [...gateways] : ['mesh'] };
}

function httpRules({ spec, names }: CanaryView, { primary, canary, mirrored }: Weights): HttpRule[] {
  const { match, rewrite, timeout, retries, headers, corsPolicy } = spec.service;
  const settings = { rewrite, timeout, retries, headers, corsPolicy };
  const common = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  const split: Destination[] = [
    { destination: { host: names.primaryService }, weight: primary },
    { destination: { host: names.canaryService }, weight: canary },
  ];
  const rule = (matches: readonly unknown[], route: Destination[]): HttpRule => ({
    ...(matches.length > 0 && { match: [...matches] }),
    ...common,
    route,
  });
  const { match: asked, mirrorWeight } = spec.analysis;
  if (asked.length > 0) {
    const others = [{ destination: { host: names.primaryService }, weight: 100 }];
    return [rule(mergedMatches(asked, match), split), rule(match, others)];
  }
  return [
    {
      ...rule(match, split),
      ...(mirrored && {
        mirror: { host: names.canaryService },
        ...(mirrorWeight > 0 && { mirrorPercentage: { value: mirrorWeight } }),
      }),
    },
  ];
}

/** Who asks for the canary, within what the Service serves. */
function mergedMatches(
  asked: readonly Record<string, unknown>[],
  served: readonly Record<string, unknown>[],
): Record<string, unknown>[] {
  if (served.length === 0) return [...asked];
  return asked.flatMap(({ headers, sourceLabels }) =>
    served.map((match) => ({
      ...match,
      ...(headers ? { headers } : {}),
      ...(sourceLabels ? { sourceLabels } : {}),
    })),
  );
}

function rulesOf({ spec }: Pick<KubeObject, 'spec'>): HttpRule[] {
  return (spec?.http ?? []) as HttpRule[];
}

function weightsOf({ names, namespace }: CanaryView, found: KubeObject): Weights {
  const hostOf = ({ destination }: Destination) => destination.host;
  const rule = rulesOf(found).find(({ route = [] }) => route.map(hostOf).includes(names.canaryService));
  const weightOf = (host: string) => rule?.route?.find((one) => hostOf(one) === host)?.weight ?? 0;
  const [primary, canary] = [weightOf(names.primaryService), weightOf(names.canaryService)];
  if (primary === 0 && canary === 0) {
    throw new Error(
      `VirtualService ${names.apex}.${namespace} does not contain routes for ${names.apex}-primary and ${names.apex}-canary`,
    );
  }
  return { primary, canary, mirrored: rule?.mirror !== undefined };
}

function withoutWeights(spec: Record<string, unknown> | undefined): unknown {
  return {
    ...spec,
    http: rulesOf({ spec: spec ?? {} }).map(({ mirror: _mirror, mirrorPercentage: _share, ...rule }) => ({
      ...rule,
      route: rule.route?.map(({ weight: _weight, ...destination }) => destination),
    })),
  };
}

function restore({ cluster, namespace, names }: CanaryView, { metadata }: KubeObject): void {
  const { [KUBECTL]: applied, [BEFORE]: before } = metadata.annotations ?? {};
  if (applied === undefined && before === undefined) return;
  const spec = applied === undefined ? JSON.parse(before ?? '{}') : JSON.parse(applied).spec;
  cluster.store.update(VIRTUAL_SERVICES, namespace, names.apex, (draft) => {
    draft.spec = spec;
  });
}
