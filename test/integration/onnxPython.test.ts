import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from '../../agent/rl/engine/engines';
import { createActor } from '../../agent/rl/policy/actor';
import {
  SAMPLE_POLICIES,
  sampleObservations,
  samplePolicy,
} from '../../agent/rl/policy/testing/samplePolicies';
import { writePolicyFile } from '../../agent/training/policyFile';

const PYTHON = process.env.COXSWAIN_PYTHON ?? join(homedir(), '.cache/coxswain/peers/bin/python');
const SCRIPT = join(import.meta.dirname, '../bench/peers/check_onnx.py');
const ROWS = 8;

let folder: string;
const missing = missingPart();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-onnx-'));
  if (missing) console.info(`skipped: ${missing}; COXSWAIN_PYTHON names a Python with the package onnx`);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(missing !== null)('a policy file in Python', () => {
  it.each(SAMPLE_POLICIES)('is what onnx’s checker wants, and answers the same: %s', (kind) => {
    const policy = samplePolicy(kind);
    const path = join(folder, 'policy.onnx');
    writePolicyFile(path, policy);
    const { inputs, towers } = policy.network;
    const observations = sampleObservations(policy, ROWS);
    const rows = Array.from({ length: ROWS }, (_, row) =>
      Array.from(observations.subarray(row * inputs, (row + 1) * inputs)),
    );
    const answer = execFileSync(PYTHON, [SCRIPT, path], { input: JSON.stringify(rows), encoding: 'utf8' });
    const outputs: Record<string, number[][]> = JSON.parse(answer);
    expect(Object.keys(outputs)).toEqual(towers.map(({ name }) => name));
    const [decides = []] = Object.values(outputs);
    const ours = createActor(policy, createEngine('js')).evaluate(observations, ROWS);
    for (const [index, value] of decides.flat().entries()) expect(ours[index]).toBeCloseTo(value, 4);
    expect(decides.flat()).toHaveLength(ours.length);
  });
});

/** Why it cannot be tested here; null where it can. */
function missingPart(): string | null {
  if (!existsSync(PYTHON)) return `there is no ${PYTHON}`;
  try {
    execFileSync(PYTHON, ['-c', 'import onnx.reference'], { stdio: 'ignore' });
    return null;
  } catch {
    return `${PYTHON} has no package onnx`;
  }
}
