import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calibrationTaskOf } from '../../agent/cli/calibrateTask';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../agent/embedded/cluster';
import { runCalibration } from '../../agent/evaluate/calibrate/runCalibration';
import { Calibration } from '../../agent/protocol';

const RATE = 30;
/** Of cluster time, so that there is a little more than the hour that is needed. */
const HISTORY_SECONDS = 72 * 60;
const SMALL = { initial: 3, perPrice: 1, judgeSeeds: 10 };
const { signal } = new AbortController();

describe('a calibration of a workload of the embedded cluster', () => {
  let directory: string;
  let cluster: EmbeddedCluster;
  const options = () => ({
    stateDir: directory,
    since: 3 * 3600,
    learned: false,
    format: 'md' as const,
    kubeconfig: cluster.kubeconfigPath,
  });
  const startCluster = (historySeconds: number) =>
    startEmbeddedCluster({
      kubeconfigPath: join(directory, 'kubeconfig'),
      rate: RATE,
      seed: 1,
      demo: true,
      historySeconds,
    });

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-calibrate-'));
    cluster = await startCluster(HISTORY_SECONDS);
  });
  afterAll(async () => {
    await cluster.close();
    rmSync(directory, { recursive: true });
  });

  it('says that the workload is unknown, and which there are', async () => {
    await expect(calibrationTaskOf('shop/none', options(), signal)).rejects.toMatchObject({
      code: 'not-found',
      remedy: expect.stringContaining('shop/checkout'),
    });
  });

  it('fits the simulator to the recorded history, and recommends', async () => {
    const task = await calibrationTaskOf('shop/checkout', options(), signal);
    const parameter = (name: string) => task.fit.parameters.find((own) => own.name === name)?.value;
    // What the demo app is: half a core for each pod, about 4 ms of it for each request.
    expect(parameter('CPU of a request')).toBeGreaterThan(0.003);
    expect(parameter('CPU of a request')).toBeLessThan(0.006);
    expect(task.fitErrors[0]).toMatchObject({
      name: 'CPU utilisation, median error',
      unit: 'percentage points',
    });
    expect(task.fitErrors[0]?.value).toBeLessThan(10);
    expect(task.podPricePerHour).toBeGreaterThan(0);
    const calibration = await runCalibration(
      { ...task, learned: [] },
      { budget: SMALL, nowMs: Date.now, onProgress: () => undefined, signal },
    );
    expect(calibration.title).toBe('shop/checkout');
    expect(calibration.recommendation.text).toMatch(/shop\/checkout/);
    expect(
      calibration.arms.every(({ points }) => points.every(({ costPerHour }) => costPerHour !== null)),
    ).toBe(true);
    expect(Calibration.parse(calibration)).toEqual(calibration);
  });

  it('says where there is too little history, and how much there is', async () => {
    await cluster.close();
    cluster = await startCluster(60);
    await expect(calibrationTaskOf('shop/checkout', options(), signal)).rejects.toMatchObject({
      code: 'capability-missing',
      message: expect.stringMatching(/shop\/checkout/),
    });
  });
});
