import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCli, startCli } from '../support/cli';

describe('coxswain calibrate', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-calibrate-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const traceOf = (rows: readonly string[], header = 't_seconds,requests_per_second') => {
    const path = join(directory, 'load.csv');
    writeFileSync(path, `${[header, ...rows].join('\n')}\n`);
    return path;
  };
  const hours = (count: number) =>
    Array.from({ length: 60 * count }, (_, minute) => `${60 * minute},${50 + (minute % 30)}`);
  const run = (...args: string[]) => runCli(['calibrate', ...args, '--state-dir', join(directory, 'state')]);

  it.each<[string, string[], string | undefined, RegExp]>([
    ['wrong columns', ['0,1', '60,1'], 'time,load', /line 1: expected the header/],
    ['a gap', ['0,1', '60,1', '240,1'], undefined, /line 4: .*a gap of 2 rows/],
    ['a negative rate', ['0,1', '60,-1'], undefined, /line 3: the rate -1/],
    ['two rows', ['0,1', '60,1'], undefined, /1 min long; a calibration needs about an hour/],
  ])('says what is wrong with a trace of %s', async (_, rows, header, says) => {
    const { code, stderr } = await run('--trace', traceOf(rows, header));
    expect(code).not.toBe(0);
    expect(stderr).toMatch(says);
  });

  it.each<[string, string[], RegExp]>([
    ['nothing', [], /not said what to calibrate/],
    ['no workload', ['checkout'], /"checkout" is not a workload/],
    [
      'bounds with nothing between',
      ['--trace', '@', '--min-replicas', '5', '--max-replicas', '3'],
      /between 5 and 3/,
    ],
    ['no duration', ['--trace', '@', '--since', 'long'], /Expected a duration from 1h to 30d/],
    ['no price', ['--trace', '@', '--violation-price', '0'], /Expected a number from 0\.1/],
  ])('says what is wrong with arguments that name %s', async (_, args, says) => {
    const trace = traceOf(hours(3));
    const { code, stderr } = await run(...args.map((arg) => (arg === '@' ? trace : arg)));
    expect(code).toBe(2);
    expect(stderr).toMatch(says);
  });

  it('is ended by Ctrl-C, and keeps nothing', async () => {
    const args = ['calibrate', '--trace', traceOf(hours(24)), '--events', '--no-learned'];
    const running = startCli([...args, '--state-dir', join(directory, 'state')]);
    await vi.waitFor(() => expect(running.stdout).toMatch(/"step":"tuning/), {
      timeout: 30_000,
      interval: 20,
    });
    const { code, stdout, stderr } = await running.kill('SIGINT');
    expect(code).toBe(130);
    expect(stderr).toMatch(/nothing was kept/);
    expect(stdout).not.toMatch(/"kind":"finished"/);
  });
});
