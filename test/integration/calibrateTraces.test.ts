import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { runCalibration } from '../../agent/evaluate/calibrate/runCalibration';
import { traceTask } from '../../agent/evaluate/calibrate/traceTask';
import { Calibration } from '../../agent/protocol';
import { readTraceFile } from '../../agent/simulate/traceFile';
import { HpaSpec } from '../../agent/tasks/scale/hpa/hpaSpec';

const TRACES = join(import.meta.dirname, '../../../shared/traces');
const files = existsSync(TRACES) ? readdirSync(TRACES).filter((name) => name.endsWith('.csv')) : [];
/** Enough for a recommendation, not for a good one. */
const SMALL = { initial: 2, perPrice: 1, judgeSeeds: 10 };

describe.skipIf(files.length === 0)('a calibration on each of the shared traces (../shared/traces)', () => {
  it.each(files)('recommends, with its interval and a patch that is an HPA: %s', async (file) => {
    const path = join(TRACES, file);
    const task = traceTask({
      id: file,
      path,
      trace: await readTraceFile(path),
      violationPrice: 20,
      podCapacity: null,
      serviceSeconds: null,
      startupSeconds: null,
    });
    const calibration = await runCalibration(
      { ...task, learned: [] },
      { budget: SMALL, nowMs: Date.now, onProgress: () => undefined, signal: new AbortController().signal },
    );
    expect(Calibration.parse(calibration)).toEqual(calibration);
    const { arm, text, reason, patch } = calibration.recommendation;
    expect(calibration.arms.map(({ name }) => name)).toContain(arm);
    expect(text).toContain(file);
    expect(reason).toMatch(/[−\d.]+ \[[−\d.]+…[−\d.]+\]/);
    if (arm === 'hpa-current') {
      expect(patch).toBeNull();
      return;
    }
    const objects = parseAllDocuments(patch ?? '').map((document) => document.toJS());
    const hpa = objects.find(({ kind }) => kind === 'HorizontalPodAutoscaler');
    expect(HpaSpec.parse(hpa.spec)).toMatchObject({ minReplicas: 2, maxReplicas: 30 });
  });
});
