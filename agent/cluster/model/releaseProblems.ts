import { routerFor, routerText, routingOf } from '../../tasks/canary/routers/routers';
import type { ReleaseSources } from '../releaseSources';
import type { ManagedRelease, ManagedSettings, RouteObject } from '../releases';
import type { DeploymentRecord } from './deployment';
import { hasLabels } from './meta';
import { type CanaryNames, canaryNames } from './releaseNames';
import { readManagedSettings } from './releaseNote';
import { isIngressNginx, type RouteRecord } from './releaseRoute';

type Unweighed = Omit<ManagedRelease, 'weight' | 'baselineWeight' | 'mirrorPercent' | 'problems'>;

/** What is wrong with a release of Coxswain as its objects stand, in sentences. */
export function managedProblems(
  release: Unweighed,
  settings: ManagedSettings,
  record: DeploymentRecord,
  sources: ReleaseSources,
): readonly string[] {
  const names = canaryNames(record.name, settings);
  return [
    ...noteProblems(release),
    ...routeProblems(release, settings, sources),
    ...serviceProblems(release, settings, names, record, sources),
    ...(release.baseline === null ? [] : baselineProblems(release, settings, names, sources)),
    ...rivals(release, settings, sources),
  ];
}

function noteProblems({ note, workload }: Unweighed): string[] {
  if (note !== 'broken') return [];
  return [
    `The note coxswain.dev/release on Deployment ${workload.ref.name} cannot be read: make the route what it should be, and remove the annotation.`,
  ];
}

const INSTALLED = {
  'gateway-api': { table: 'httpRoutes', what: 'The Gateway API' },
  istio: { table: 'virtualServices', what: 'Istio' },
  nginx: { table: 'ingresses', what: 'NGINX Ingress' },
} as const;

function routeProblems(release: Unweighed, settings: ManagedSettings, sources: ReleaseSources): string[] {
  const { table, what } = INSTALLED[settings.router];
  if (!sources.tables[table].isListed)
    return [`${what} is not installed, or its routes may not be listed: nothing can split the traffic.`];
  const routing = routingOf(release);
  if (!routing) return [`There is no ${routerText(settings)} in namespace ${release.ref.namespace}.`];
  const found = routerFor(settings.router).problems(routing);
  return settings.router === 'nginx' ? [...classProblems(routing.route, sources), ...found] : [...found];
}

function classProblems(route: RouteObject, { tables }: ReleaseSources): string[] {
  if (!tables.ingressClasses.isListed) return [];
  const classes = [...tables.ingressClasses.all()];
  if (!classes.some(({ controller }) => isIngressNginx(controller)))
    return ['NGINX Ingress is not installed: no IngressClass is of its controller.'];
  const wanted = classNameOf(route);
  const own = classes.find(({ name }) => name === wanted);
  return own && !isIngressNginx(own.controller)
    ? [`Ingress ${route.name} is of ${own.controller}, which does not know the canary annotations of NGINX.`]
    : [];
}

function classNameOf({ spec, annotations }: RouteObject): string | null {
  const named =
    typeof spec === 'object' && spec !== null && 'ingressClassName' in spec ? spec.ingressClassName : null;
  return typeof named === 'string' ? named : (annotations['kubernetes.io/ingress.class'] ?? null);
}

function serviceProblems(
  release: Unweighed,
  settings: ManagedSettings,
  names: CanaryNames,
  record: DeploymentRecord,
  sources: ReleaseSources,
): string[] {
  const { canaryWorkload, note } = release;
  const stable = sources.service(settings.service);
  const canary = sources.service(names.service);
  const canaryLabels = sources.deployment(names.deployment)?.templateLabels ?? null;
  const isSubset = routingOf(release)?.subset !== null;
  const isServing = note !== null && note !== 'broken' && note.goal === 'progress' && note.weight > 0;
  const problems: [boolean, string][] = [
    [!stable, `There is no Service ${settings.service}, which is to be the stable version’s.`],
    [
      stable !== undefined && !hasLabels(record.templateLabels, stable.selector),
      `Service ${settings.service} does not select the pods of Deployment ${record.name}.`,
    ],
    [
      !isSubset && stable !== undefined && canaryLabels !== null && hasLabels(canaryLabels, stable.selector),
      `The stable Service ${settings.service} selects the pods of the canary ${names.deployment} as well.`,
    ],
    [
      canary !== undefined && hasLabels(record.templateLabels, canary.selector),
      `The canary’s Service ${names.service} selects pods of the stable version.`,
    ],
    [
      canary !== undefined && canaryLabels !== null && !hasLabels(canaryLabels, canary.selector),
      `The canary’s Service ${names.service} does not select the pods of ${names.deployment}.`,
    ],
    [!canary && isServing, `The canary’s Service ${names.service} is missing.`],
    [
      settings.deployment !== undefined && !canaryWorkload,
      `There is no Deployment ${names.deployment}, which is named as the canary.`,
    ],
  ];
  return problems.flatMap(([is, text]) => (is ? [text] : []));
}

function baselineProblems(
  release: Unweighed,
  settings: ManagedSettings,
  { baselineDeployment, baselineService }: CanaryNames,
  sources: ReleaseSources,
): string[] {
  const labels = sources.deployment(baselineDeployment)?.templateLabels;
  const stable = sources.service(settings.service);
  const own = sources.service(baselineService);
  if (!labels) return [];
  const isSubset = routingOf(release)?.subset !== null;
  return [
    ...(!isSubset && stable && hasLabels(labels, stable.selector)
      ? [
          `The stable Service ${settings.service} selects the pods of the baseline ${baselineDeployment} as well.`,
        ]
      : []),
    ...(own && !hasLabels(labels, own.selector)
      ? [`The baseline’s Service ${baselineService} does not select the pods of ${baselineDeployment}.`]
      : []),
  ];
}

/** Who else claims the same host or the same Service. */
function rivals(release: Unweighed, settings: ManagedSettings, sources: ReleaseSources): string[] {
  const { route, ref } = release;
  const others = sources.managedOver(settings.route).filter(({ name, annotations }) => {
    const theirs = readManagedSettings(annotations);
    return name !== ref.name && theirs && !('broken' in theirs) && theirs.service === settings.service;
  });
  const claims = route
    ? [...sources.claimsOf(route.hosts)].flatMap((claim) => claimText(claim, release))
    : [];
  return [
    ...others.map(
      ({ name }) =>
        `Deployment ${name} is released over the same ${routerText(settings)} and Service ${settings.service}.`,
    ),
    ...claims,
  ];
}

function claimText(claim: RouteRecord, { route, ref, settings }: Unweighed): string[] {
  if (!route || settings === 'broken' || claim.uid === route.uid) return [];
  const host = claim.route.hosts.find((each) => each !== '*' && route.hosts.includes(each));
  if (host === undefined) return [];
  const isOtherKind = claim.route.kind !== route.kind;
  // Rules of several objects are merged; only those that lead to the same Service go past our split.
  const leadsThere =
    claim.namespace === ref.namespace &&
    claim.route.kind !== 'VirtualService' &&
    namesService(claim.route.spec, settings.service);
  const isSecond = claim.route.kind === 'VirtualService' && claim.namespace === ref.namespace;
  if (!isOtherKind && !leadsThere && !isSecond) return [];
  return [
    `Host ${host} is claimed by ${route.kind} ${route.name} and by ${claim.route.kind} ${claim.namespace}/${claim.name}: part of its traffic would go past the split.`,
  ];
}

/** Whether a spec leads to a Service of this name, at any depth. */
function namesService(spec: unknown, service: string): boolean {
  if (Array.isArray(spec)) return spec.some((each) => namesService(each, service));
  if (typeof spec !== 'object' || spec === null) return false;
  return (
    ('name' in spec && spec.name === service) ||
    Object.values(spec).some((each) => namesService(each, service))
  );
}
