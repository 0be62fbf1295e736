import { CoxswainError } from '../protocol';

/** No space on the device, quota used up, file larger than the limit. */
const FULL_CODES: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Runs `body`, which writes to `path`; where the disk is full, that becomes a CoxswainError `disk-full`. */
export function withDiskErrors<T>(path: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    const code = fileErrorCode(error);
    if (!FULL_CODES.has(code)) throw error;
    throw new CoxswainError(
      'disk-full',
      `${path} could not be written: its disk or quota is full (${code}). What was written before is intact.`,
      'Free some space, and resume from the last checkpoint.',
      { cause: error },
    );
  }
}

/** Null for what is no error of the file system. */
export function fileErrorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
