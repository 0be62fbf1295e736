import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ModelStore } from '../../agent/training/modelStore';
import { AGENT_BUNDLE } from '../support/cli';

describe('a job whose agent is killed', () => {
  let directory: string;
  let job: ChildProcess;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-orphan-'));
  });
  afterEach(() => {
    job.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });

  /** As the agent starts it; nobody reads what it prints, so that it cannot notice by that. */
  function start(...args: string[]) {
    const command = [AGENT_BUNDLE, ...args, '--state-dir', directory];
    return spawn(process.execPath, command, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  }

  it('ends its training, and keeps the best policy', async () => {
    const out = join(directory, 'run');
    job = start('train', '--task', 'heal', '--algo', 'dqn', '--steps', '1000000000', '--out', out);
    const exited = once(job, 'exit');
    await vi.waitFor(() => expect(existsSync(join(out, 'metrics.jsonl'))).toBe(true), 20_000);
    job.disconnect();
    const [code] = await exited;
    expect(code).toBe(0);
    expect(new ModelStore(join(directory, 'models'), Date.now).list('heal')).toHaveLength(1);
  });
});
