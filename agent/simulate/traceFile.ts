import { open } from 'node:fs/promises';
import { CoxswainError } from '../protocol/errors';

/** A load over time, at equal intervals from its first row on. */
export interface Trace {
  /** Requests per second, each 0 or more. */
  values: number[];
  intervalSeconds: number;
}

export const TRACE_HEADER = 't_seconds,requests_per_second';
/** Two years of minutes. */
const MOST_ROWS = 1_048_576;
/** As long as that many rows of minutes: what is longer was not meant, such as milliseconds for seconds. */
const LONGEST_SECONDS = 60 * MOST_ROWS;
const MOST_BYTES = 64 * 2 ** 20;
/** What a load generator can be asked for. */
const HIGHEST_RATE = 1e6;
/** How far a time may be off its place, as a share of the interval: rounding in the file, no gap. */
const TOLERANCE = 1e-3;

/**
 * Reads a CSV of a load: the header `t_seconds,requests_per_second`, then one row per interval.
 * Throws CoxswainError `usage` with file, line and what to do.
 */
export async function readTraceFile(path: string): Promise<Trace> {
  return parseTrace(await readText(path), path);
}

/** The same, from the text of the file. Pure. */
export function parseTrace(text: string, file: string): Trace {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  while (lines.length > 0 && lines.at(-1)?.trim() === '') lines.pop();
  checkHeader(lines[0], file);
  const rows = lines.slice(1);
  if (rows.length < 2) {
    const has = rows.length === 0 ? 'has no rows' : 'has a single row, which tells no interval';
    throw invalid(file, null, has, 'Give it at least two rows: a time in seconds and requests per second.');
  }
  if (rows.length > MOST_ROWS) {
    const remedy = 'Leave out a part of it, or average it over longer intervals.';
    throw invalid(file, null, `has ${rows.length} rows; ${MOST_ROWS} is the most`, remedy);
  }
  return evenlySpaced(
    rows.map((row, index) => parseRow(row, file, index + 2)),
    file,
  );
}

interface Row {
  seconds: number;
  requestsPerSecond: number;
}

async function readText(path: string): Promise<string> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    if (size > MOST_BYTES) {
      const remedy = 'Leave out a part of it, or average it over longer intervals.';
      throw invalid(path, null, `has ${size} bytes; ${MOST_BYTES} is the most`, remedy);
    }
    return await file.readFile('utf8');
  } catch (error) {
    if (error instanceof CoxswainError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new CoxswainError('usage', `The trace ${path} cannot be read: ${why}`, 'Check its path.', {
      cause: error,
    });
  }
}

function checkHeader(line: string | undefined, file: string): void {
  const remedy = `Make the first line ${TRACE_HEADER}, and every other one a time and a rate.`;
  if (line === undefined) throw invalid(file, null, 'is empty', remedy);
  if (cells(line).join(',') === TRACE_HEADER) return;
  throw invalid(file, 1, `expected the header ${TRACE_HEADER}, found "${shortened(line)}"`, remedy);
}

function parseRow(line: string, file: string, lineNumber: number): Row {
  const columns = cells(line);
  if (line.trim() === '') {
    throw invalid(file, lineNumber, 'the line is empty', 'Fill in its row; a gap would be taken for a load.');
  }
  const [seconds, requestsPerSecond] = columns.map(toNumber);
  if (columns.length !== 2 || seconds === undefined || requestsPerSecond === undefined) {
    const found = `expected 2 columns, found ${columns.length} in "${shortened(line)}"`;
    throw invalid(file, lineNumber, found, `Keep only ${TRACE_HEADER}, with a point for decimals.`);
  }
  if (!Number.isFinite(seconds)) {
    const found = `the time "${shortened(columns[0] ?? '')}" is not a number`;
    throw invalid(file, lineNumber, found, 'Write the time as seconds from the start, for example 60.');
  }
  if (!Number.isFinite(requestsPerSecond)) {
    const found = `the rate "${shortened(columns[1] ?? '')}" is not a number`;
    throw invalid(file, lineNumber, found, 'Write requests per second, or fill in what was not measured.');
  }
  if (requestsPerSecond < 0 || requestsPerSecond > HIGHEST_RATE) {
    const found = `the rate ${requestsPerSecond} is not within 0 and ${HIGHEST_RATE} requests per second`;
    throw invalid(file, lineNumber, found, 'Correct the rate: it is requests per second.');
  }
  return { seconds, requestsPerSecond };
}

function evenlySpaced(rows: readonly Row[], file: string): Trace {
  const startSeconds = rows[0]?.seconds ?? 0;
  const intervalSeconds = (rows[1]?.seconds ?? 0) - startSeconds;
  let beforeSeconds = Number.NEGATIVE_INFINITY;
  for (const [index, { seconds }] of rows.entries()) {
    if (seconds <= beforeSeconds) {
      const found = `the time ${seconds} does not come after ${beforeSeconds}`;
      throw invalid(file, index + 2, found, 'Sort the rows by time, and keep one row per time.');
    }
    beforeSeconds = seconds;
    // The first two rows are the interval, and in order only once the second was looked at.
    if (index >= 2)
      checkPlace(seconds, startSeconds + index * intervalSeconds, intervalSeconds, file, index + 2);
  }
  const lastsSeconds = beforeSeconds - startSeconds;
  if (lastsSeconds > LONGEST_SECONDS) {
    const remedy = 'Look whether its times are seconds; else leave out a part of it.';
    throw invalid(file, null, `lasts ${lastsSeconds} s; ${LONGEST_SECONDS}, two years, is the most`, remedy);
  }
  return { values: rows.map(({ requestsPerSecond }) => requestsPerSecond), intervalSeconds };
}

function checkPlace(seconds: number, expected: number, interval: number, file: string, line: number): void {
  if (Math.abs(seconds - expected) <= TOLERANCE * interval) return;
  const missing = Math.round((seconds - expected) / interval);
  const gap = missing >= 1 ? `: a gap of ${missing} row${missing === 1 ? '' : 's'}` : '';
  const found = `expected the time ${expected} (a row each ${interval} s), found ${seconds}${gap}`;
  throw invalid(file, line, found, 'Fill in the missing rows, or resample the trace to equal intervals.');
}

function cells(line: string): string[] {
  return line.split(',').map((cell) => cell.trim());
}

/** NaN for what is not a plain decimal number: `Number` would take "" for 0, and "0x10" and "Infinity" too. */
function toNumber(cell: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell) ? Number(cell) : Number.NaN;
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}

function invalid(file: string, line: number | null, what: string, remedy: string): CoxswainError {
  const where = line === null ? `The trace ${file} ${what}.` : `The trace ${file}, line ${line}: ${what}.`;
  return new CoxswainError('usage', where, remedy);
}
