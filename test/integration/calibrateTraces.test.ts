import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { checkConfig } from '../../agent/config/parse';
import { runCalibration } from '../../agent/evaluate/calibrate/runCalibration';
import { traceTask } from '../../agent/evaluate/calibrate/traceTask';
import { Calibration } from '../../agent/protocol';
import { readTraceFile } from '../../agent/simulate/traceFile';
import { HpaSpec } from '../../agent/tasks/scale/hpa/hpaSpec';

const TRACES = join(import.meta.dirname, '../../../shared/traces');
const files = existsSync(TRACES) ? readdirSync(TRACES).filter((name) => name.endsWith('.csv')) : [];
/** Enough for a recommendation, not for a good one. */
const SMALL = { initial: 2, perPrice: 1, judgeSeeds: 10 };
const Manifest = z.object({ spec: z.unknown() });
/** The arms whose settings stand in the config. */
const TUNED_RULES = new Map([
  ['predictive-tuned', 'predictive'],
  ['quantile-tuned', 'quantile'],
]);

describe.skipIf(files.length === 0)('a calibration on each of the shared traces (../shared/traces)', () => {
  it.each(files)('recommends, with its interval and a patch that parses: %s', async (file) => {
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
    const parts = (patch ?? '').split(/^---$/m);
    const manifest = parts.find((part) => /^kind: HorizontalPodAutoscaler$/m.test(part));
    // A trace has no HPA of its own, so that there is always one to apply.
    const hpa = Manifest.parse(parse(manifest ?? ''));
    expect(HpaSpec.parse(hpa.spec)).toMatchObject({ minReplicas: 2, maxReplicas: 30 });
    const lines = parts.find((part) => part !== manifest);
    expect(lines === undefined).toBe(arm === 'hpa-tuned');
    if (lines === undefined) return;
    const { config, problems } = checkConfig(lines);
    expect(problems).toEqual([]);
    const scale = config?.workloads['default/my-workload']?.scale;
    expect(scale).toMatchObject({ steering: 'own', violationPrice: 20, minReplicas: 2, maxReplicas: 30 });
    expect(scale?.rule?.kind).toBe(TUNED_RULES.get(arm));
  });
});
