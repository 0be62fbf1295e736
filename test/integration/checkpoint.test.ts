import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../agent/training/checkpoint';
import { openRunFolder } from '../../agent/training/runFolder';
import { AgentProcess, bundleScript } from './journalProcess';

const KILLS = 12;

let folder: string;
let script: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-checkpoints-'));
  script = await bundleScript('trainingFilesProcess.ts', folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a checkpoint', () => {
  it.skipIf(process.platform === 'win32')('that finds no room leaves the last good one intact', () => {
    const run = mkdtempSync(join(folder, 'full-'));
    // No file may be longer than 256 blocks of 1 KiB.
    const limited = [
      '-c',
      'ulimit -f 256; exec "$0" "$@"',
      process.execPath,
      '--disable-warning=ExperimentalWarning',
    ];
    const lines = execFileSync('bash', [...limited, script, 'grow', run], { encoding: 'utf8' })
      .trim()
      .split('\n');
    const written = lines.filter((line) => line.startsWith('written'));
    expect(written.length).toBeGreaterThan(5);
    expect(lines.at(-1)).toBe(`disk-full {"step":${written.length}}`);
    const { arrays } = readCheckpoint(join(run, 'checkpoint.bin'));
    expect(arrays.parameters).toEqual(new Float32Array(written.length * 4000).fill(written.length));
    expect(readdirSync(run)).toEqual(['checkpoint.bin']);
  });

  it(`is whole after a kill at any moment, ${KILLS} times`, async () => {
    const run = mkdtempSync(join(folder, 'kill-'));
    let next = 1;
    for (let kill = 0; kill < KILLS; kill++) {
      const trainer = new AgentProcess(script, 'checkpoints', run, String(next));
      await trainer.spoke();
      await delay(Math.random() * 30);
      await trainer.kill();
      const { values, arrays } = readCheckpoint(join(run, 'checkpoint.bin'));
      const { step } = values as { step: number };
      // The last one that was acknowledged, or the one that was being written.
      const acknowledged = Number(trainer.lines.at(-1));
      expect([acknowledged, acknowledged + 1]).toContain(step);
      expect(arrays.parameters).toEqual(new Float32Array(200_000).fill(step));
      next = step + 1;
    }
  });
});

describe('the folder of a training', () => {
  it('is held by its process, and free when that was killed', async () => {
    const run = join(folder, 'held');
    const trainer = new AgentProcess(script, 'hold', run);
    await trainer.spoke();
    expect(() => openRunFolder(run)).toThrow(`Another training runs in ${run} (pid ${trainer.pid})`);
    await trainer.kill();
    openRunFolder(run).release();
  });
});
