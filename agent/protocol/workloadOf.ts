import type { JournalEvent } from './journal';

/** The workload a row speaks of, or null. */
export function workloadOf(event: JournalEvent): string | null {
  return 'workloadId' in event ? event.workloadId : null;
}
