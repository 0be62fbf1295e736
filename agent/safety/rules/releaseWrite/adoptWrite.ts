import { CANARY } from '../../../cluster/model/releaseNote';
import type { WorkloadRef } from '../../../protocol';
import type { Write } from '../../change';
import { changing, deployment, isOn, type Patch, strayPath } from './places';

/** What the manifests of a new release may create. */
const CREATED = new Set([
  'argoproj.io/rollouts',
  'argoproj.io/analysistemplates',
  'flagger.app/canaries',
  'flagger.app/metrictemplates',
  'gateway.networking.k8s.io/httproutes',
  'networking.istio.io/virtualservices',
  'networking.k8s.io/ingresses',
  '/services',
]);

const ANNOTATION = new RegExp(
  `^/metadata/annotations(/${CANARY.replaceAll('.', '\\.').replace('/', '~1')})?$`,
);
const BACKENDS = /^\/spec\/(rules\/\d+\/backendRefs|http\/\d+\/route)$/;

/**
 * New objects, the annotation on the Deployment, and a second backend in a route that gets nothing yet: none of it
 * changes what is served.
 */
export function adoptMismatch({ name }: WorkloadRef, write: Write): string | null {
  const { apiVersion, plural } = write.resource;
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  if (write.verb === 'create')
    return CREATED.has(`${group}/${plural}`) ? null : `${plural} are none of what a release is made of`;
  if (write.verb !== 'json-patch')
    return `${write.verb} ${plural}/${write.resource.name} is no part of adopt`;
  if (isOn(write, deployment(name))) return annotationMismatch(write);
  if (!['httproutes', 'virtualservices'].includes(plural)) return `the write is on ${plural}`;
  return strayPath(write, 'object', [BACKENDS]) ?? (isHarmless(write) ? null : 'the write moves traffic');
}

function annotationMismatch(write: Patch): string | null {
  const stray = strayPath(write, 'object', [ANNOTATION]);
  if (stray !== null) return stray;
  const isOther = changing(write).some(
    ({ path, value }) => path === '/metadata/annotations' && Object.keys(value ?? {}).join() !== CANARY,
  );
  return isOther ? 'the write changes other annotations' : null;
}

/** All that is added has no weight: the first backend is what there was. */
function isHarmless(write: Patch): boolean {
  return changing(write).every(
    ({ value }) =>
      Array.isArray(value) &&
      value
        .slice(1)
        .every(
          (backend) =>
            typeof backend === 'object' && backend !== null && 'weight' in backend && backend.weight === 0,
        ),
  );
}
