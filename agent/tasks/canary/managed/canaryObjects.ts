import * as z from 'zod';
import { MANAGED_BY, MANAGER } from '../../../cluster/labels';
import { BASELINE_SUFFIX, CANARY_SUFFIX, canaryNames } from '../../../cluster/model/releaseNames';
import type { ManagedRelease, ManagedSettings } from '../../../cluster/releases';
import type { ResourceAddress, ReversibleChange } from '../../../safety/change';
import { asJson, type Json } from '../../../safety/handover/json';
import { subsetOf } from '../routers/istioSubset';
import { isObject, type JsonObject } from '../routers/rules';
import { deploymentAddress } from './noteChange';

type Labels = Readonly<Record<string, string>>;
type Images = readonly { container: string; image: string }[];

const StringMap = z.record(z.string(), z.string()).catch({});
const Selector = z.object({
  matchLabels: StringMap.optional(),
  matchExpressions: z.array(z.unknown()).nullish(),
});
const DeploymentSpec = z.looseObject({
  selector: Selector,
  strategy: z.looseObject({ type: z.string().nullish() }).nullish(),
  template: z.looseObject({
    metadata: z.looseObject({ labels: StringMap.optional() }).optional(),
    spec: z.looseObject({ containers: z.array(z.looseObject({ name: z.string() })) }),
  }),
});

const ServiceSpec = z.looseObject({
  selector: StringMap.optional(),
  ports: z
    .array(
      z.looseObject({
        name: z.string().optional(),
        port: z.number(),
        protocol: z.string().optional(),
        appProtocol: z.string().optional(),
        targetPort: z.union([z.string(), z.number()]).optional(),
      }),
    )
    .optional(),
});

/**
 * The labels by which the pods of the canary, or the baseline, differ from the stable ones: those that the stable version
 * is selected by get another value, so that neither its Deployment nor any Service of the stable pods finds them. Where
 * the route goes by subsets of the same Service only the labels of those differ.
 */
export function labelsOf(release: ManagedRelease, of: 'canary' | 'baseline'): Labels {
  const subset = subsetOf(release);
  const { labels } = templateOf(release);
  if (subset) return { ...labels, ...(of === 'canary' ? subset.canaryLabels : subset.baselineLabels) };
  const suffix = of === 'canary' ? CANARY_SUFFIX : BASELINE_SUFFIX;
  const selecting = new Set([
    ...Object.keys(release.workload.selector),
    ...release.otherServiceLabels,
    ...Object.keys(ServiceSpec.safeParse(release.services.stable?.spec).data?.selector ?? {}),
  ]);
  return Object.fromEntries(
    Object.entries(labels).map(([key, value]) => [key, selecting.has(key) ? `${value}${suffix}` : value]),
  );
}

/** Why no canary, or no baseline, can be made of the Deployment, in words; null where it can. */
export function whyNoCopy(
  release: ManagedRelease,
  settings: ManagedSettings,
  isBaselined: boolean,
): string | null {
  const spec = DeploymentSpec.safeParse(release.spec).data;
  if (!spec) return 'its spec is not as Deployments have it';
  const names = canaryNames(release.ref.name, settings);
  const long = [
    ...[...Object.values(labelsOf(release, 'canary')), names.service],
    ...(isBaselined ? [...Object.values(labelsOf(release, 'baseline')), names.baselineService] : []),
  ].find((name) => name.length > 63);
  if (long !== undefined) return `${long} would be longer than the 63 letters of a label or a Service`;
  if (settings.deployment !== undefined && !isBaselined) return null;
  if (spec.strategy?.type === 'Recreate')
    return 'its strategy is Recreate, which says that two of its versions must not run at once';
  return (spec.selector.matchExpressions ?? []).length > 0
    ? 'its selector has matchExpressions, by which a copy would be selected as well'
    : null;
}

/** Makes the canary's Deployment: a copy of the stable one with other labels and images. */
export function createCanary(
  release: ManagedRelease,
  name: string,
  images: Images,
  replicas: number,
): ReversibleChange {
  return createCopy(release, name, { labels: labelsOf(release, 'canary'), images }, replicas);
}

/** Makes the baseline's Deployment: a copy of the stable one as it is now, with other labels and fresh pods. */
export function createBaseline(release: ManagedRelease, name: string, replicas: number): ReversibleChange {
  const images = release.workload.containers.map((each) => ({ container: each.name, image: each.image }));
  return createCopy(release, name, { labels: labelsOf(release, 'baseline'), images }, replicas);
}

function createCopy(
  release: ManagedRelease,
  name: string,
  { labels, images }: { labels: Labels; images: Images },
  replicas: number,
): ReversibleChange {
  const { namespace } = release.ref;
  const spec = DeploymentSpec.parse(release.spec);
  const selector = pick(labels, Object.keys(release.workload.selector));
  const { paused: _, template, ...others } = spec;
  const containers = template.spec.containers.map((container) => ({
    ...container,
    image: images.find((each) => each.container === container.name)?.image ?? container.image,
  }));
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels: { ...selector, [MANAGED_BY]: MANAGER } },
    spec: {
      ...others,
      replicas,
      selector: { matchLabels: selector },
      template: {
        ...template,
        metadata: { ...template.metadata, labels },
        spec: { ...template.spec, containers },
      },
    },
  };
  const text = images.map(({ image }) => image).join(', ');
  return creation(deploymentAddress(namespace, name), asJson(object), `make Deployment ${name} with ${text}`);
}

/** Makes the Service of the canary, or the baseline: the ports of the stable one, for those pods. */
export function createService(
  release: ManagedRelease,
  name: string,
  of: 'canary' | 'baseline',
): ReversibleChange {
  const { namespace } = release.ref;
  const stable = ServiceSpec.safeParse(release.services.stable?.spec).data ?? {};
  const { ports = [], selector = {}, clusterIP, sessionAffinity } = stable;
  const isForeign =
    of === 'canary' && release.settings !== 'broken' && release.settings.deployment !== undefined;
  const labels = labelsOf(release, of);
  const keys = subsetOf(release) ? Object.keys(release.workload.selector) : Object.keys(selector);
  const object = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: ownLabels(release.services.stable?.labels ?? {}) },
    spec: {
      ...(clusterIP === 'None' ? { clusterIP } : {}),
      ...(typeof sessionAffinity === 'string' ? { sessionAffinity } : {}),
      ports: ports.map(({ nodePort: _, ...port }) => port),
      selector: isForeign && release.canaryWorkload ? release.canaryWorkload.selector : pick(labels, keys),
    },
  };
  return creation(serviceAddress(namespace, name), asJson(object), `make Service ${name}`);
}

export function serviceAddress(namespace: string, name: string): ResourceAddress {
  return { apiVersion: 'v1', plural: 'services', namespace, name };
}

/** Takes away what was made for a release. */
export function removal(resource: ResourceAddress, uid: string, what: string): ReversibleChange {
  return {
    description: `delete ${what}`,
    write: { verb: 'delete', resource, uid },
    inverse: { kind: 'none', why: 'it is made anew by the next release' },
  };
}

function creation(resource: ResourceAddress, object: Json, description: string): ReversibleChange {
  return {
    description,
    write: { verb: 'create', resource, object },
    inverse: { kind: 'write', write: { verb: 'delete', resource }, safe: true },
  };
}

/** A GitOps controller takes away what bears its labels and is not in its repository. */
const GIT_OPS = [/^argocd\.argoproj\.io\//, /\.toolkit\.fluxcd\.io\//, /^app\.kubernetes\.io\/instance$/];

function ownLabels(labels: Labels): Labels {
  const kept = Object.entries(labels).filter(([key]) => !GIT_OPS.some((pattern) => pattern.test(key)));
  return { ...Object.fromEntries(kept), [MANAGED_BY]: MANAGER };
}

function templateOf(release: ManagedRelease): { labels: Labels } {
  const spec: JsonObject | null = isObject(release.spec) ? release.spec : null;
  return { labels: DeploymentSpec.safeParse(spec).data?.template.metadata?.labels ?? {} };
}

function pick(labels: Labels, keys: readonly string[]): Labels {
  return Object.fromEntries(keys.flatMap((key) => (labels[key] === undefined ? [] : [[key, labels[key]]])));
}
