import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fakeClock';
import { openJournal } from './journal';
import { openJournalPatiently } from './openPatiently';

describe('a journal that somebody else holds', () => {
  let directory: string;
  const clock = new FakeClock();
  const signal = new AbortController().signal;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-journal-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('is waited for, and opened once they let go of it', async () => {
    const held = openJournal({ directory, clock });
    const opening = openJournalPatiently({ directory, clock }, signal);
    held.close();
    const journal = await opening;
    expect(journal.append({ kind: 'agent-stopped', why: 'the test is over' }).seq).toBe(1);
    journal.close();
  });

  it('is refused where they keep it', async () => {
    const held = openJournal({ directory, clock });
    await expect(openJournalPatiently({ directory, clock }, signal)).rejects.toMatchObject({
      code: 'journal-locked',
    });
    held.close();
  });

  it('is given up with the signal', async () => {
    const held = openJournal({ directory, clock });
    const aborter = new AbortController();
    const opening = openJournalPatiently({ directory, clock }, aborter.signal);
    aborter.abort();
    await expect(opening).rejects.toMatchObject({ name: 'AbortError' });
    held.close();
  });
});
