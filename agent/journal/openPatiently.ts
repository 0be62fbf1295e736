import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../clock';
import { isCoxswainError } from '../protocol';
import { type Journal, openJournal } from './journal';

/** The keeper of an agent that was killed holds the journal for as long as its write takes; wall time. */
const PATIENCE_MS = 2000;
const AGAIN_MS = 50;

/**
 * As `openJournal`, for whoever comes just after an agent that was killed.
 *
 * @throws CoxswainError as `openJournal`, or the reason of the signal
 */
export async function openJournalPatiently(
  options: { directory: string; clock: Clock },
  signal: AbortSignal,
): Promise<Journal> {
  for (let waitedMs = 0; ; waitedMs += AGAIN_MS) {
    try {
      return openJournal(options);
    } catch (error) {
      const isLocked = isCoxswainError(error) && error.code === 'journal-locked';
      if (!isLocked || waitedMs >= PATIENCE_MS) throw error;
    }
    await setTimeout(AGAIN_MS, undefined, { signal });
  }
}
