import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Running, startCli } from '../support/cli';

const until = (check: () => void) => vi.waitFor(check, { timeout: 30_000, interval: 10 });

describe('the demo', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-demo-test-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const demo = (...args: string[]) => startCli(['demo', ...args], { TMPDIR: directory });
  const left = () => readdirSync(directory).filter((name) => name.startsWith('coxswain-'));
  const clusterUrl = (stdout: string) => /embedded cluster +(\S+),/.exec(stdout)?.[1];

  const moments: [name: string, reached: (running: Running) => void][] = [
    ['as soon as it has begun', () => expect(left()).toHaveLength(1)],
    ['when the cluster stands', ({ stdout }) => expect(stdout).toContain('embedded cluster')],
    ['when the agent stands', ({ stdout }) => expect(stdout).toContain('dashboard')],
    ['while it connects', ({ stdout }) => expect(stdout).toContain('connected')],
    ['while it runs', ({ stdout }) => expect(stdout).toContain('observed')],
  ];
  it.each(moments)('leaves neither process nor folder when it is ended %s', async (_, reached) => {
    const running = demo();
    await until(() => reached(running));
    const { code, stdout, stderr } = await running.kill('SIGINT');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(left()).toEqual([]);
    const url = clusterUrl(stdout);
    if (url) await expect(fetch(url)).rejects.toThrow();
  });

  it('ends in order when nobody reads its output any more', async () => {
    const running = demo();
    await until(() => expect(running.stdout).toContain('observed'));
    running.child.stdout?.destroy();
    expect(await running.finished).toMatchObject({ code: 0, stderr: '' });
    expect(left()).toEqual([]);
  });

  it('says that its time was too short for any fault, and does not call that a success', async () => {
    const { code, stdout } = await demo('--seconds', '3').finished;
    expect(stdout).toMatch(/No fault fits into 3 s: give it 30 or more/);
    expect(code).toBe(1);
    expect(left()).toEqual([]);
  });
});
