import { describe, expect, it } from 'vitest';
import { CoxswainError } from '../protocol';
import { CHECKOUT_ID } from '../safety/testing/releaseCluster';
import { objectsOf } from '../safety/testing/releaseObjects';
import { listReleases } from './listReleases';

const LISTS: Readonly<Record<string, string>> = {
  '/apis/apps/v1/namespaces/shop/deployments': 'Deployment',
  '/api/v1/namespaces/shop/services': 'Service',
  '/apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes': 'HTTPRoute',
};

/** An API server with a release over a route; what it does not know is not installed. */
async function get(path: string): Promise<unknown> {
  if (path === '/apis') return { groups: [] };
  const kind = LISTS[path];
  if (kind === undefined) throw new CoxswainError('not-found', path, '');
  const objects = objectsOf('gateway-api').filter((object) => object.kind === kind);
  const identity = { namespace: 'shop', uid: `uid-${kind}`, resourceVersion: '1' };
  const items = objects.map(({ metadata, ...object }) => ({
    ...object,
    metadata: { ...identity, ...metadata },
  }));
  return { items: [...items, 'no object'] };
}

describe('the releases of a namespace, listed once', () => {
  it('are as the watches show them, without what is not installed', async () => {
    const releases = await listReleases({ get, getText: async () => '' }, 'shop');
    expect(releases.get(CHECKOUT_ID)).toMatchObject({
      operator: 'coxswain',
      isRouteListed: true,
      route: { kind: 'HTTPRoute', name: 'checkout' },
      services: { stable: { name: 'checkout' } },
      note: null,
    });
  });

  it('are not told where Deployments cannot be listed', async () => {
    const down = async () => {
      throw new CoxswainError('api-unreachable', 'no route', '');
    };
    await expect(listReleases({ get: down, getText: async () => '' }, 'shop')).rejects.toThrow('no route');
  });
});
