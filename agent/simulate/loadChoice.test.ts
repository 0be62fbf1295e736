import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseLoad } from './loadChoice';

describe('the choice of a load', () => {
  it('is a profile with its length', async () => {
    const load = await chooseLoad({ profile: 'spike', scale: 1 });
    expect(load).toMatchObject({ title: 'spike (30s:50,1m:200,30s:10)', seconds: 120, firstRate: 0 });
    expect(load.shape(60)).toMatchObject({ kind: 'stages', startAfterSeconds: 60 });
  });

  it('may be stages, made larger', async () => {
    const load = await chooseLoad({ stages: '1m:10', scale: 3 });
    expect(load.title).toBe('stages 1m:10, times 3');
    expect(load.shape(0)).toMatchObject({ stages: [{ durationSeconds: 60, target: 150 }] });
  });

  it('may be a trace, which begins with its first rate', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'coxswain-load-'));
    try {
      const trace = join(directory, 'load.csv');
      writeFileSync(trace, 't_seconds,requests_per_second\n0,30\n60,50\n');
      expect(await chooseLoad({ trace, scale: 2 })).toMatchObject({ seconds: 120, firstRate: 60 });
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('is refused where it is none, or more than one', async () => {
    await expect(chooseLoad({ scale: 1 })).rejects.toThrow('A load is named in one way');
    await expect(chooseLoad({ profile: 'spike', stages: '1m:10', scale: 1 })).rejects.toThrow('one way');
  });

  it('is refused where its trace cannot be read', async () => {
    await expect(chooseLoad({ trace: 'nowhere.csv', scale: 1 })).rejects.toThrow(
      'nowhere.csv cannot be read',
    );
  });
});
