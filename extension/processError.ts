import type { ErrorCode, ErrorInfo } from '../agent/protocol';
import { CoxswainError, ERROR_CODES } from '../agent/protocol/errors';

/** How a process ended. */
export interface ProcessExit {
  code: number | null;
  signal: string | null;
}

/** Why one of our processes ended: the error that it printed, or else its end and its last words on stderr. */
export function exitError(
  what: string,
  fallbackCode: ErrorCode,
  exit: ProcessExit,
  stderrTail: readonly string[],
): CoxswainError {
  const how = exit.signal ? `was ended by ${exit.signal}` : `ended with exit code ${exit.code}`;
  const printed = printedError(stderrTail);
  if (printed)
    return new CoxswainError(printed.code, `The ${what} ${how}: ${printed.message}`, printed.remedy);
  const said = stderrTail.findLast((line) => line.trim() !== '')?.trim();
  return new CoxswainError(
    fallbackCode,
    said ? `The ${what} ${how}: ${said}` : `The ${what} ${how}.`,
    '"Coxswain: Show Agent Output" says more; start it again, and report it with that output if it stays.',
  );
}

/** The last error in the lines, as the CLI prints one: `error <code>: <message>`, and indented below it the remedy. */
function printedError(lines: readonly string[]): ErrorInfo | null {
  const text = lines.slice(lines.findLastIndex((line) => line.startsWith('error '))).join('\n');
  const [, code, message, remedy] = /^error ([a-z-]+): (.*?)\n {2}(.*)/s.exec(text) ?? [];
  const known = ERROR_CODES.find((candidate) => candidate === code);
  if (known === undefined || message === undefined || remedy === undefined) return null;
  return { code: known, message, remedy: remedy.split('\n')[0] ?? '' };
}
