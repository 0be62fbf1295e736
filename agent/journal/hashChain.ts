import { createHash } from 'node:crypto';

/** What the first row takes for the hash of the one before. */
export const GENESIS_HASH = '0'.repeat(64);

/**
 * Lower-case hex SHA-256 over the previous row's hash, a line feed, and the row's canonical JSON without its hash:
 * `{"atMs":…,"event":…,"seq":…}`. A changed, removed or inserted row breaks every hash after it. Rows cut off at the
 * end leave no trace in the chain: keep the last hash elsewhere to detect that.
 *
 * @param eventText the event's canonical JSON, as stored.
 */
export function rowHash(previousHash: string, seq: number, atMs: number, eventText: string): string {
  const row = `{"atMs":${JSON.stringify(atMs)},"event":${eventText},"seq":${seq}}`;
  return createHash('sha256').update(`${previousHash}\n${row}`).digest('hex');
}
