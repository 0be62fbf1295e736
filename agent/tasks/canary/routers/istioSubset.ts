import { BASELINE_SUFFIX, CANARY_SUFFIX } from '../../../cluster/model/releaseNames';
import type { ManagedRelease } from '../../../cluster/releases';
import { httpOf, subsetName, subsetsOf } from './istio';
import { isHostOf } from './istioHosts';
import type { Subset } from './router';
import { isObject, objectsIn } from './rules';

type Parts = Pick<
  ManagedRelease,
  'settings' | 'route' | 'destinationRule' | 'services' | 'workload' | 'canaryWorkload'
>;

/**
 * The subset of the stable Deployment, where the VirtualService goes by subsets throughout and the Service does not tell
 * them apart: then the canary is another subset of it. Else null, and the canary is told by its own Service.
 */
export function subsetOf(release: Parts): Subset | null {
  const { settings, route, destinationRule, services, workload, canaryWorkload } = release;
  if (settings === 'broken' || settings.router !== 'istio' || !route || !destinationRule) return null;
  const { namespace } = workload.ref;
  const destinations = httpOf(route)
    .flatMap((rule) => objectsIn(rule.route))
    .filter(
      ({ destination }) =>
        isObject(destination) && isHostOf(String(destination.host), settings.service, namespace),
    );
  if (destinations.length === 0 || destinations.some((each) => subsetName(each) === null)) return null;
  const used = new Set(destinations.flatMap((each) => subsetName(each) ?? []));
  const own = subsetsOf(destinationRule).filter(({ name, labels }) => {
    const wanted = isObject(labels) ? Object.entries(labels) : [];
    return (
      typeof name === 'string' &&
      used.has(name) &&
      wanted.length > 0 &&
      wanted.every(([key, value]) => workload.selector[key] === value)
    );
  });
  const [only] = own;
  if (own.length !== 1 || !only || typeof only.name !== 'string' || !isObject(only.labels)) return null;
  const keys = Object.keys(only.labels);
  // Where the Service asks for one of them it would not find the canary.
  const selector = selectorOf(services.stable?.spec);
  if (keys.some((key) => key in selector)) return null;
  const foreign = settings.deployment === undefined ? null : canaryWorkload;
  const labels = (labelOf: (key: string) => string) =>
    Object.fromEntries(keys.map((key) => [key, labelOf(key)]));
  const suffixed = (suffix: string) => labels((key) => `${workload.selector[key] ?? ''}${suffix}`);
  return {
    name: only.name,
    canaryLabels: foreign ? labels((key) => foreign.selector[key] ?? '') : suffixed(CANARY_SUFFIX),
    baselineLabels: suffixed(BASELINE_SUFFIX),
  };
}

function selectorOf(spec: unknown): Record<string, unknown> {
  return isObject(spec) && isObject(spec.selector) ? spec.selector : {};
}
