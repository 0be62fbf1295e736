/** A line on stderr that the next one replaces, where a person looks; empty: no line. */
export function printProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
