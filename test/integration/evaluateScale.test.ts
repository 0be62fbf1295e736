import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ScaleResult } from '../../agent/evaluate/scale/scaleResult';
import { aScalePolicy } from '../../agent/evaluate/scale/testing/scalePolicy';
import { writePolicyFile } from '../../agent/training/policyFile';
import { runCli } from '../support/cli';
import { readScaleResult } from '../support/scaleTables';

let folder: string;
const at = (name: string) => join(folder, name);
const evaluate = (...args: string[]) => runCli(['evaluate', ...args, '--state-dir', at('state')]);
const TINY = ['--seeds', '1', '--arms', 'hpa-default'];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-evaluate-'));
  const follower = aScalePolicy({
    up: { loadPerPod: 4 },
    down: { loadPerPod: -4, bias: -1 },
    hold: { bias: 1 },
  });
  writePolicyFile(at('follower.onnx'), follower);
  const rows = Array.from({ length: 50 }, (_, minute) => `${60 * minute},${10 + (minute % 7)}`);
  writeFileSync(at('mine.csv'), `t_seconds,requests_per_second\n${rows.join('\n')}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Intervals are drawn for one arm after the other, and so depend on which arms there are. */
function withoutIntervals(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutIntervals);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== 'low' && key !== 'high');
  return Object.fromEntries(kept.map(([key, child]) => [key, withoutIntervals(child)]));
}

describe('coxswain evaluate scale', { timeout: 120_000 }, () => {
  it('plays in processes of its own, prints the report and writes it in each format', async () => {
    const { code, stdout, stderr } = await evaluate(
      'scale',
      ...TINY,
      '--workers',
      '2',
      '--output',
      at('report'),
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^report in .*scale\.html/m) });
    expect(stdout).toMatch(/^# When learned scaling pays\n/);
    expect(readdirSync(at('report')).sort()).toEqual(['scale.csv', 'scale.html', 'scale.json', 'scale.md']);
    const read = (name: string) => readFileSync(join(at('report'), name), 'utf8');
    expect(read('scale.md').trimEnd()).toBe(stdout.trimEnd());
    const result = ScaleResult.parse(JSON.parse(read('scale.json')));
    expect(result.arms.map(({ name }) => name)).toEqual(['hpa-default', 'hpa-tuned', 'clairvoyant']);
    // A heading, and each load: once for the default HPA, at three prices for the others.
    expect(read('scale.csv').trimEnd().split('\r\n')).toHaveLength(1 + result.workloads.length * 7);
    expect(read('scale.html')).toMatch(/^<!DOCTYPE html>[\s\S]*<svg[\s\S]*<\/html>\n$/);
  });

  it('compares a policy file under the guard’s pace, on a recorded load too, at a price of one’s own', async () => {
    const { stdout, stderr } = await evaluate(
      'scale',
      ...['--seeds', '1', '--arms', at('follower.onnx'), '--trace', at('mine.csv')],
      ...['--pace', 'guard', '--price', '0.2', '--json'],
    );
    expect(stderr).not.toMatch(/error/i);
    const { arms, workloads, pace, podHourPrice } = ScaleResult.parse(JSON.parse(stdout));
    expect(arms.map(({ name }) => name)).toEqual(['hpa-tuned', 'follower', 'clairvoyant']);
    expect(arms[1]?.frontier).toHaveLength(6);
    expect(workloads.at(-1)?.name).toBe('mine');
    expect({ pace, podHourPrice }).toEqual({ pace: 'guard', podHourPrice: 0.2 });
  });

  it('says what is wrong with an arm, a trace or an option of healing', async () => {
    writeFileSync(at('empty.csv'), 't_seconds,requests_per_second\n0,0\n60,0\n');
    const cases: [string[], RegExp][] = [
      [['--arms', 'nobody'], /There is no arm "nobody"[\s\S]*hpa-tuned/],
      [['--trace', at('nowhere.csv')], /nowhere\.csv cannot be read/],
      [['--trace', at('empty.csv')], /has no request in it/],
      [['--detection', 'averages'], /Only the comparison of healing takes --detection/],
    ];
    for (const [options, message] of cases) {
      const { code, stderr } = await evaluate('scale', ...options);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
    }
  });

  it('reproduces the figures of README and docs with --quick, arm by arm (print them anew into that file where arms change)', async () => {
    // What an arm does depends on no other; these are compared with by the others, and take half of the time that all take.
    const arms = ['hpa-tuned', 'predictive-tuned', 'quantile-tuned', 'scale-36-ppo', 'clairvoyant'];
    const named = ['--arms', arms.slice(1, 4).join(',')];
    const { stdout } = await evaluate('scale', '--quick', ...named, '--format', 'json');
    const played = ScaleResult.parse(JSON.parse(stdout)).arms.filter(({ name }) => arms.includes(name));
    const committed = readScaleResult('free').arms.filter(({ name }) => arms.includes(name));
    expect(played.map(({ name }) => name)).toEqual(arms);
    expect(withoutIntervals(played)).toEqual(withoutIntervals(committed));
  }, 400_000);
});
