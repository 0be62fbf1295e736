import { styleText } from 'node:util';
import { describeEvent, type ErrorInfo, formatTime, type JournalRow, workloadOf } from '../protocol';

/** The only place in the agent that writes to stdout; commands print through it. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** For people and logs: what happened, where, and what to do. */
export function printError(error: ErrorInfo): void {
  const label = styleText('red', 'error', { stream: process.stderr });
  process.stderr.write(`${label} ${error.code}: ${error.message}\n  ${error.remedy}\n`);
}

const LABEL_STYLES: Readonly<Record<string, Parameters<typeof styleText>[0]>> = {
  fault: ['red', 'bold'],
  'fault over': 'red',
  detected: 'yellow',
  decided: 'magenta',
  guard: 'cyan',
  denied: ['yellow', 'bold'],
  acting: 'blue',
  acted: ['blue', 'bold'],
  recovered: ['green', 'bold'],
  outcome: 'green',
  warning: 'yellow',
  failed: ['red', 'bold'],
};

/** A journal row as one aligned line: time, workload, what, and in words. */
export function formatRow(row: JournalRow): string {
  const { label, text } = describeEvent(row.event);
  return formatLine(row.atMs, workloadOf(row.event), label, text);
}

export function formatLine(atMs: number, workload: string | null, label: string, text: string): string {
  const name = workload?.split('/').at(-1) ?? '';
  const style = LABEL_STYLES[label];
  const padded = label.padEnd(10);
  return `${formatTime(atMs)}  ${name.padEnd(10)}  ${style ? styleText(style, padded) : padded}  ${text}`;
}

/** Rows under headings, columns padded to the widest cell, as kubectl prints them. */
export function formatTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return [headings, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}
