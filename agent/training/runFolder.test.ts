import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CoxswainError } from '../protocol';
import { createRunFolder, openRunFolder } from './runFolder';

let parent: string;
let path: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'coxswain-run-'));
  path = join(parent, 'runs/1');
});

afterEach(() => rmSync(parent, { recursive: true, force: true }));

const CONFIG = { task: 'scale', seed: 1 };

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof CoxswainError) return error.code;
    throw error;
  }
  return 'nothing thrown';
}

describe('the folder of a training', () => {
  it('keeps what the training was begun with', () => {
    createRunFolder(path, CONFIG).release();
    const run = openRunFolder(path);
    expect(run.config).toEqual(CONFIG);
    expect(run.files.checkpoint).toBe(join(path, 'checkpoint.bin'));
    run.release();
  });

  it('is refused to a second training, with the pid of the first, until that ends', () => {
    const run = createRunFolder(path, CONFIG);
    for (const open of [() => openRunFolder(path), () => createRunFolder(path, CONFIG)]) {
      expect(codeOf(open)).toBe('training-locked');
      expect(open).toThrow(`Another training runs in ${path} (pid ${process.pid})`);
    }
    run.release();
    openRunFolder(path).release();
  });

  it('is not taken for a new training when it holds one', () => {
    createRunFolder(path, CONFIG).release();
    expect(codeOf(() => createRunFolder(path, { task: 'heal' }))).toBe('usage');
    expect(JSON.parse(readFileSync(join(path, 'config.json'), 'utf8'))).toEqual(CONFIG);
    // Nor was the lock kept.
    openRunFolder(path).release();
  });

  it('has to be there to go on, and readable', () => {
    expect(codeOf(() => openRunFolder(path))).toBe('not-found');
    createRunFolder(path, CONFIG).release();
    writeFileSync(join(path, 'config.json'), '{"task": "sc');
    expect(codeOf(() => openRunFolder(path))).toBe('config-invalid');
    expect(codeOf(() => openRunFolder(path))).toBe('config-invalid');
  });
});
