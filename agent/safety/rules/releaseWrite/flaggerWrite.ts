import type { FlaggerRelease } from '../../../cluster/releases';
import type { ReleaseOperation, ReleaseOperationKind } from '../../../protocol';
import type { Write } from '../../change';
import {
  changing,
  deployment,
  IMAGE,
  isOn,
  notFor,
  type Patch,
  RESTARTED_AT,
  setsOnly,
  strayPath,
  testsUid,
} from './places';

const SUSPEND = /^\/spec\/suspend$/;
const SKIP = /^\/spec\/skipAnalysis$/;
const CHECKS = /^\/status\/failedChecks$/;
const WEIGHT = /^\/spec\/(rules\/\d+\/backendRefs|http\/\d+\/route)\/\d+\/weight$/;
const NGINX_WEIGHT = /^\/metadata\/annotations\/nginx\.ingress\.kubernetes\.io~1canary-weight$/;

/** Of the Canary itself. */
const PLACES: Readonly<Partial<Record<ReleaseOperationKind, readonly RegExp[]>>> = {
  pause: [SUSPEND],
  resume: [SUSPEND],
  promote: [SKIP],
  'promote-full': [SKIP],
  'skip-analysis': [SKIP],
  abort: [CHECKS],
  rollback: [CHECKS],
  reset: [SUSPEND, SKIP],
};

/** Of the Deployment that people change. */
const TARGET_PLACES: Readonly<Partial<Record<ReleaseOperationKind, readonly RegExp[]>>> = {
  start: [IMAGE],
  restart: [RESTARTED_AT],
  retry: [RESTARTED_AT],
  undo: [IMAGE],
  abort: [IMAGE],
  rollback: [IMAGE],
};

export function flaggerMismatch(
  release: FlaggerRelease,
  operation: ReleaseOperation,
  write: Write,
): string | null {
  const { ref, uid, target } = release;
  if (write.verb !== 'json-patch') return notFor(operation, write);
  if (isOn(write, { group: 'flagger.app', plural: 'canaries', name: ref.name })) {
    if (!testsUid(write, uid)) return 'the write does not check that it is the same Canary';
    const place = write.subresource === 'status' ? 'status' : 'object';
    return strayPath(write, place, PLACES[operation.kind] ?? []);
  }
  if (target && isOn(write, deployment(target.ref.name))) return targetMismatch(release, operation, write);
  return operation.kind === 'rollback' ? routeMismatch(release, write) : notFor(operation, write);
}

function targetMismatch(
  { primary, target }: FlaggerRelease,
  operation: ReleaseOperation,
  write: Patch,
): string | null {
  if (!testsUid(write, target?.uid ?? '')) return 'the write does not check that it is the same Deployment';
  const stray = strayPath(write, 'object', TARGET_PLACES[operation.kind] ?? []);
  if (stray !== null) return stray;
  const images =
    operation.kind === 'start'
      ? operation.images.map(({ image }) => image)
      : (primary?.containers ?? []).map(({ image }) => image);
  return setsOnly(write, images) ? null : 'the write sets other images';
}

/** Weights of nothing and everything, on the object that Flagger has made. */
function routeMismatch({ route }: FlaggerRelease, write: Patch): string | null {
  const isRoute = route !== null && write.resource.name === route.name && testsUid(write, route.uid);
  if (!isRoute) return 'the write is not on what Flagger splits the traffic by';
  const stray = strayPath(write, 'object', [WEIGHT, NGINX_WEIGHT]);
  if (stray !== null) return stray;
  const isWhole = changing(write).every(({ value }) => [0, 100, '0'].some((each) => each === value));
  return isWhole ? null : 'the write leaves traffic on the canary';
}
