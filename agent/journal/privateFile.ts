import { closeSync, existsSync, openSync } from 'node:fs';

/**
 * Makes an empty file that only its user may read, for SQLite to fill; its side files take the same mode. A file that
 * is there is not even opened: closing it would drop the locks that SQLite holds on it in this process.
 */
export function createPrivately(path: string): void {
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
}
