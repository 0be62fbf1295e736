import { createHash, timingSafeEqual } from 'node:crypto';

/** Takes the same time wherever the two differ, and however long they are. */
export function isSameToken(given: string, wanted: string): boolean {
  return timingSafeEqual(digest(given), digest(wanted));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
