import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CanaryResult } from '../../agent/evaluate/canary/canaryResult';
import { aCanaryPolicy } from '../../agent/evaluate/canary/testing/canaryPolicy';
import { CELLS } from '../../agent/evaluate/canary/trafficLevels';
import { writePolicyFile } from '../../agent/training/policyFile';
import { readCanaryResult } from '../support/canaryTables';
import { runCli } from '../support/cli';

let folder: string;
const at = (name: string) => join(folder, name);
const evaluate = (...args: string[]) => runCli(['evaluate', 'canary', ...args, '--state-dir', at('state')]);
const TINY = ['--seeds', '1', '--episodes', '1'];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-evaluate-'));
  writePolicyFile(at('climber.onnx'), aCanaryPolicy({ up: { bias: 5 } }));
  writePolicyFile(at('alone.onnx'), aCanaryPolicy({ up: { bias: 5 } }, { verdict: 'policy' }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Intervals are drawn for one arm after the other, and so depend on which arms there are. */
function withoutIntervals(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutIntervals);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== 'low' && key !== 'high');
  return Object.fromEntries(kept.map(([key, child]) => [key, withoutIntervals(child)]));
}

describe('coxswain evaluate canary', { timeout: 120_000 }, () => {
  it('plays in processes of its own, prints the report and writes it in each format', async () => {
    const { code, stdout, stderr } = await evaluate(
      ...TINY,
      ...['--arms', 'flagger', '--workers', '2', '--output', at('report')],
    );
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^report in .*canary\.html/m),
    });
    expect(stdout).toMatch(/^# How well Coxswain releases\n/);
    expect(readdirSync(at('report')).sort()).toEqual([
      'canary.csv',
      'canary.html',
      'canary.json',
      'canary.md',
    ]);
    const read = (name: string) => readFileSync(join(at('report'), name), 'utf8');
    expect(read('canary.md').trimEnd()).toBe(stdout.trimEnd());
    const result = CanaryResult.parse(JSON.parse(read('canary.json')));
    expect(result.arms.map(({ name }) => name)).toEqual(['flagger', 'tests-fast', 'evidence-steps']);
    expect(read('canary.csv').trimEnd().split('\r\n')).toHaveLength(1 + 3 * CELLS.length);
    expect(read('canary.html')).toMatch(/^<!DOCTYPE html>[\s\S]*<svg[\s\S]*<\/html>\n$/);
  });

  it('compares policy files, and gives them the verdict where they were trained so', async () => {
    const files = [at('climber.onnx'), at('alone.onnx')].join(',');
    const { stdout, stderr } = await evaluate(...TINY, '--arms', files, '--workers', '0', '--json');
    expect(stderr).not.toMatch(/error/i);
    const { arms } = CanaryResult.parse(JSON.parse(stdout));
    expect(arms.slice(2).map(({ name, verdict }) => [name, verdict])).toEqual([
      ['climber', 'tests'],
      ['alone', 'policy'],
    ]);
    expect(arms[3]?.all.falsePromotion?.mean).toBe(1);
  });

  it('says what is wrong with an arm or an option of another task', async () => {
    const cases: [string[], RegExp][] = [
      [['--arms', 'nobody'], /There is no arm "nobody"[\s\S]*evidence-steps/],
      [['--pace', 'guard'], /Only the comparison of scaling takes --pace/],
    ];
    for (const [options, message] of cases) {
      const { code, stderr } = await evaluate(...options);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
    }
  });

  it('reproduces the figures of README and docs with --quick, arm by arm (print them anew into that file where arms change)', async () => {
    // What an arm does depends on no other.
    const arms = ['flagger-tuned', 'tests-fast', 'evidence-steps'];
    const { stdout } = await evaluate('--quick', '--arms', 'flagger-tuned', '--format', 'json');
    const played = CanaryResult.parse(JSON.parse(stdout)).arms;
    const committed = readCanaryResult().arms.filter(({ name }) => arms.includes(name));
    expect(played.map(({ name }) => name)).toEqual(arms);
    expect(withoutIntervals(played)).toEqual(withoutIntervals(committed));
  });
});
