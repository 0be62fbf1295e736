import { describe, expect, it } from 'vitest';
import { StateStore } from '../server/stateStore';
import { applyDelta, emptySnapshot, KEPT_SAMPLES } from './applyDelta';
import { AgentSnapshot, type Delta } from './snapshot';
import type { Sample } from './workload';

function sample(atMs: number): Sample {
  return {
    workloadId: 'shop/Deployment/checkout',
    atMs,
    latencyP50Ms: null,
    latencyP95Ms: 80,
    latencyP99Ms: null,
    errorRate: 0,
    requestsPerSecond: 1,
    cpuUtilisation: 0.5,
    memoryUtilisation: 0.4,
    desiredReplicas: 3,
    readyReplicas: 3,
    reward: 0,
    rewardTerms: {},
  };
}

describe('snapshot and deltas', () => {
  it('lead every reader to the state that the agent has', () => {
    const store = new StateStore(emptySnapshot('1', 1));
    let reader = store.snapshot;
    store.subscribe((delta) => {
      reader = applyDelta(reader, delta) ?? reader;
    });
    store.publish({ kind: 'mode', mode: 'approve' });
    store.publish({ kind: 'sample', sample: sample(1) });
    store.flush();
    store.publish({ kind: 'sample', sample: sample(2) });
    store.flush();
    expect(reader).toEqual(store.snapshot);
    expect(AgentSnapshot.parse(JSON.parse(JSON.stringify(reader)))).toEqual(reader);
    expect(reader.samples['shop/Deployment/checkout']).toHaveLength(2);
  });

  it('tell a reader that has missed a delta', () => {
    const delta: Delta = { sequence: 5, changes: [] };
    expect(applyDelta(emptySnapshot('1', 1), delta)).toBeNull();
  });

  it('forget the samples of a workload that is gone', () => {
    const store = new StateStore(emptySnapshot('1', 1));
    store.publish({ kind: 'sample', sample: sample(1) });
    store.publish({ kind: 'workload-gone', id: 'shop/Deployment/checkout' });
    store.flush();
    expect(store.snapshot.samples).toEqual({});
  });

  it('keep a bounded number of samples', () => {
    const store = new StateStore(emptySnapshot('1', 1));
    for (let at = 0; at < KEPT_SAMPLES + 10; at += 1) store.publish({ kind: 'sample', sample: sample(at) });
    store.flush();
    const kept = store.snapshot.samples['shop/Deployment/checkout'];
    expect(kept).toHaveLength(KEPT_SAMPLES);
    expect(kept?.[0]?.atMs).toBe(10);
  });
});
