import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clusterClock } from '../../agent/clock';
import { openJournal } from '../../agent/journal/journal';
import { openJournalReader } from '../../agent/journal/reader';
import { CoxswainError } from '../../agent/protocol';
import { AgentProcess, bundleAgent } from './journalProcess';

let folder: string;
let script: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-lock-'));
  script = await bundleAgent(folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a journal that another agent holds', () => {
  it('is refused with the pid of that agent, can be read, and is taken over when that agent has been killed', async () => {
    const directory = join(folder, 'journal');
    const open = () => openJournal({ directory, clock: clusterClock() });
    const holder = new AgentProcess(script, 'hold', directory);
    await holder.spoke();
    try {
      expect(open).toThrow(CoxswainError);
      expect(open).toThrow(`in use by another Coxswain agent (pid ${holder.pid})`);
      openJournalReader(directory).close();
    } finally {
      await holder.kill();
    }
    const journal = open();
    expect(journal.append({ kind: 'agent-started', version: '1', pid: process.pid }).seq).toBe(1);
    journal.close();
  });

  it('is refused within one process as well', () => {
    const directory = join(folder, 'own');
    const open = () => openJournal({ directory, clock: clusterClock() });
    const journal = open();
    expect(open).toThrow(`(pid ${process.pid})`);
    expect(open).toThrow(`(pid ${process.pid})`);
    journal.close();
    open().close();
  });
});
