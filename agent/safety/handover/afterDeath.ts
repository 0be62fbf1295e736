import type { JournalReader } from '../../journal/reader';

/** As whom a keeper signs the hand-backs that it makes for a dead agent. */
export const KEEPER = 'keeper';

/** Why the next start hands back what no keeper has. */
export const LEFT = 'left by an agent that is gone';

/** A hand-back that an agent which died, or hung, has left to others. */
export interface HandBackForDead {
  /** Cluster time. */
  atMs: number;
  why: string;
}

/** The last thing that has become of the workload's autoscaler, where that is such a hand-back; else null. */
export function handedBackForDead(
  journal: Pick<JournalReader, 'query'>,
  workloadId: string,
): HandBackForDead | null {
  const [row] = journal.query({ kinds: ['handover'], workloadId, limit: 1 });
  if (row?.event.kind !== 'handover' || row.event.how !== 'handed-back') return null;
  const { by, why } = row.event;
  return by === KEEPER || why.startsWith(LEFT) ? { atMs: row.atMs, why } : null;
}
