import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fineTuneBase, learnedCandidates } from '../../agent/cli/calibratePolicies';
import { fineTuneOn } from '../../agent/evaluate/calibrate/fineTune';
import { runCalibration } from '../../agent/evaluate/calibrate/runCalibration';
import { aTraceTask, SMALL_BUDGET } from '../../agent/evaluate/calibrate/testing/smallTask';
import { ModelStore } from '../../agent/training/modelStore';

const NOW_MS = 1_767_225_600_000;
/** Far from learning anything; the way through is what is tested. */
const STEPS = 8000;

describe('a policy that is trained on a workload’s own load', () => {
  let directory: string;
  let store: ModelStore;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-fine-tune-'));
    store = new ModelStore(join(directory, 'models'), () => NOW_MS);
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const { signal } = new AbortController();
  const task = aTraceTask();
  const trainIn = (folder: string) => (part: Float32Array, onProgress: (share: number) => void) =>
    fineTuneOn(
      part,
      {
        deployment: task.deployment,
        store,
        from: fineTuneBase(store, undefined),
        folder: join(directory, folder),
        steps: STEPS,
        codeVersion: 'test',
        workerFile: '',
        nowMs: () => NOW_MS,
        signal,
      },
      onProgress,
    );

  it('is judged as another arm, and kept as a version with its provenance', async () => {
    const calibration = await runCalibration(
      { ...task, learned: learnedCandidates(store, undefined), fineTune: trainIn('first') },
      { budget: SMALL_BUDGET, nowMs: () => NOW_MS, onProgress: () => undefined, signal },
    );
    expect(calibration.arms.find(({ role }) => role === 'learned')).toMatchObject({ name: 'scale/1' });
    const { spec, provenance } = store.load('scale', 1);
    expect(spec).toBe('scale/36');
    expect(provenance).toMatchObject({ algorithm: 'ppo', parent: null });
    expect(provenance.env.options).toMatchObject({
      pace: 'guard',
      minReplicas: 2,
      maxReplicas: 30,
      domain: { startupSeconds: 45 },
      trace: { intervalSeconds: 15 },
    });
  });

  it('goes on from the policy that steers', async () => {
    await trainIn('first')(task.load, () => undefined);
    store.promote('scale', 1);
    const shares: number[] = [];
    const candidate = await trainIn('second')(task.load, (share) => shares.push(share));
    expect(candidate).toMatchObject({ name: 'scale/2', promote: 'scale/2' });
    expect(store.load('scale', 2).provenance.parent).toBe('scale/1');
    expect(shares.at(-1)).toBe(1);
    expect(learnedCandidates(store, undefined).map(({ name }) => name)).toEqual(['scale/1']);
    expect(learnedCandidates(store, 'scale/2').map(({ name }) => name)).toEqual(['scale/2']);
  });
});
