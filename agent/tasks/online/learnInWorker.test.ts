import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LearnRequest } from './learn';
import { learnInWorker } from './learnInWorker';

const REQUEST: LearnRequest = {
  ...{ task: 'heal', stateDirectory: '', policiesDirectory: '', version: 1, seed: 1 },
  ...{ episodes: 1, codeVersion: '0.1.0', nowMs: 1 },
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-worker-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function learning(code: string, longestMs: number) {
  const file = join(folder, 'worker.cjs');
  writeFileSync(file, code);
  return learnInWorker(file, REQUEST, new AbortController().signal, longestMs);
}

it('a fine-tuning that hangs is given up, and its thread ended', async () => {
  await expect(learning('for (;;);', 60)).rejects.toMatchObject({
    code: 'training-failed',
    message: expect.stringContaining('it has not ended within 0.001 min'),
  });
});

it('a fine-tuning that ends without a word has failed', async () => {
  await expect(learning('process.exit(3)', 600_000)).rejects.toMatchObject({
    code: 'training-failed',
    message: expect.stringContaining('it ended with code 3'),
  });
});
