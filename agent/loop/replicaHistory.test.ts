import { describe, expect, it } from 'vitest';
import { ReplicaHistory } from './replicaHistory';

const replicas = (desiredReplicas: number, readyReplicas = desiredReplicas) => ({
  desiredReplicas,
  readyReplicas,
});

describe('the replica history', () => {
  it('keeps what people wanted while Coxswain adds to it', () => {
    const history = new ReplicaHistory(replicas(3), 0);
    history.scaling(5);
    history.observe(replicas(5, 3), 10);
    expect(history.base).toBe(3);
  });

  it('goes on with what an earlier run has added, where it is as that has left it', () => {
    const left = { uid: 'u', replicas: 5, base: 3 };
    expect(new ReplicaHistory(replicas(5), 0, left).base).toBe(3);
    expect(new ReplicaHistory(replicas(6), 0, left).base).toBe(6);
    expect(new ReplicaHistory(replicas(4), 0, left).base).toBe(4);
  });

  it('takes a change by anybody else as what people want now', () => {
    const history = new ReplicaHistory(replicas(3), 0);
    history.scaling(5);
    history.observe(replicas(5), 10);
    history.observe(replicas(6), 20);
    expect(history.base).toBe(6);
    history.observe(replicas(2), 30);
    expect(history.base).toBe(2);
  });

  it('takes the same number for a wish of people when it is they who ask for it later', () => {
    const history = new ReplicaHistory(replicas(3), 0);
    history.scaling(5);
    history.observe(replicas(5), 10);
    history.observe(replicas(3), 20);
    history.observe(replicas(5), 30);
    expect(history.base).toBe(5);
  });

  it('takes the number for a wish of people when its own scaling came to nothing', () => {
    const history = new ReplicaHistory(replicas(3), 0);
    history.scaling(5);
    history.notScaled();
    history.observe(replicas(5), 10);
    expect(history.base).toBe(5);
  });

  it('tells replicas that are on their way from replicas that were lost', () => {
    const history = new ReplicaHistory(replicas(3), 0);
    expect(history.growingSinceMs).toBeNull();
    history.observe(replicas(3, 2), 5);
    expect(history.growingSinceMs).toBeNull();
    history.observe(replicas(4, 3), 10);
    expect(history.growingSinceMs).toBe(10);
    history.observe(replicas(4, 4), 30);
    expect(history.growingSinceMs).toBeNull();
  });

  it('takes a workload that is not ready at first sight for one that is starting', () => {
    expect(new ReplicaHistory(replicas(3, 1), 7).growingSinceMs).toBe(7);
  });
});
