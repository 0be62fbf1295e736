import { describe, expect, it } from 'vitest';
import { exampleModel, examplePoint, exampleTraining } from '../../test/support/protocolExamples';
import { StateStore } from '../server/stateStore';
import {
  applyChange,
  applyDelta,
  emptySnapshot,
  KEPT_POINTS,
  KEPT_SAMPLES,
  KEPT_TRAININGS,
} from './applyDelta';
import { AgentSnapshot, type Change, type Delta } from './snapshot';
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

describe('models and trainings', () => {
  const snapshotAfter = (...changes: Change[]) => changes.reduce(applyChange, emptySnapshot('1', 1));
  const pointAt = (steps: number, trainingId = 't1'): Change => ({
    kind: 'training-point',
    trainingId,
    point: examplePoint(steps),
    stepsPerSecond: 5000,
    etaSeconds: 30,
  });

  it('replace the versions of one task and leave those of the others', () => {
    const scale = exampleModel({ task: 'scale' });
    const defaultSteering = { steers: 'runbook', reason: 'nothing is better' };
    const { models, ...rest } = snapshotAfter(
      { kind: 'models', task: 'scale', models: [scale] },
      { kind: 'models', task: 'heal', models: [exampleModel()], defaultSteering },
      {
        kind: 'models',
        task: 'heal',
        models: [exampleModel({ version: 1 }), exampleModel({ version: 2, state: 'active' })],
      },
    );
    expect(models.map(({ task, version }) => `${task}/${version}`)).toEqual(['heal/2', 'heal/1', 'scale/1']);
    expect(rest.defaultSteering).toEqual({ heal: defaultSteering });
  });

  it('keep the points of a training when its state changes', () => {
    const { trainings } = snapshotAfter(
      { kind: 'training', training: exampleTraining() },
      pointAt(1000),
      pointAt(2000),
      pointAt(500, 'another'),
      {
        kind: 'training',
        training: exampleTraining({ state: { kind: 'evaluating', done: 1, total: 9 } }),
      },
    );
    expect(trainings).toHaveLength(1);
    expect(trainings[0]).toMatchObject({
      state: { kind: 'evaluating' },
      points: [examplePoint(1000), examplePoint(2000)],
    });
  });

  it('show the speed of the last point', () => {
    const { trainings } = snapshotAfter({ kind: 'training', training: exampleTraining() }, pointAt(1000));
    expect(trainings[0]).toMatchObject({ stepsPerSecond: 5000, etaSeconds: 30 });
  });

  it('forget the oldest training', () => {
    const ids = Array.from({ length: KEPT_TRAININGS + 2 }, (_, index) => `t${index}`);
    const { trainings } = snapshotAfter(
      ...ids.map((id): Change => ({ kind: 'training', training: exampleTraining({ id }) })),
    );
    expect(trainings.map(({ id }) => id)).toEqual(ids.slice(2));
  });

  it('thin a long curve out evenly, with its beginning and its end', () => {
    const steps = Array.from({ length: 5 * KEPT_POINTS }, (_, index) => (index + 1) * 100);
    const { trainings } = snapshotAfter(
      { kind: 'training', training: exampleTraining() },
      ...steps.map((step) => pointAt(step)),
    );
    const kept = trainings[0]?.points.map((point) => point.steps) ?? [];
    expect(kept).toHaveLength(KEPT_POINTS);
    expect(kept[0]).toBe(steps[0]);
    expect(kept.at(-1)).toBe(steps.at(-1));
    const gaps = kept.slice(1).map((step, index) => step - (kept[index] ?? 0));
    // Even would be 500 each.
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1000);
  });
});
