import { RECOVERY_KINDS, recoveryStatistics } from '../evaluate/recovery';
import type { Journal } from '../journal/journal';
import type { JournalRow, ParsedParams, RecoveryStatistics } from '../protocol';

/** Without another wish: the last week, cluster time. */
const DEFAULT_MS = 7 * 24 * 3_600_000;
const PAGE_ROWS = 1000;
/** Weeks of a busy cluster; a longer time is cut there. */
const MOST_ROWS = 200_000;

/** What became of the incidents in a journal. */
export function recoveriesOf(
  journal: Pick<Journal, 'query'>,
  { sinceMs, workloadId }: ParsedParams<'recoveryStatistics'>,
  nowMs: number,
): RecoveryStatistics {
  const fromMs = sinceMs ?? nowMs - DEFAULT_MS;
  return recoveryStatistics(rowsSince(journal, fromMs, workloadId), { sinceMs: fromMs, untilMs: nowMs });
}

/** Oldest first. */
function rowsSince(
  journal: Pick<Journal, 'query'>,
  sinceMs: number,
  workloadId: string | undefined,
): JournalRow[] {
  const rows: JournalRow[] = [];
  for (let beforeSeq: number | undefined; rows.length < MOST_ROWS; beforeSeq = rows.at(-1)?.seq) {
    const page = journal.query({ kinds: RECOVERY_KINDS, workloadId, beforeSeq, limit: PAGE_ROWS });
    rows.push(...page);
    if (page.length < PAGE_ROWS || (page.at(-1)?.atMs ?? 0) < sinceMs) break;
  }
  return rows.reverse();
}
