import type { Write } from '../change';
import type { RequestInput } from '../guardInput';
import { deny, type Rule } from './rule';

/**
 * A write that the access review refused is not tried. One that was not reviewed is left to the API server, whose
 * dry run refuses it.
 */
export const permission: Rule<RequestInput> = {
  name: 'permission',
  judge({ permissions, change }) {
    const needed = neededFor(change.write);
    const reviews = permissions.filter(
      (review) =>
        review.verb === needed.verb &&
        review.resource === needed.resource &&
        (review.namespace === null || review.namespace === needed.namespace),
    );
    if (reviews.length === 0 || reviews.some((review) => review.allowed)) return null;
    return deny(`no permission to ${needed.verb} ${needed.resource} in ${needed.namespace}`);
  },
};

/** The permission that the API server asks for, written as in `Permission`: `deployments.apps/scale`. */
function neededFor(write: Write): { verb: string; resource: string; namespace: string } {
  const { apiVersion, plural, namespace } = write.resource;
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : '';
  switch (write.verb) {
    case 'json-patch': {
      const subresource = write.subresource ? `/${write.subresource}` : '';
      return { verb: 'patch', resource: `${plural}${group}${subresource}`, namespace };
    }
    case 'evict':
      return { verb: 'create', resource: 'pods/eviction', namespace };
    default:
      return { verb: write.verb, resource: `${plural}${group}`, namespace };
  }
}
