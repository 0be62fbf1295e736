import { canaryNames } from '../../../cluster/model/releaseNames';
import { ROUTE_MARK } from '../../../cluster/model/releaseNote';
import type { ManagedRelease, RouteObject } from '../../../cluster/releases';
import type { ReleaseOperation } from '../../../protocol';
import { mirrorAt } from '../../../tasks/canary/managed/canaryReplicas';
import { baselineSubset, canarySubset } from '../../../tasks/canary/routers/istio';
import { routeAddress } from '../../../tasks/canary/routers/routeChange';
import type { Routing } from '../../../tasks/canary/routers/router';
import { routerFor, routingOf } from '../../../tasks/canary/routers/routers';
import { isObject } from '../../../tasks/canary/routers/rules';
import { baselinePercent } from '../../../tasks/canary/routers/weights';
import type { Write } from '../../change';
import { isSame } from '../../handover/json';
import { changing, notFor, type Patch, strayPath, testsUid } from './places';

const LISTS: Readonly<Record<string, string>> = {
  HTTPRoute: 'rules',
  VirtualService: 'http',
  DestinationRule: 'subsets',
};
const MARK = new RegExp(`^/metadata/annotations(/${ROUTE_MARK.replaceAll('.', '\\.').replace('/', '~1')})?$`);
const NGINX =
  /^\/metadata\/annotations\/nginx\.ingress\.kubernetes\.io~1canary(-weight|-by-header|-by-header-value)?$/;

/**
 * The route sends the canary what it is to have, and all that it says besides stays as it is.
 *
 * @param weight percent; null where the canary is to get nothing any more
 */
export function routeMismatch(
  release: ManagedRelease,
  operation: ReleaseOperation,
  write: Write,
  weight: number | null,
): string | null {
  const routing = routingOf(release);
  if (!routing) return notFor(operation, write);
  const { canaryIngress, destinationRule, route, namespace } = routing;
  if (isIngressOfCanary(release, write)) return ingressMismatch(routing, operation, write, weight);
  if (write.verb !== 'json-patch' || canaryIngress !== null) return notFor(operation, write);
  const found = [route, destinationRule].find(
    (each) => each !== null && isSame(routeAddress(each, namespace), write.resource),
  );
  if (!found || release.settings === 'broken') return notFor(operation, write);
  if (!testsUid(write, found.uid)) return 'the write does not check that it is the same route';
  const list = LISTS[found.kind] ?? '';
  const stray = strayPath(write, 'object', [new RegExp(`^/spec/${list}$`), MARK]);
  if (stray !== null) return stray;
  const after = patched(found, list, write);
  if (found === destinationRule) return subsetsMismatch(routing, found, after);
  const router = routerFor(release.settings.router);
  const left = router.read({ ...routing, route: after });
  if (!isWeight(left, weight)) return `the write sends ${left ?? 0} % to the canary, not ${weight ?? 0} %`;
  const shares = router.readRules({ ...routing, route: after });
  const held = release.baselineWeight ?? 0;
  if (shares.some(({ baseline }) => !isBaselineShare(routing, baseline, { weight, held })))
    return 'the write sends the baseline what is not its part';
  const copied = weight === null ? null : mirrorAt(release, weight);
  if (shares.some(({ mirror }) => mirror !== copied))
    return `the write does not copy ${copied ?? 0} % of the requests to the canary`;
  return isSame(router.bare({ ...routing, route: after }), router.bare(routing))
    ? null
    : 'the write changes more of the route than the canary’s part';
}

function isWeight(found: number | null, wanted: number | null): boolean {
  if (found === null || wanted === null) return found === wanted;
  return Math.abs(found - wanted) < 0.5;
}

/** Its part, or no more than it has: the rest is the stable version's. */
function isBaselineShare(
  { baselineService }: Routing,
  found: number | null,
  { weight, held }: { weight: number | null; held: number },
): boolean {
  if (weight === null || baselineService === null) return found === null;
  return found !== null && (isWeight(found, baselinePercent(weight)) || found <= held);
}

/** Lists are replaced whole. */
function patched(route: RouteObject, list: string, write: Patch): RouteObject {
  const change = changing(write).find(({ path }) => path === `/spec/${list}`);
  if (!change) return route;
  return { ...route, spec: { ...(isObject(route.spec) ? route.spec : {}), [list]: change.value ?? null } };
}

/** All subsets but those of the release stay. */
function subsetsMismatch(
  { subset, baselineService }: Routing,
  before: RouteObject,
  after: RouteObject,
): string | null {
  const own = subset
    ? [canarySubset(subset.name), ...(baselineService === null ? [] : [baselineSubset(subset.name)])]
    : [];
  const others = ({ spec }: RouteObject) =>
    (isObject(spec) && Array.isArray(spec.subsets) ? spec.subsets : []).filter(
      (each) => !isObject(each) || !own.includes(String(each.name)),
    );
  return isSame(others(before), others(after)) ? null : 'the write changes other subsets';
}

function isIngressOfCanary({ settings, ref }: ManagedRelease, { resource }: Write): boolean {
  return (
    settings !== 'broken' &&
    settings.router === 'nginx' &&
    resource.plural === 'ingresses' &&
    resource.name === canaryNames(ref.name, settings).ingress
  );
}

function ingressMismatch(
  { canaryIngress, canaryService, stableService }: Routing,
  operation: ReleaseOperation,
  write: Write,
  weight: number | null,
): string | null {
  switch (write.verb) {
    case 'delete':
      return weight === null && write.uid === canaryIngress?.uid ? null : notFor(operation, write);
    case 'create': {
      if (weight === null || !isObject(write.object)) return notFor(operation, write);
      const { metadata, spec } = write.object;
      const annotations = isObject(metadata) && isObject(metadata.annotations) ? metadata.annotations : {};
      const isRight =
        annotations['nginx.ingress.kubernetes.io/canary'] === 'true' &&
        Number(annotations['nginx.ingress.kubernetes.io/canary-weight']) === Math.round(weight);
      const text = JSON.stringify(spec ?? null);
      return isRight && text.includes(`"${canaryService}"`) && !text.includes(`"${stableService}"`)
        ? null
        : 'the Ingress is not the canary’s';
    }
    case 'json-patch':
      if (weight === null || !canaryIngress || !testsUid(write, canaryIngress.uid))
        return notFor(operation, write);
      return strayPath(write, 'object', [NGINX, MARK]);
    case 'evict':
      return notFor(operation, write);
  }
}
