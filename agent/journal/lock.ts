import { CoxswainError } from '../protocol';
import { holdExclusively } from './exclusiveLock';

/**
 * Holds a journal directory for this process until `release`.
 *
 * @throws CoxswainError `journal-locked` where a living agent holds it.
 */
export function lockDirectory(directory: string): { release(): void } {
  return holdExclusively(directory, {
    pidFile: 'agent.pid',
    timeoutMs: 0,
    lockedError: (pid) =>
      new CoxswainError(
        'journal-locked',
        `The journal in ${directory} is in use by another Coxswain agent (pid ${pid}).`,
        'Use that agent, end it, or set `journal.directory` in coxswain.yaml to another folder.',
      ),
  });
}
