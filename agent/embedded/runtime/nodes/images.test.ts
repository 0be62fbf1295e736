import { describe, expect, it } from 'vitest';
import { DEPLOYMENTS } from '../../store/resourceTypes';
import { TestCluster, testDeployment } from '../testing/testCluster';
import { isMissingImage, isPauseImage } from './images';

describe('isMissingImage', () => {
  it.each([
    ['web:coxswain-missing', true],
    ['ghcr.io/shop/web:coxswain-missing', true],
    ['registry.invalid/web:1', true],
    ['shop.registry.invalid:5000/web', true],
    ['web.invalid', false],
    ['web:1', false],
    ['coxswain.dev/demo/cart:1.0.0', false],
    ['coxswain-missing/web:2', false],
  ])('%s: %s', (image, expected) => {
    expect(isMissingImage(image)).toBe(expected);
  });
});

describe('isPauseImage', () => {
  it.each([
    ['gcr.io/google-containers/pause:latest', true],
    ['pause', true],
    ['registry.k8s.io/pause@sha256:1', true],
    ['shop/pauses:1', false],
  ])('%s: %s', (image, expected) => {
    expect(isPauseImage(image)).toBe(expected);
  });
});

interface Waiting {
  state: { waiting?: { reason: string; message: string } };
}

describe('a pod whose image cannot be pulled', () => {
  it('waits with growing delays, while the pods before it serve on, and is well after a rollback', () => {
    const cluster = new TestCluster();
    cluster.store.create(DEPLOYMENTS, testDeployment({ replicas: 2 }));
    cluster.run(15);
    const setImage = (image: string) =>
      cluster.store.update(DEPLOYMENTS, 'shop', 'web', (draft) => {
        draft.spec = testDeployment({ replicas: 2, image }).spec ?? {};
      });
    setImage('registry.invalid/web:2');
    cluster.run(2.5);
    const stuck = cluster.pods('web').find((pod) => pod.status?.phase === 'Pending');
    const name = stuck?.metadata.name ?? '';
    const statuses = () => cluster.pod(name)?.status?.containerStatuses as Waiting[] | undefined;
    const waiting = () => statuses()?.[0]?.state.waiting;
    expect(waiting()?.reason).toBe('ErrImagePull');
    cluster.run(4);
    expect(waiting()).toEqual({
      reason: 'ImagePullBackOff',
      message: expect.stringContaining('Back-off pulling image "registry.invalid/web:2"'),
    });
    const pulls = () => cluster.eventsOf(name).filter((text) => text.startsWith('Failed: Failed to pull'));
    expect(pulls()).toHaveLength(1);
    expect(cluster.eventsOf(name)).toContain('BackOff: Back-off pulling image "registry.invalid/web:2"');
    cluster.run(60);
    expect(cluster.readyPods('web')).toHaveLength(2);
    expect(cluster.pod(name)?.status?.phase).toBe('Pending');
    setImage('web:1');
    cluster.run(20);
    expect(cluster.pod(name)).toBeUndefined();
    expect(cluster.readyPods('web')).toHaveLength(2);
    expect(cluster.errors).toEqual([]);
  });
});
