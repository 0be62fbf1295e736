import { isDeepStrictEqual } from 'node:util';
import { routerFor, routerText, routingOf } from '../../tasks/canary/routers/routers';
import type { ReleaseSources } from '../releaseSources';
import type { ManagedRelease, ManagedSettings, RouteObject, ServiceObject, VersionPods } from '../releases';
import type { Owner, Workload } from '../snapshot';
import type { DeploymentRecord } from './deployment';
import type { Identified } from './meta';
import type { ServiceRecord } from './relations';
import { canaryNames, hasBaseline } from './releaseNames';
import { readManagedSettings, readReleaseNote } from './releaseNote';
import { managedProblems } from './releaseProblems';
import type { RouteRecord } from './releaseRoute';

type Unweighed = Omit<ManagedRelease, 'weight' | 'baselineWeight' | 'mirrorPercent' | 'problems'>;

const TABLES = { nginx: 'ingresses', 'gateway-api': 'httpRoutes', istio: 'virtualServices' } as const;

const CHANGED =
  'The annotation coxswain.dev/canary was changed while a release is under way: it counts from the next one on.';

/** A Deployment that Coxswain releases, with all that belongs to it; null where it is gone. */
export function buildManaged(record: DeploymentRecord, sources: ReleaseSources): ManagedRelease | null {
  const workload = sources.workload(record.name);
  const note = readReleaseNote(record.annotations);
  const annotated = readManagedSettings(record.annotations);
  // What was split by other settings would never be put back by these.
  const read = note !== null && note !== 'broken' && note.settings ? note.settings : annotated;
  if (!workload || read === null) return null;
  const settings = 'broken' in read ? null : read;
  const parts = settings ? partsOf(record, settings, sources) : NO_PARTS;
  const release: Unweighed = {
    operator: 'coxswain',
    ref: workload.ref,
    uid: workload.uid,
    resourceVersion: workload.resourceVersion,
    annotations: workload.annotations,
    annotated: workload.annotated,
    gitOps: gitOpsOf(workload),
    stable: versionOf(workload),
    canary: parts.canaryWorkload ? versionOf(parts.canaryWorkload) : null,
    baseline: settings ? baselineOf(record.name, settings, note, parts.baselineWorkload) : null,
    router: settings ? routerText(settings) : 'unknown',
    autoscalers: autoscalersOf([workload, parts.canaryWorkload]),
    settings: settings ?? 'broken',
    note,
    workload,
    spec: record.spec,
    isObserved: record.isObserved,
    ...parts,
  };
  return {
    ...release,
    ...weightsOf(release),
    problems:
      'broken' in read
        ? [`The annotation coxswain.dev/canary cannot be read: ${read.broken}.`]
        : [
            ...(isDeepStrictEqual(read, annotated) ? [] : [CHANGED]),
            ...managedProblems(release, read, record, sources),
          ],
  };
}

type Parts = Pick<
  ManagedRelease,
  | 'canaryWorkload'
  | 'baselineWorkload'
  | 'route'
  | 'isRouteListed'
  | 'canaryIngress'
  | 'destinationRule'
  | 'services'
  | 'otherServiceLabels'
>;

const NO_PARTS: Parts = {
  canaryWorkload: null,
  baselineWorkload: null,
  route: null,
  isRouteListed: false,
  canaryIngress: null,
  destinationRule: null,
  services: { stable: null, canary: null, baseline: null },
  otherServiceLabels: [],
};

function partsOf(record: DeploymentRecord, settings: ManagedSettings, sources: ReleaseSources): Parts {
  const names = canaryNames(record.name, settings);
  const route = sources.route(TABLES[settings.router], settings.route)?.route ?? null;
  return {
    canaryWorkload: sources.workload(names.deployment),
    baselineWorkload: sources.workload(names.baselineDeployment),
    route,
    isRouteListed: isListed(settings, sources),
    canaryIngress:
      settings.router === 'nginx' ? (sources.route('ingresses', names.ingress)?.route ?? null) : null,
    destinationRule: settings.router === 'istio' ? destinationRule(record, settings, sources) : null,
    services: {
      stable: serviceObject(sources.service(settings.service)),
      canary: serviceObject(sources.service(names.service)),
      baseline: serviceObject(sources.service(names.baselineService)),
    },
    otherServiceLabels: otherServiceLabels(record, settings, sources),
  };
}

function otherServiceLabels(
  { templateLabels }: DeploymentRecord,
  { service }: ManagedSettings,
  sources: ReleaseSources,
): string[] {
  const others = sources.servicesOver(templateLabels).filter(({ name }) => name !== service);
  return [...new Set(others.flatMap(({ selector }) => Object.keys(selector)))];
}

/** Where an Istio route goes by subsets the DestinationRule tells which is whose. */
function isListed({ router }: ManagedSettings, { tables }: ReleaseSources): boolean {
  return tables[TABLES[router]].isListed && (router !== 'istio' || tables.destinationRules.isListed);
}

/** The one for the stable Service, by whichever of its names. */
function destinationRule(
  { namespace }: Identified,
  { service }: ManagedSettings,
  sources: ReleaseSources,
): RouteObject | null {
  const isMeant = ({ route }: RouteRecord) =>
    route.hosts.some((host) => host === service || host.startsWith(`${service}.${namespace}.`));
  return [...sources.destinationRules()].find(isMeant)?.route ?? null;
}

function serviceObject(record: ServiceRecord | undefined): ServiceObject | null {
  if (!record) return null;
  const { name, uid, resourceVersion, labels, spec } = record;
  return { name, uid, resourceVersion, labels, spec };
}

/** A Deployment as one of two versions. */
export function versionOf({ ref, containers, desiredReplicas, pods }: Workload): VersionPods {
  return {
    containers: containers.map(({ name, image }) => ({ name, image })),
    revision: ref.name,
    wantedPods: desiredReplicas,
    pods,
  };
}

/** Without pods where it is missing: the canary is not compared with others in its place. */
function baselineOf(
  name: string,
  settings: ManagedSettings,
  note: ManagedRelease['note'],
  workload: Workload | null,
): VersionPods | null {
  const names = canaryNames(name, settings);
  if (note === null || note === 'broken' || !hasBaseline(note.made, names)) return null;
  if (workload) return versionOf(workload);
  return { containers: [], revision: names.baselineDeployment, wantedPods: 0, pods: [] };
}

export function autoscalersOf(workloads: readonly (Workload | null)[]): ManagedRelease['autoscalers'] {
  return workloads.flatMap((workload) =>
    (workload?.autoscalers ?? []).map(({ name, desiredReplicas, currentReplicas }) => ({
      name,
      desiredReplicas,
      currentReplicas,
    })),
  );
}

export function gitOpsOf({ owners }: Pick<Workload, 'owners'>): readonly Owner[] {
  return owners.filter(({ owns }) => owns === 'object');
}

function weightsOf(release: Unweighed): Pick<ManagedRelease, 'weight' | 'baselineWeight' | 'mirrorPercent'> {
  const { settings } = release;
  const routing = routingOf(release);
  if (routing === null || settings === 'broken')
    return { weight: null, baselineWeight: null, mirrorPercent: null };
  const router = routerFor(settings.router);
  const rules = router.readRules(routing);
  const most = (shares: readonly number[]) => (shares.length === 0 ? null : Math.max(...shares));
  return {
    weight: router.read(routing),
    baselineWeight: most(rules.flatMap(({ baseline }) => baseline ?? [])),
    mirrorPercent: most(rules.flatMap(({ mirror }) => mirror ?? [])),
  };
}
