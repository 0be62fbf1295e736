import { describe, expect, it } from 'vitest';
import { CoxswainError } from '../protocol';
import type { ClusterReader } from './api';
import { detectCapabilities } from './capabilities';

/** A reader of a cluster that serves these paths and nothing else. */
function serving(...paths: readonly string[]): ClusterReader {
  const get = async (path: string) => {
    if (paths.includes(path)) return {};
    throw new CoxswainError('not-found', `no ${path}`, '');
  };
  return { get, getText: async () => '' };
}

async function chaosMeshIn(groups: Record<string, string>, ...paths: readonly string[]) {
  const found = await detectCapabilities(serving(...paths), new Map(Object.entries(groups)), []);
  return found.find(({ key }) => key === 'chaos-mesh');
}

describe('a chaos tool', () => {
  it('is there in the version that Coxswain writes, whatever the server prefers', async () => {
    expect(await chaosMeshIn({})).toMatchObject({ present: false, detail: 'no API group chaos-mesh.org' });
    expect(await chaosMeshIn({ 'chaos-mesh.org': 'v1alpha1' })).toMatchObject({ present: true });
    expect(await chaosMeshIn({ 'chaos-mesh.org': 'v1beta1' }, '/apis/chaos-mesh.org/v1alpha1')).toMatchObject(
      { present: true, detail: 'chaos-mesh.org/v1alpha1' },
    );
    expect(await chaosMeshIn({ 'chaos-mesh.org': 'v1beta1' })).toMatchObject({
      present: false,
      detail: 'chaos-mesh.org is there as v1beta1 alone, and Coxswain knows v1alpha1',
    });
  });
});
