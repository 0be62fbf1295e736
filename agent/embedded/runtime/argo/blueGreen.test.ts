import { describe, expect, it } from 'vitest';
import { DEPLOYMENTS, SERVICES } from '../../store/resourceTypes';
import { serviceSelector } from '../kinds';
import { testDeployment } from '../testing/testCluster';
import { ROLLOUTS } from './definitions';
import { addServices, addTemplate, RolloutCluster, testRollout } from './testing';
import { HASH_LABEL } from './version';

function deployed(blueGreen: Record<string, unknown>): RolloutCluster {
  const cluster = new RolloutCluster();
  addServices(cluster, 'active', 'preview');
  addTemplate(cluster, 'good', 0.01);
  addTemplate(cluster, 'bad', 0.5);
  cluster.deploy({ blueGreen: { activeService: 'active', previewService: 'preview', ...blueGreen } });
  return cluster;
}

const hashOf = (cluster: RolloutCluster, name: string) => {
  const service = cluster.store.get(SERVICES, 'shop', name);
  return service && serviceSelector(service)[HASH_LABEL];
};

describe('a blue-green Rollout', () => {
  it('switches all at once when the new pods are there, and keeps the old ones for a while', () => {
    const cluster = deployed({});
    const before = cluster.status.currentPodHash;
    expect(hashOf(cluster, 'active')).toBe(before);
    cluster.setImage('web:2');
    expect(hashOf(cluster, 'active')).toBe(before);
    expect(hashOf(cluster, 'preview')).not.toBe(before);
    cluster.until('Healthy');
    expect(cluster.status.blueGreen).toMatchObject({ activeSelector: cluster.status.currentPodHash });
    expect(hashOf(cluster, 'active')).toBe(cluster.status.stableRS);
    expect(cluster.replicas).toEqual([4, 4]);
    cluster.run(35);
    expect(cluster.replicas).toEqual([0, 4]);
    expect(cluster.errors).toEqual([]);
  });

  it('waits for a person where it is not to promote by itself', () => {
    const cluster = deployed({ autoPromotionEnabled: false });
    cluster.setImage('web:2');
    cluster.until('Paused: BlueGreenPause');
    expect(hashOf(cluster, 'active')).toBe(cluster.status.stableRS);
    cluster.patchStatus({ pauseConditions: null });
    cluster.until('Healthy');
    expect(hashOf(cluster, 'active')).toBe(cluster.status.currentPodHash);
  });

  it('stays as it is when the analysis before the switch fails', () => {
    const cluster = deployed({ prePromotionAnalysis: { templates: [{ templateName: 'bad' }] } });
    cluster.setImage('web:2');
    cluster.until(
      'Degraded: RolloutAborted: Rollout aborted update to revision 2: Blue/green pre-promotion analysis phase error/failed',
    );
    expect(hashOf(cluster, 'active')).toBe(cluster.status.stableRS);
    cluster.run(40);
    expect(cluster.replicas).toEqual([4, 0]);
  });

  it('goes back when the analysis after the switch fails', () => {
    const cluster = deployed({ postPromotionAnalysis: { templates: [{ templateName: 'bad' }] } });
    cluster.setImage('web:2');
    cluster.until('Degraded: RolloutAborted');
    cluster.run(2);
    expect(hashOf(cluster, 'active')).toBe(cluster.status.stableRS);
  });
});

describe('a Rollout of a Deployment', () => {
  it('takes its template, and its pods where it is told to', () => {
    const cluster = new RolloutCluster();
    cluster.store.create(DEPLOYMENTS, testDeployment({ name: 'old', replicas: 3 }));
    cluster.run(20);
    const rollout = testRollout({ canary: {} });
    const { template: _, selector: __, ...spec } = rollout.spec ?? {};
    const workloadRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'old', scaleDown: 'onsuccess' };
    cluster.store.create(ROLLOUTS, { ...rollout, spec: { ...spec, workloadRef } });
    cluster.until('Healthy');
    cluster.run(60);
    expect(cluster.deployment('old').spec?.replicas).toBe(0);
    expect(cluster.status).toMatchObject({ selector: 'app=old', workloadObservedGeneration: '2' });
    cluster.update(DEPLOYMENTS, 'old', (draft) => {
      const { spec: template } = testDeployment({ name: 'old', image: 'web:2' });
      draft.spec = { ...draft.spec, template: template?.template };
    });
    cluster.run(1);
    cluster.until('Healthy');
    expect(cluster.rollout.metadata.annotations).toMatchObject({ 'rollout.argoproj.io/revision': '2' });
  });
});
