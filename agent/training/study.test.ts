import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Point } from '../rl/tuning/searchSpace';
import { Study, type StudyDefinition } from './study';

const DEFINITION: StudyDefinition = {
  name: 'bowl',
  space: ['x', 'y'].map((name) => ({ name, low: -1, high: 1, scale: 'linear', integer: false })),
  seed: 3,
};
const bowl = async ({ x = 0, y = 0 }: Point) => (x - 0.2) ** 2 + (y + 0.4) ** 2;

describe('a study', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'coxswain-study-'));
    path = join(folder, 'study.db');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function runAll(trials: number, evaluate = bowl): Promise<Study> {
    const study = Study.open(path, DEFINITION);
    await study.run({ trials, parallel: 1, evaluate });
    return study;
  }

  it('finds the bottom of a bowl', async () => {
    const study = await runAll(20);
    expect(study.best()?.value).toBeLessThan(1e-3);
    study.close();
  });

  it('goes on after a crash as if there had been none, and evaluates again what ran then', async () => {
    const whole = await runAll(12);
    const expected = whole.trials();
    whole.close();
    rmSync(path);

    let calls = 0;
    const crash = new AbortController();
    const first = Study.open(path, DEFINITION);
    const evaluate = async (point: Point) => {
      calls += 1;
      if (calls === 9) {
        crash.abort(new Error('the process died'));
        throw new Error('the process died');
      }
      return bowl(point);
    };
    await expect(first.run({ trials: 12, parallel: 1, evaluate, signal: crash.signal })).rejects.toThrow(
      'died',
    );
    first.close();

    const second = await runAll(12);
    expect(second.trials()).toEqual(expected);
    second.close();
  });

  it('keeps a trial that failed, or gave no number, and learns from the others', async () => {
    const study = await runAll(10, async (point) => {
      const value = await bowl(point);
      if (value > 1) throw new Error('it diverged');
      return value > 0.5 ? Number.NaN : value;
    });
    const trials = study.trials();
    expect(trials).toHaveLength(10);
    expect(trials.filter(({ state }) => state === 'failed').map(({ problem }) => problem)).toContain(
      'it diverged',
    );
    expect(study.best()?.value).toBeLessThanOrEqual(0.5);
    study.close();
  });

  it('evaluates several at a time', async () => {
    let running = 0;
    let most = 0;
    const study = Study.open(path, DEFINITION);
    await study.run({
      trials: 7,
      parallel: 3,
      evaluate: async (point) => {
        running += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        running -= 1;
        return bowl(point);
      },
    });
    expect(most).toBe(3);
    expect(study.trials()).toHaveLength(7);
    study.close();
  });

  it('evaluates what was interrupted as many at a time as it may now', async () => {
    const crash = new AbortController();
    const first = Study.open(path, DEFINITION);
    let stopped = 0;
    const stop = async () => {
      crash.abort(new Error('the process died'));
      await Promise.resolve();
      stopped += 1;
      throw new Error('the process died');
    };
    const running = first.run({ trials: 4, parallel: 3, evaluate: stop, signal: crash.signal });
    await expect(running).rejects.toThrow('died');
    // Nothing of it runs on.
    expect(stopped).toBe(3);
    first.close();

    let most = 0;
    let now = 0;
    const second = await runAll(4, async (point) => {
      now += 1;
      most = Math.max(most, now);
      await Promise.resolve();
      now -= 1;
      return bowl(point);
    });
    expect(most).toBe(1);
    expect(second.trials().map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done']);
    second.close();
  });

  it('is refused with another space under the same name', async () => {
    (await runAll(1)).close();
    expect(() => Study.open(path, { ...DEFINITION, seed: 4 })).toThrow('other parameters, bounds or seed');
  });

  it('is refused a file that is no database', () => {
    writeFileSync(path, 'this is not a database, and long enough to be taken for one'.repeat(20));
    expect(() => Study.open(path, DEFINITION)).toThrow('cannot be used as a study');
  });
});
