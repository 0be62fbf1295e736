import { parse, stringify } from 'yaml';
import * as z from 'zod';
import type { Workload } from '../../../cluster/snapshot';
import {
  type CanaryKind,
  type Capability,
  CoxswainError,
  type ParsedParams,
  type RouterKind,
} from '../../../protocol';
import type { ReversibleChange, Write } from '../../../safety/change';
import { asJson } from '../../../safety/handover/json';
import type { ReleasePlan } from '../../../safety/releaseDraft';
import { argoManifests } from './argoManifests';
import { flaggerManifest } from './flaggerManifest';
import { routeManifest } from './routeManifest';
import { splittable } from './splittableRoute';
import type { FoundRoute, FoundService, Surroundings } from './surroundings';

/** What would make a Deployment a canary. */
export interface PreparedCanary {
  manifests: { name: string; yaml: string }[];
  problems: string[];
  /** Null while a problem keeps it from being made. */
  plan: ReleasePlan | null;
  text: string;
}

export interface PrepareContext {
  capabilities: readonly Capability[];
  /** See `moverOf`. */
  movedBy: string | null;
  /** Address of Coxswain's gate for Flagger's webhooks; null where it is closed. */
  gateUrl: string | null;
  /** An analysis that comes with Coxswain, as YAML; null where there is none of that name. */
  analysis(kind: 'argo-rollouts' | 'flagger', name: string): string | null;
}

type Manifest = Record<string, unknown> & { kind?: unknown };

/** Pure. @throws CoxswainError `usage` where it cannot be made of what was asked for */
export function prepareCanary(
  around: Surroundings,
  wanted: Omit<ParsedParams<'prepareCanary'>, 'workloadId' | 'apply' | 'confirmed'>,
  context: PrepareContext,
): PreparedCanary {
  const { workload } = around;
  const service = serviceOf(around, wanted.route);
  const problems = problemsOf(around, wanted.kind, context, service);
  const route = routeOf(around, wanted);
  const parts = service ? partsOf(around, service, route, wanted, context) : { creates: [], patches: [] };
  problems.push(...(parts.problems ?? []), ...unusedOf(wanted, route));
  const changes = [
    ...parts.creates.map((manifest) => creation(manifest, workload.ref.namespace)),
    ...parts.patches.map(({ change }) => change),
  ];
  const manifests = [
    ...parts.creates.map((manifest) => ({ name: nameOf(manifest), yaml: stringify(manifest) })),
    ...parts.patches.map(({ name, yaml }) => ({ name, yaml })),
  ];
  const yaml = manifests.map((manifest) => manifest.yaml).join('---\n');
  const plan: ReleasePlan = {
    changes,
    before: '',
    after: yaml,
    promise: `${workload.ref.name} can be released step by step`,
  };
  const can = problems.length === 0 && changes.length > 0;
  return {
    manifests,
    problems,
    plan: can ? plan : null,
    text: textOf(wanted.kind, workload, route, problems),
  };
}

interface Parts {
  creates: readonly Manifest[];
  patches: readonly { name: string; yaml: string; change: ReversibleChange }[];
  problems?: readonly string[];
}

function partsOf(
  around: Surroundings,
  service: FoundService,
  route: FoundRoute | undefined,
  { kind, host, gateway, analyses = [] }: Parameters<typeof prepareCanary>[1],
  context: PrepareContext,
): Parts {
  switch (kind) {
    case 'nginx':
    case 'gateway-api':
    case 'istio':
      return managedParts(around, kind, service, route, { host, gateway });
    case 'argo-rollouts': {
      const templates = analysesOf('argo-rollouts', analyses, around, context);
      const split = route && splittable(route, service.name, around.workload.ref.namespace);
      return {
        creates: [...templates, ...argoManifests(around, service, route, analyses)],
        patches: split ? [split] : [],
      };
    }
    case 'flagger': {
      const templates = analysesOf('flagger', analyses, around, context);
      const options = { gateUrl: context.gateUrl, gateway: gateway ?? around.gateways[0], analyses };
      return { creates: [...templates, flaggerManifest(around, service, route, options)], patches: [] };
    }
  }
}

/** A route where there is none yet, and the annotation by which Coxswain knows the Deployment. */
function managedParts(
  { workload, gateways: [first] }: Surroundings,
  router: RouterKind,
  service: FoundService,
  route: FoundRoute | undefined,
  { host, gateway: wanted }: { host: string | undefined; gateway: string | undefined },
): Parts {
  const { name, namespace } = workload.ref;
  // Those that are known are of the Gateway API; a Gateway of Istio is named, or it is a route within the mesh.
  const gateway = wanted ?? (router === 'gateway-api' ? first : undefined);
  const problems: string[] = [];
  if (!route && host === undefined)
    problems.push(
      `there is no ${ROUTE_KINDS[router]} for Service ${service.name}: name the host that clients ask for`,
    );
  if (!route && router === 'gateway-api' && gateway === undefined)
    problems.push('there is no Gateway that a new HTTPRoute could belong to');
  const settings = { router, route: route?.name ?? name, service: service.name };
  const created =
    route || host === undefined ? [] : [routeManifest(router, { name, namespace, host, gateway, service })];
  return { creates: created, patches: [annotated(workload, settings)], problems };
}

const CANARY_ANNOTATION = 'coxswain.dev/canary';
const ROUTE_KINDS = {
  nginx: 'Ingress',
  'gateway-api': 'HTTPRoute',
  istio: 'VirtualService',
} as const satisfies Record<RouterKind, FoundRoute['kind']>;

function annotated(workload: Workload, settings: Record<string, string>): Parts['patches'][number] {
  const { name, namespace } = workload.ref;
  const text = JSON.stringify(settings);
  const path = `/metadata/annotations/${CANARY_ANNOTATION.replaceAll('/', '~1')}`;
  const before = workload.annotations[CANARY_ANNOTATION];
  const write = (operations: Extract<Write, { verb: 'json-patch' }>['operations']): Write => ({
    verb: 'json-patch',
    resource: { apiVersion: 'apps/v1', plural: 'deployments', namespace, name },
    operations: [{ op: 'test', path: '/metadata/uid', value: workload.uid }, ...operations],
  });
  const set = workload.annotated
    ? [{ op: 'add' as const, path, value: text }]
    : [{ op: 'add' as const, path: '/metadata/annotations', value: { [CANARY_ANNOTATION]: text } }];
  const unset =
    before === undefined
      ? [
          { op: 'test' as const, path, value: text },
          { op: 'remove' as const, path },
        ]
      : [
          { op: 'test' as const, path, value: text },
          { op: 'replace' as const, path, value: before },
        ];
  return {
    name: `Deployment/${name}`,
    yaml: stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace, annotations: { [CANARY_ANNOTATION]: text } },
    }),
    change: {
      description: `annotate Deployment ${name} with ${CANARY_ANNOTATION}`,
      write: write(set),
      inverse: { kind: 'write', write: write(unset), safe: true },
    },
  };
}

function creation(manifest: Manifest, namespace: string): ReversibleChange {
  const { apiVersion, kind, metadata } = manifest as {
    apiVersion: string;
    kind: string;
    metadata: { name: string };
  };
  const resource = {
    apiVersion,
    plural: PLURALS[kind] ?? `${kind.toLowerCase()}s`,
    namespace,
    name: metadata.name,
  };
  return {
    description: `create ${nameOf(manifest)}`,
    write: { verb: 'create', resource, object: asJson(manifest) },
    inverse: { kind: 'write', write: { verb: 'delete', resource }, safe: true },
  };
}

const PLURALS: Readonly<Record<string, string>> = { Ingress: 'ingresses', Canary: 'canaries' };

function inNamespace(yaml: string, namespace: string): Manifest {
  const { apiVersion, kind, metadata, ...rest } = AnyManifest.parse(parse(yaml));
  return { apiVersion, kind, metadata: { ...metadata, namespace }, ...rest };
}

const AnyManifest = z.looseObject({ metadata: z.looseObject({ name: z.string() }) });

function nameOf(manifest: Manifest): string {
  const { kind, metadata } = manifest as { kind: string; metadata: { name: string } };
  return `${kind}/${metadata.name}`;
}

function analysesOf(
  kind: 'argo-rollouts' | 'flagger',
  names: readonly string[],
  { workload }: Surroundings,
  { analysis }: PrepareContext,
): Manifest[] {
  return names.map((name) => {
    const manifest = analysis(kind, name);
    if (manifest === null) {
      throw new CoxswainError(
        'usage',
        `There is no analysis ${name} for ${kind}.`,
        'docs/canary.md lists those that come with Coxswain.',
      );
    }
    return inNamespace(manifest, workload.ref.namespace);
  });
}

/** The one that the route goes to, or the only one that selects the pods. */
function serviceOf(
  { services, routes }: Surroundings,
  routeName: string | undefined,
): FoundService | undefined {
  const named = routes.find(({ name }) => name === routeName);
  const [only, ...others] = services;
  if (named) return services.find(({ name }) => name === named.service);
  if (others.length === 0) return only;
  const routed = services.filter(({ name }) => routes.some(({ service }) => service === name));
  return routed.length === 1 ? routed[0] : undefined;
}

function routeOf(
  { routes }: Surroundings,
  { kind, route: name }: Pick<ParsedParams<'prepareCanary'>, 'kind' | 'route'>,
): FoundRoute | undefined {
  const wanted = kind === 'argo-rollouts' || kind === 'flagger' ? null : ROUTE_KINDS[kind];
  const fitting = routes.filter((route) => wanted === null || route.kind === wanted);
  if (name === undefined) return fitting[0];
  const found = fitting.find((route) => route.name === name);
  if (found) return found;
  throw new CoxswainError(
    'not-found',
    `There is no ${wanted ?? 'route'} ${name} that goes to a Service of the workload.`,
    fitting.length === 0
      ? 'Leave it out, and a new one is written.'
      : `There ${fitting.length === 1 ? 'is' : 'are'} ${fitting.map((route) => route.name).join(', ')}.`,
  );
}

/** What was asked for and would come to nothing: that is not done without it silently. */
function unusedOf(
  { kind, host, gateway, analyses = [] }: Parameters<typeof prepareCanary>[1],
  route: FoundRoute | undefined,
): string[] {
  const isOperated = kind === 'argo-rollouts' || kind === 'flagger';
  const isHostKnown = host === undefined || (route?.hosts.includes(host) ?? false);
  return [
    ...(isOperated && !isHostKnown
      ? [
          `${route ? `${route.kind} ${route.name} is not for host ${host}` : `no route for host ${host} goes to it`}, and none is written for ${TITLES[kind]}: make it first, or leave the host out`,
        ]
      : []),
    ...(kind === 'argo-rollouts' && gateway !== undefined
      ? ['no route is written for Argo Rollouts that could belong to a Gateway: leave it out']
      : []),
    ...(!isOperated && analyses.length > 0
      ? ['analyses are for Argo Rollouts and Flagger: Coxswain judges by its own evidence']
      : []),
  ];
}

const CAPABILITIES: Readonly<Record<CanaryKind, string>> = {
  nginx: 'nginx-ingress',
  'gateway-api': 'gateway-api',
  istio: 'istio',
  'argo-rollouts': 'argo-rollouts',
  flagger: 'flagger',
};

function problemsOf(
  { workload, services }: Surroundings,
  kind: CanaryKind,
  { capabilities, movedBy }: PrepareContext,
  service: FoundService | undefined,
): string[] {
  const problems: string[] = [];
  const capability = capabilities.find(({ key }) => key === CAPABILITIES[kind]);
  if (capability && !capability.present)
    problems.push(`${capability.title} is not installed in this cluster: ${capability.detail}`);
  if (services.length === 0)
    problems.push('no Service selects its pods: without one there is no traffic to split');
  else if (!service)
    problems.push(
      `several Services select its pods (${services.map(({ name }) => name).join(', ')}): name the route to use`,
    );
  const owner = workload.owners.find(({ owns }) => owns === 'object');
  if (owner)
    problems.push(
      `${owner.kind === 'argo-cd' ? 'Argo CD' : 'Flux'} owns it: commit the manifests in its repository`,
    );
  const [autoscaler] = workload.autoscalers;
  if (kind === 'argo-rollouts' && autoscaler)
    problems.push(
      `${autoscaler.name} scales the Deployment: let it aim at the Rollout of the same name first`,
    );
  if (movedBy !== null) problems.push(`${movedBy}: two that move the same traffic undo each other`);
  if (workload.annotations[CANARY_ANNOTATION] !== undefined)
    problems.push(
      kind in ROUTE_KINDS
        ? 'it is a release already'
        : `Coxswain moves its traffic already: take the annotation ${CANARY_ANNOTATION} off first`,
    );
  return problems;
}

function textOf(
  kind: CanaryKind,
  { ref }: Workload,
  route: FoundRoute | undefined,
  problems: readonly string[],
): string {
  if (problems.length > 0) return `${ref.name} cannot be made a canary yet: ${problems.join('; ')}.`;
  const by = route ? ` over ${route.kind} ${route.name}` : (WITHOUT_ROUTE[kind] ?? ' over a new route');
  return `${ref.name} becomes a canary by ${TITLES[kind]}${by}.`;
}

const WITHOUT_ROUTE: Partial<Record<CanaryKind, string>> = {
  'argo-rollouts': ', by numbers of pods, as no route goes to it',
  flagger: ', all traffic at once after its checks (blue-green), as no route goes to it',
};

const TITLES: Readonly<Record<CanaryKind, string>> = {
  nginx: 'NGINX (legacy: ingress-nginx is retired)',
  'gateway-api': 'the Gateway API',
  istio: 'Istio',
  'argo-rollouts': 'Argo Rollouts',
  flagger: 'Flagger',
};
