import { describe, expect, it } from 'vitest';
import { RolloutCluster } from './testing';

const STEPS = [{ setWeight: 25 }, { pause: {} }, { setWeight: 50 }, { pause: { duration: '30s' } }];

function updating(strategy: Record<string, unknown> = { canary: { steps: STEPS } }): RolloutCluster {
  const cluster = new RolloutCluster();
  cluster.deploy(strategy);
  cluster.setImage('web:2');
  return cluster;
}

describe('a Rollout without a router', () => {
  it('brings up its first version without any step', () => {
    const cluster = new RolloutCluster();
    cluster.deploy({ canary: { steps: STEPS } });
    expect(cluster.errors).toEqual([]);
    expect(cluster.replicas).toEqual([4]);
    expect(cluster.status).toMatchObject({
      phase: 'Healthy',
      message: '',
      currentStepIndex: 4,
      replicas: 4,
      updatedReplicas: 4,
      readyReplicas: 4,
      availableReplicas: 4,
      HPAReplicas: 4,
      selector: 'app=web',
      observedGeneration: '1',
      controllerPause: false,
    });
    expect(cluster.status.stableRS).toBe(cluster.status.currentPodHash);
    const types = cluster.status.conditions
      .map(({ type, status, reason }) => `${type} ${status} ${reason}`)
      .sort();
    expect(types).toEqual([
      'Available True AvailableReason',
      'Completed True RolloutCompleted',
      'Healthy True RolloutHealthy',
      'Progressing True NewReplicaSetAvailable',
    ]);
    expect(cluster.rollout.metadata.annotations).toMatchObject({ 'rollout.argoproj.io/revision': '1' });
  });

  it('waits at a pause with the pods of its weight', () => {
    const cluster = updating();
    cluster.until('Paused: CanaryPauseStep');
    expect(cluster.replicas).toEqual([3, 1]);
    expect(cluster.status).toMatchObject({
      currentStepIndex: 1,
      controllerPause: true,
      pauseConditions: [{ reason: 'CanaryPauseStep' }],
    });
    cluster.run(1300);
    expect(cluster.phase).toBe('Paused: CanaryPauseStep');
    expect(cluster.eventsOf('web')).toContain(
      'RolloutStepCompleted: Rollout step 1/4 completed (setWeight: 25)',
    );
    expect(cluster.eventsOf('web')).toContain('RolloutPaused: Rollout is paused (CanaryPauseStep)');
  });

  it('goes on when a person clears the pause, and to its end by itself', () => {
    const cluster = updating();
    cluster.until('Paused');
    cluster.patchStatus({ pauseConditions: null });
    cluster.runUntil(() => cluster.status.currentStepIndex === 3 && cluster.phase.startsWith('Paused'));
    expect(cluster.replicas).toEqual([2, 2]);
    const took = cluster.runUntil(() => cluster.status.currentStepIndex === 4);
    expect(took).toBeGreaterThan(25);
    cluster.until('Healthy');
    expect(cluster.replicas).toEqual([0, 4]);
    expect(cluster.status.pauseConditions).toEqual([]);
    expect(cluster.eventsOf('web')).toContain(
      `RolloutCompleted: Rollout completed update to revision 2 (${cluster.status.currentPodHash}): Completed all 4 canary steps`,
    );
    expect(cluster.errors).toEqual([]);
  });

  it('goes back to stable when it is aborted, and begins again when it is tried again', () => {
    const cluster = updating();
    cluster.until('Paused');
    cluster.patchStatus({ abort: true });
    cluster.until('Degraded: RolloutAborted: Rollout aborted update to revision 2');
    cluster.runUntil(() => cluster.replicas.join() === '4,0');
    expect(cluster.status).toMatchObject({ abort: true, currentStepIndex: 0 });
    expect(cluster.status.abortedAt).toBeTruthy();
    cluster.patchStatus({ abort: false });
    cluster.until('Paused: CanaryPauseStep');
    expect(cluster.status.abortedAt).toBeUndefined();
    expect(cluster.replicas).toEqual([3, 1]);
  });

  it('leaves out all that is left when it is promoted in full', () => {
    const cluster = updating();
    cluster.until('Paused');
    cluster.patchStatus({ promoteFull: true });
    cluster.until('Healthy', 60);
    expect(cluster.replicas).toEqual([0, 4]);
    expect(cluster.status.promoteFull).toBe(false);
  });

  it('goes back at once when the stable template is wanted again', () => {
    const cluster = new RolloutCluster();
    cluster.deploy({ canary: { steps: STEPS } });
    const { template } = cluster.rollout.spec ?? {};
    cluster.setImage('web:2');
    cluster.until('Paused');
    cluster.patchSpec({ template });
    cluster.until('Healthy', 60);
    expect(cluster.status.currentStepIndex).toBe(4);
    expect(cluster.eventsOf('web')).toContain('SkipSteps: Rollback to stable ReplicaSets');
  });

  it('does nothing while it is paused by hand', () => {
    const cluster = updating({ canary: { steps: [{ setWeight: 50 }, { pause: { duration: 10 } }] } });
    cluster.patchSpec({ paused: true });
    cluster.until('Paused: manually paused');
    const { currentStepIndex } = cluster.status;
    cluster.run(120);
    expect(cluster.status.currentStepIndex).toBe(currentStepIndex);
    cluster.patchSpec({ paused: false });
    cluster.until('Healthy');
  });

  it('never has more pods than the surge allows, nor fewer than may be unavailable', () => {
    const cluster = updating({ canary: { maxSurge: 1, maxUnavailable: 0, steps: [{ setWeight: 50 }] } });
    let fewest = Number.POSITIVE_INFINITY;
    let most = 0;
    cluster.run(120, () => {
      const { availableReplicas, replicas } = cluster.status;
      fewest = Math.min(fewest, availableReplicas);
      most = Math.max(most, replicas);
    });
    expect(cluster.phase).toBe('Healthy');
    expect(fewest).toBe(4);
    expect(most).toBe(5);
  });

  it('takes another scale over in the middle of a step', () => {
    const cluster = updating();
    cluster.until('Paused');
    cluster.patchSpec({ replicas: 8 });
    cluster.runUntil(() => cluster.replicas.join() === '6,2');
    expect(cluster.status.currentStepIndex).toBe(1);
  });

  it('restarts its pods a few at a time', () => {
    const cluster = new RolloutCluster();
    cluster.deploy({ canary: { maxUnavailable: 1 } });
    const before = cluster.pods('web').map(({ metadata }) => metadata.name);
    cluster.run(5);
    const restartAt = new Date(cluster.clock.nowMs()).toISOString();
    cluster.patchSpec({ restartAt });
    let fewest = Number.POSITIVE_INFINITY;
    cluster.run(200, () => {
      fewest = Math.min(fewest, cluster.readyPods('web').length);
    });
    expect(cluster.phase).toBe('Healthy');
    expect(cluster.pods('web').some(({ metadata }) => before.includes(metadata.name))).toBe(false);
    expect(fewest).toBe(3);
    expect(cluster.status.restartedAt).toBe(restartAt);
  });
});

describe('an image that never starts', () => {
  it('is found out by the progress deadline', () => {
    const cluster = new RolloutCluster();
    cluster.deploy({ canary: { steps: STEPS } }, { progressDeadlineSeconds: 60 });
    cluster.setImage('registry.invalid/web:none');
    cluster.until('Degraded: ProgressDeadlineExceeded: ReplicaSet "web-');
    expect(cluster.status.abort).toBe(false);
    expect(cluster.readyPods('web').length).toBeGreaterThanOrEqual(3);
  });

  it('aborts the update where that is asked for', () => {
    const cluster = new RolloutCluster();
    cluster.deploy(
      { canary: { steps: STEPS } },
      { progressDeadlineSeconds: 60, progressDeadlineAbort: true },
    );
    cluster.setImage('registry.invalid/web:none');
    cluster.until('Degraded: RolloutAborted: Rollout aborted update to revision 2: ReplicaSet "web-');
    expect(cluster.phase).toContain('has timed out progressing.');
    cluster.runUntil(() => cluster.replicas.join() === '4,0');
  });
});

describe('a rollback', () => {
  it('within the window leaves the steps out', () => {
    const cluster = new RolloutCluster();
    cluster.deploy({ canary: { steps: [{ setWeight: 50 }] } }, { rollbackWindow: { revisions: 1 } });
    const first = cluster.rollout.spec?.template;
    cluster.setImage('web:2');
    cluster.runUntil(() => cluster.status.currentStepIndex === 0);
    cluster.until('Healthy');
    cluster.patchSpec({ strategy: { canary: { steps: STEPS } } });
    cluster.until('Healthy');
    cluster.patchSpec({ template: first });
    cluster.run(2);
    cluster.until('Healthy', 60);
    expect(cluster.rollout.metadata.annotations).toMatchObject({ 'rollout.argoproj.io/revision': '3' });
    expect(cluster.eventsOf('web').some((event) => event.includes('Rollback within window'))).toBe(true);
  });
});
