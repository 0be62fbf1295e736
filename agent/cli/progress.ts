import { formatCount } from '../protocol';

/** A line on stderr that the next one replaces, where a person looks; empty: no line. */
export function printProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

const PERCENT_STEP = 5;

/**
 * Tells how many of many are done: in a terminal on one line, elsewhere, where a program reads it, on a plain line
 * whenever another 5 % are.
 *
 * @param what is counted, in the plural
 */
export function countProgress(
  what: string,
  stderr: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr,
): (done: number, total: number) => void {
  let told = 0;
  return (done, total) => {
    const counts = `${formatCount(done)} of ${formatCount(total)} ${what}`;
    if (stderr.isTTY) {
      stderr.write(`\r\x1b[K${done === total ? '' : counts}`);
      return;
    }
    const percent = PERCENT_STEP * Math.floor((100 * done) / total / PERCENT_STEP);
    if (percent <= told) return;
    told = percent;
    stderr.write(`${percent} %: ${counts}\n`);
  };
}
