import { mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { modelsDirectory } from './stateDirectory';
import { watchStore } from './storeWatch';

const LONG_AGO_MS = 1_000_000;

describe('the watch on the model store', () => {
  let stateDirectory: string;
  let folder: string;
  beforeEach(() => {
    stateDirectory = mkdtempSync(join(tmpdir(), 'coxswain-watch-'));
    folder = join(modelsDirectory(stateDirectory), 'heal');
  });
  afterEach(() => rmSync(stateDirectory, { recursive: true }));

  const changedAt = (atMs: number) => utimesSync(folder, atMs / 1000, atMs / 1000);

  it('sees nothing in an empty store', () => {
    const hasChanged = watchStore(stateDirectory);
    expect([hasChanged(), hasChanged()]).toEqual([false, false]);
  });

  it('tells of each change once', () => {
    mkdirSync(folder, { recursive: true });
    changedAt(LONG_AGO_MS);
    const hasChanged = watchStore(stateDirectory);
    expect([hasChanged(), hasChanged()]).toEqual([true, false]);
    changedAt(LONG_AGO_MS + 1);
    expect([hasChanged(), hasChanged()]).toEqual([true, false]);
    rmSync(folder, { recursive: true });
    expect([hasChanged(), hasChanged()]).toEqual([true, false]);
  });

  it('misses none that comes within the same tick of the file system’s clock', () => {
    mkdirSync(folder, { recursive: true });
    const hasChanged = watchStore(stateDirectory);
    const nowMs = Date.now();
    changedAt(nowMs);
    expect(hasChanged()).toBe(true);
    changedAt(nowMs);
    expect(hasChanged()).toBe(true);
  });
});
